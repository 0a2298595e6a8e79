# 192.0.2.1 has a name in the test's zone.
connect 192.0.2.1
< 220 server.test ESMTP
note reverse.name mail.client.test

# 192.0.2.2 has none, and the server hears nothing of it.
connect 192.0.2.2
< 554 proxy.test Your address has no name
closed

# Asked again, it is known.
connect 192.0.2.2
< 554 proxy.test Your address has no name
closed

# A client that does not wait costs nothing.
connect 192.0.2.3
hangup
connect 2001:db8::1
< 220 server.test ESMTP
note reverse.name six.client.test
