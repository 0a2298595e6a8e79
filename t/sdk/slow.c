/* slow - answers later, as a check that asks somebody does: a recipient after a
 * visit to the thread pool, a message after it was read there. */
#include <smtp-gated/plugin.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct slow {
    const char *word;
};

static const struct sg_option options[] = {
    SG_OPT_STRING(struct slow, word, "worm", "What a message, or an address, must not hold"),
    SG_OPT_END};

/* One question; `done` frees it. */
struct question {
    struct sg_session *s; /* only while the ticket lives */
    sg_ticket ticket;
    const char *word;
    char address[200];
    struct sg_spool *spool; /* NULL: it is about the address */
    int bad;
};

static void work(void *arg)
{
    struct question *q = arg;
    char text[4096];
    ssize_t n = 0;

    if (q->spool)
        n = pread(sg_spool_fd(q->spool), text, sizeof text - 1, 0);
    else
        memcpy(text, q->address, (size_t)(n = (ssize_t)strlen(q->address)));
    text[n > 0 ? n : 0] = '\0';
    q->bad = strstr(text, q->word) != NULL;
}

static void done(void *arg)
{
    struct question *q = arg;
    struct sg_verdict v = q->bad ? sg_answer(SG_REJECT, "Not this one") : sg_pass();

    if (q->bad && q->spool) {
        v.event = "virus";
        v.detail = q->word;
    }
    if (sg_ticket_alive(q->ticket))
        sg_note(q->s, "slow.found", q->bad ? q->word : "nothing");
    sg_resume(q->ticket, v);
    sg_spool_unref(q->spool);
    free(q);
}

static struct sg_verdict ask(struct sg_session *s, struct sg_spool *spool, const char *address,
                             const struct slow *my)
{
    struct question *q = calloc(1, sizeof *q);

    if (!q)
        return sg_failed("out of memory");
    q->s = s;
    q->ticket = sg_defer(s);
    q->word = my->word;
    q->spool = spool;
    strncpy(q->address, address, sizeof q->address - 1);
    if (sg_offload(work, done, q) == 0)
        return sg_pending();
    free(q);
    return sg_failed("the thread pool takes nothing");
}

static struct sg_verdict slow_rcpt(struct sg_session *s, struct sg_mail *m, const char *address,
                                   const char *parameters, void *self)
{
    (void)m, (void)parameters;
    return ask(s, NULL, address, self);
}

static struct sg_verdict slow_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    return ask(s, sg_spool_ref(m), "", self);
}

SG_PLUGIN(slow, .summary = "answer later", .options = options, .want = SG_WANT_SPOOL,
          .settings_size = sizeof(struct slow), .rcpt = slow_rcpt, .end = slow_end)
