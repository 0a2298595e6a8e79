/* keep - a plugin for the bench: wants each message kept as for a scanner, and is shown
 * every byte of it, but is no scanner: what it costs is what keeping and showing cost. */
#include <smtp-gated/plugin.h>

#include <stdint.h>

struct seen {
    uint64_t bytes;
};

static void keep_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                      void *self)
{
    struct seen *seen = sg_mail_state(m, self);

    (void)s, (void)bytes;
    seen->bytes += n;
}

static struct sg_verdict keep_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct seen *seen = sg_mail_state(m, self);
    const char *text;
    size_t n = 0;

    (void)s;
    sg_spool_unref(sg_text_ref(m, &text, &n));
    return n == seen->bytes ? sg_pass() : sg_failed("it was not kept");
}

SG_PLUGIN(keep, .summary = "keep messages, and be shown every byte",
          .mail_size = sizeof(struct seen), .want = SG_WANT_SPOOL, .body = keep_body,
          .end = keep_end)
