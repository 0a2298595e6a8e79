/* no-words - refuse messages in which one of some words stands.
 *
 * Reads the message when all of it is there, as a file, and on a thread: looking
 * through many megabytes takes longer than a loop with thousands of sessions may
 * stand still. */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <smtp-gated/plugin.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct no_words {
    const char **words;
};

static const struct sg_option options[] = {
    SG_OPT_STRINGS(struct no_words, words, NULL, "What must not stand in a message"), SG_OPT_END};

/* One search: no part of it belongs to the session, which may go meanwhile. */
struct search {
    sg_ticket ticket;
    struct sg_spool *spool;
    const char **words;
    const char *found; /* NULL: nothing */
    int error;
};

/* On a thread: no sg_*() function except those for any thread. */
static void search(void *arg)
{
    struct search *q = arg;
    struct stat file;
    void *text = MAP_FAILED;

    if (fstat(sg_spool_fd(q->spool), &file) == 0 && file.st_size > 0)
        text = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, sg_spool_fd(q->spool), 0);
    if (text == MAP_FAILED) {
        q->error = errno;
        return;
    }
    for (const char **word = q->words; *word && !q->found; word++)
        if (memmem(text, (size_t)file.st_size, *word, strlen(*word)))
            q->found = *word;
    munmap(text, (size_t)file.st_size);
}

/* On the loop again, always, once; if nobody waits any more, sg_resume() does nothing. */
static void searched(void *arg)
{
    struct search *q = arg;
    struct sg_verdict v = sg_pass();

    if (q->error)
        v = sg_failed(strerror(q->error));
    else if (q->found)
        v = (struct sg_verdict){.answer = SG_REJECT,
                                .text = "That word is not welcome",
                                .event = "spam",
                                .detail = q->found};
    sg_resume(q->ticket, v);
    sg_spool_unref(q->spool);
    free(q);
}

static struct sg_verdict no_words_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct no_words *my = self;
    struct search *q;

    if (!my->words || sg_mail_size(m) == 0)
        return sg_pass();
    if (sg_mail_fd(m) < 0)
        return sg_failed("the message could not be kept");
    q = sg_alloc(sizeof *q);
    *q = (struct search){
        .ticket = sg_defer(s), .spool = sg_spool_ref(m), .words = my->words, .error = 0};
    if (sg_offload(search, searched, q) == 0)
        return sg_pending();
    sg_spool_unref(q->spool);
    free(q);
    return sg_failed("the thread pool takes nothing");
}

SG_PLUGIN(no_words, .summary = "refuse messages in which some words stand", .options = options,
          .settings_size = sizeof(struct no_words), .want = SG_WANT_SPOOL, .end = no_words_end)
