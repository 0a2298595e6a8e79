/* See record.h. */
#include "record.h"

#define ALERT 0x15
#define HANDSHAKE 0x16
#define MAJOR 0x03 /* of SSL 3.0 and all of TLS */

static enum record_start version_at(const char *bytes, size_t n)
{
    if (n < 2)
        return RECORD_PARTIAL;
    return bytes[1] == MAJOR ? RECORD_TLS : RECORD_NONE;
}

enum record_start record_of_client(const char *bytes, size_t n)
{
    return n > 0 && bytes[0] != HANDSHAKE ? RECORD_NONE : version_at(bytes, n);
}

enum record_start record_of_server(const char *bytes, size_t n)
{
    return n > 0 && bytes[0] == ALERT ? version_at(bytes, n) : record_of_client(bytes, n);
}
