/* How TLS begins on the wire (RFC 8446, 5.1): a type of record and the version's first byte. */
#ifndef SG_SMTP_RECORD_H
#define SG_SMTP_RECORD_H

#include <stddef.h>

enum record_start {
    RECORD_TLS,
    RECORD_PARTIAL, /* the next byte will tell */
    RECORD_NONE
};

/* A client says a handshake message first.  A server may have an alert instead. */
enum record_start record_of_client(const char *bytes, size_t n);
enum record_start record_of_server(const char *bytes, size_t n);

#endif
