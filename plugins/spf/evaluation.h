/* The inside of an evaluation, for evaluate.c (its life and its questions) and
 * match.c (the rules of RFC 7208). */
#ifndef SPF_EVALUATION_H
#define SPF_EVALUATION_H

#include "evaluate.h"
#include "macro.h"

#include <smtp-gated/kit/nets.h>
#include <stdbool.h>

enum { LOOKUPS = 128, REASON = 256, DOMAIN = 253, LOCAL_PART = 64 };

struct fetched {
    enum dns_type type;
    char name[DNS_NAME];
    const struct dns_answer *answer;
};

struct evaluation {
    struct dns *dns;
    struct sockaddr_storage addr;
    struct net client; /* the same */
    char helo[DOMAIN + 1], local_part[LOCAL_PART + 1], domain[DOMAIN + 1];
    struct fetched fetched[LOOKUPS];
    unsigned count;
    /* of one run */
    struct fetched *missing; /* the next of fetched[], named but not yet there */
    unsigned terms, voids;   /* that needed the DNS; lookups that found nothing */
    bool stopped;            /* by an error, or because a record is missing */
    enum spf_result error;
    char why[REASON];
    struct dns_question *question;
    evaluation_done *done;
    void *arg;
};

/* One run; the result counts unless a record is missing. */
enum spf_result evaluation_run(struct evaluation *e);

/* What was asked before, or the cache has; NULL: the run has stopped. */
const struct dns_answer *evaluation_get(struct evaluation *e, enum dns_type type, const char *name);
/* The run has stopped, with an error. */
void evaluation_stop(struct evaluation *e, enum spf_result error, const char *domain,
                     const char *why);

#endif
