/* keep - a plugin for the bench: wants each message kept as for a scanner, and looks
 * at every byte of it, but is no scanner: what it costs is what keeping costs. */
#include <smtp-gated/plugin.h>

#include <string.h>

struct seen {
    size_t lines;
};

static void keep_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                      void *self)
{
    struct seen *seen = sg_mail_state(m, self);
    const char *end = bytes + n, *lf;

    (void)s;
    while (bytes < end && (lf = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL) {
        seen->lines++;
        bytes = lf + 1;
    }
}

static struct sg_verdict keep_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct seen *seen = sg_mail_state(m, self);

    (void)s;
    return seen->lines > 0 && sg_mail_fd(m) >= 0 ? sg_pass() : sg_failed("it was not kept");
}

SG_PLUGIN(keep, .summary = "keep messages and look at every byte", .mail_size = sizeof(struct seen),
          .want = SG_WANT_SPOOL, .body = keep_body, .end = keep_end)
