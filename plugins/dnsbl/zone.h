/* One DNS block list, as the configuration writes it: ZONE[=ANSWERS][*WEIGHT][ as NAME]. */
#ifndef DNSBL_ZONE_H
#define DNSBL_ZONE_H

#include <smtp-gated/kit/nets.h>

#define ZONE_NETS 16

struct zone {
    char name[253 - 64 + 1]; /* the 64 bytes of an IPv6 address fit before it */
    char show[190];          /* what clients, the log and other plugins hear */
    int weight;
    unsigned count; /* of nets; 0: the usual answers */
    struct net nets[ZONE_NETS];
};

/* What one answer of a list says. */
enum zone_word {
    ZONE_LISTED,
    ZONE_UNRELATED, /* a listing, but none of those that count */
    ZONE_ERROR      /* nothing about the client: the list refuses to answer, or is no list */
};

/* NULL, or what is wrong with the text. */
const char *zone_parse(const char *text, struct zone *zone);
/* address: the answer, four bytes. */
enum zone_word zone_judge(const struct zone *zone, const void *address);

#endif
