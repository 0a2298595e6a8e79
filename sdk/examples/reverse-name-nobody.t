connect 192.0.2.1
< 421 4.3.0 proxy.test *
closed
