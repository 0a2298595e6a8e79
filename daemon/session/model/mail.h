/* A mail transaction: envelope, the message's size and spool (RFC 5321, 3.3).
 * Lives from MAIL to the reply that ends it. */
#ifndef SG_SESSION_MODEL_MAIL_H
#define SG_SESSION_MODEL_MAIL_H

#include "../../base/buffer.h"
#include "../../smtp/dot.h"
#include "../../smtp/line.h"
#include "../../smtp/path.h"
#include "session.h"
#include "../store/spool.h"

/* What is wrong with the message itself: it is swallowed to its end, then answered. */
enum flaw {
    FLAW_NONE,
    FLAW_SIZE, /* beyond size_limit */
    FLAW_BARE_CR,
    FLAW_BARE_LF,
    FLAW_NUL,   /* where a careless MTA might see the end of data */
    FLAW_SPOOL, /* could not be kept for the checks */
    FLAW_SERVER /* the server is gone */
};

struct mail {
    struct session *session;
    char *reverse_path;  /* without <> */
    char *parameters;    /* of MAIL, "" if none */
    struct buffer rcpts; /* accepted forward-paths: address, NUL, parameters, NUL */
    unsigned rcpt_count;
    unsigned rcpt_open; /* accepted, or not answered yet */

    uint64_t declared;          /* SIZE=, 0: none */
    uint64_t size;              /* message bytes so far, unstuffed, without added header */
    struct buffer header;       /* to go before the first byte */
    struct buffer spool_header; /* the same, but for the spool only */
    struct buffer tail;         /* came with its end, and goes with it */
    struct buffer words;        /* the server's reply before the end: early_words.c */
    struct spool *spool;        /* NULL: nobody wants it, or not begun */
    void **states;              /* of plugins, by index */
    bool *missed;               /* by which plugins something of it was; NULL: by none */
    unsigned pauses;            /* sg_mail_pause() minus sg_mail_go_on() */
    struct dot dot;
    struct buffer checks; /* who has said what of it, for the log */
    char *reply;          /* what the client was told of it; NULL: nothing */
    uint64_t begun_at;    /* ms */
    uint16_t code;        /* … and the code */
    bool ours;            /* … not the server's */
    uint8_t flaw;
    bool confirmed; /* MAIL was accepted by the server */
    bool begun;     /* the first message byte may come: counted as a transaction */
    bool bdat;
    bool passed; /* the checks agree, and the server has spoken before the end */
};

struct mail *mail_begin(struct session *s, const struct path *path, uint64_t declared);
void mail_free(struct mail *m);                       /* for mail_finish() */
void mail_add_rcpt(struct mail *m, const char *note); /* the address, NUL, its parameters */
/* A plugin was out of service when it should have been called.  m may be NULL. */
void mail_miss(struct mail *m, const struct plugin *p);
bool mail_missed(const struct mail *m, const struct plugin *p);
/* What the client is told of the message, by the server or by us: for the log. */
void mail_answered(struct mail *m, bool ours, int code, struct span text);

#endif
