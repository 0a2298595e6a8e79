/* Questions as they are sent, and whether something that came answers one. */
#include "dns_inner.h"

#include <ctype.h>
#include <string.h>
#include <sys/random.h>

enum { DATAGRAM = 1232 }; /* bytes that pass everywhere in one piece; more comes by TCP */
enum { CLASS_IN = 1, TYPE_OPT = 41, FLAG_QR = 0x80, FLAG_RD = 1, OPCODE = 0x78, FORMERR = 1 };

static unsigned char *put_16(unsigned char *to, unsigned value)
{
    to[0] = (unsigned char)(value >> 8);
    to[1] = (unsigned char)value;
    return to + 2;
}

static unsigned get_16(const unsigned char *from)
{
    return (unsigned)from[0] << 8 | from[1];
}

/* Labels of 1 to 63 bytes, any bytes but dots.  NULL: it is no name. */
static unsigned char *put_name(unsigned char *to, const char *name)
{
    const unsigned char *begin = to;
    while (*name) {
        size_t n = strcspn(name, ".");
        if (n == 0 || n > 63 || (size_t)(to - begin) + n + 2 > DNS_WIRE_NAME)
            return NULL;
        *to++ = (unsigned char)n;
        memcpy(to, name, n);
        to += n;
        name += n;
        if (*name == '.' && *++name == '\0')
            return NULL;
    }
    *to++ = 0;
    return to;
}

size_t dns_query_write(unsigned char to[DNS_QUERY], unsigned id, unsigned type, const char *name,
                       bool edns)
{
    memset(to, 0, DNS_HEADER);
    put_16(to, id);
    to[2] = FLAG_RD;
    to[5] = 1;
    to[11] = edns;
    unsigned char *at = put_name(to + DNS_HEADER, name);
    if (!at)
        return 0;
    at = put_16(put_16(at, type), CLASS_IN);
    if (edns) {
        *at++ = 0;
        at = put_16(put_16(at, TYPE_OPT), DATAGRAM);
        memset(at, 0, 6);
        at += 6;
    }
    return (size_t)(at - to);
}

/* Servers may write letters as they like, and not take the question's for others. */
static bool same_question(const unsigned char *query, const unsigned char *answer, size_t size)
{
    size_t at = DNS_HEADER;
    do {
        size_t end = at + query[at] + 1;
        if (end > size || query[at] != answer[at])
            return false;
        for (at++; at < end; at++)
            if (tolower(query[at]) != tolower(answer[at]))
                return false;
    } while (query[at]);
    return at + 5 <= size && memcmp(query + at, answer + at, 5) == 0;
}

bool dns_query_answered(const unsigned char *query, size_t n, const unsigned char *answer,
                        size_t size)
{
    if (n < DNS_HEADER + 5 || size < DNS_HEADER || memcmp(query, answer, 2) != 0 ||
        !(answer[2] & FLAG_QR) || answer[2] & OPCODE)
        return false;
    if (get_16(answer + 4) == 0)
        return (answer[3] & 15) == FORMERR && query[11];
    if (get_16(answer + 4) != 1)
        return false;
    if (query[DNS_HEADER] == 0)
        return size >= DNS_HEADER + 5 && memcmp(query + DNS_HEADER, answer + DNS_HEADER, 5) == 0;
    return same_question(query, answer, size);
}

/* As many as one system call brings cheaply. */
bool dns_random(uint16_t *number)
{
    static uint16_t pool[64];
    static unsigned left;
    if (left == 0) {
        if (getrandom(pool, sizeof pool, 0) != sizeof pool)
            return false;
        left = sizeof pool / sizeof *pool;
    }
    *number = pool[--left];
    return true;
}
