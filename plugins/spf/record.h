/* SPF records (RFC 7208, 4.6 and 12), read strictly.  Pure. */
#ifndef SPF_RECORD_H
#define SPF_RECORD_H

#include <stdbool.h>
#include <stddef.h>

enum { RECORD_MOST = 4096, RECORD_TERMS = 512 }; /* bytes, mechanisms */

enum mechanism { ALL, INCLUDE, A, MX, PTR, IP4, IP6, EXISTS };

struct term {
    enum mechanism mechanism;
    char qualifier;            /* one of +-~? */
    int prefix4, prefix6;      /* 0 to 32, 0 to 128 */
    unsigned char address[16]; /* IP4: the first four bytes */
    const char *domain;        /* with its macros; "" is the current domain */
};

struct record {
    char text[RECORD_MOST + 1]; /* the domains are in it */
    unsigned count;
    struct term terms[RECORD_TERMS];
    const char *redirect, *explanation; /* NULL: none */
};

/* "v=spf1", then a blank or the end. */
bool record_is_spf(const char *bytes, size_t n);

/* NULL, or what is wrong with it: then the result is permerror. */
const char *record_read(const char *bytes, size_t n, struct record *r);

#endif
