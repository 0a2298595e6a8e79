connect 192.0.2.1
< 421 proxy.test *
closed
