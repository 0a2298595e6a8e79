/* One SPF check: an address, a HELO name, a sender, and in the end a result. */
#ifndef SPF_EVALUATE_H
#define SPF_EVALUATE_H

#include <smtp-gated/kit/dns.h>

enum spf_result {
    SPF_IS_NONE,
    SPF_IS_NEUTRAL,
    SPF_IS_PASS,
    SPF_IS_FAIL,
    SPF_IS_SOFTFAIL,
    SPF_IS_TEMPERROR,
    SPF_IS_PERMERROR
};
extern const char *const spf_result_names[];

struct evaluation;
/* why: of an error, what was wrong, else NULL.  Called by the loop only. */
typedef void evaluation_done(enum spf_result result, const char *why, void *arg);

/* sender: the reverse-path, "" for none, then it is judged by the HELO name. */
struct evaluation *evaluation_create(struct dns *dns, const struct sockaddr *addr, const char *helo,
                                     const char *sender, evaluation_done *done, void *arg);
/* 1: here is the result, the evaluation is gone, `done` is not called.  0: it
 * goes on, records are being fetched. */
int evaluation_begin(struct evaluation *e, enum spf_result *result, const char **why);
void evaluation_cancel(struct evaluation *e); /* NULL is fine */
/* The domain that is judged; "" if there is none that could have a record. */
const char *evaluation_domain(const struct evaluation *e);

#endif
