/* A decision: the plugins of one deciding hook, asked in conf.d order without
 * waiting for each other.
 *
 * An immediate objection stops the start of later plugins; the first objection
 * decides and the tickets of the others die; `accept` ends the question for
 * the plugins after the one that gave it.  A plugin that fails or is late is
 * treated as its on_error says.  Knows no session: the subject is whatever
 * embeds the chain. */
#ifndef SG_PLUGIN_CHAIN_H
#define SG_PLUGIN_CHAIN_H

#include "module.h"
#include <stdbool.h>

/* What came out.  Owned by the chain until the next chain_start() or chain_stop(). */
struct decision {
    enum sg_answer answer;                  /* PASS, ACCEPT, REJECT, TEMPFAIL or TAKEOVER */
    int code;                               /* 0: the hook's default */
    char *enhanced, *text, *event, *detail; /* NULL: none */
    const struct plugin *by;                /* who objected; NULL for pass */
    bool failed;                            /* it objects because its check could not be made */
};

struct chain;

struct chain_ops {
    /* Calls the hook of p with the subject's arguments (inside a guard). */
    struct sg_verdict (*call)(struct chain *c, const struct plugin *p);
    /* True if p does not concern the subject (only, except, skip_authenticated, max_load). */
    bool (*exempt)(struct chain *c, const struct plugin *p);
    /* False if p cannot be asked now, so that its on_error decides (quarantine.h). */
    bool (*serves)(struct chain *c, const struct plugin *p);
    /* A pending chain has come to its decision.  Called from chain_deliver(), never from
     * inside a plugin. */
    void (*decided)(struct chain *c);
    /* An open ticket dies unanswered. */
    void (*cancelled)(struct chain *c, const struct plugin *p, sg_ticket ticket);
    /* Something to log: an error, a timeout, or what log_only let pass.  what: "error",
     * "timeout", "log_only". */
    void (*remark)(struct chain *c, const struct plugin *p, const char *what, const char *text);
    uint64_t (*session)(struct chain *c); /* its number, for the scoreboard */
    /* A plugin that was asked at `since` has answered: "pass", "accept", "reject",
     * "tempfail", "takeover", "error"; or "timeout". */
    void (*answered)(struct chain *c, const struct plugin *p, const char *what, uint64_t since);
};

struct ticket;

struct chain {
    const struct chain_ops *ops;
    const void *arguments;     /* of the hook; the subject's, while chain_start() runs */
    struct ticket *tickets;    /* open ones */
    struct decision *decision; /* of an objection; NULL: passed, or not decided */
    struct plugin *const *at;  /* plugins not started yet */
    uint8_t hook;              /* enum hook */
    bool pending;              /* started, not decided */
};

/* Asks.  True: decided at once, see chain_decision().  False: pending. */
bool chain_start(struct chain *c, const struct plugins *set, enum hook hook, uint64_t now);
/* PASS if nobody objected.  Valid once decided. */
const struct decision *chain_decision(const struct chain *c);
static inline bool decision_objects(const struct decision *d)
{
    return d->answer != SG_PASS && d->answer != SG_ACCEPT;
}
/* The client is gone, or the decision has been used: tickets die, memory goes. */
void chain_stop(struct chain *c);

/* When the next ticket is over, UINT64_MAX if none; and ends those that are. */
uint64_t chain_deadline(const struct chain *c);
void chain_expire(struct chain *c, uint64_t now);

/* Once per turn of the loop: hands answers that sg_resume() left to their chains.
 * True if there were any. */
bool chain_deliver(void);

#endif
