/* notary - a plugin for the smuggling matrix: refuses messages with a marker in them, and
 * writes down each that came to the verdict, in one line: the sender's local part, what
 * was said, a hash of the bytes as `body` saw them, and with `bytes` these in hex; with
 * `envelope` the whole sender is first, and the recipients are last. */
#include <smtp-gated/plugin.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct notary {
    const char *file, *marker;
    int bytes, envelope;
    int fd; /* opened before the sandbox closes, and inherited by the workers */
};

static const struct sg_option options[] = {
    SG_OPT_PATH(struct notary, file, NULL, "where the lines go"),
    SG_OPT_STRING(struct notary, marker, NULL, "what is refused"),
    SG_OPT_BOOL(struct notary, bytes, "no", "write down the messages, too"),
    SG_OPT_BOOL(struct notary, envelope, "no", "write down sender and recipients"), SG_OPT_END};

static int notary_configure(void *self)
{
    struct notary *my = self;

    my->fd = my->file ? open(my->file, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    if (my->fd >= 0)
        return 0;
    sg_config_error("file", "a file that is there, to append to, is wanted");
    return -1;
}

static void notary_release(void *self)
{
    const struct notary *my = self;

    if (my->fd >= 0)
        close(my->fd);
}

/* The message so far; a line in the making. */
struct kept {
    char *p;
    size_t n, room;
};

static void put(struct kept *kept, const char *p, size_t n)
{
    if (n == 0)
        return;
    if (kept->n + n > kept->room) {
        kept->room = (kept->n + n) * 2;
        kept->p = realloc(kept->p, kept->room);
        if (kept->p == NULL)
            abort();
    }
    memcpy(kept->p + kept->n, p, n);
    kept->n += n;
}

static void notary_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                        void *self)
{
    struct kept *kept = sg_mail_state(m, self);

    (void)s;
    put(kept, bytes, n);
}

/* FNV-1a, as the other side reckons. */
static uint64_t hash(const struct kept *kept)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < kept->n; i++)
        h = (h ^ (unsigned char)kept->p[i]) * 0x100000001b3u;
    return h;
}

static void put_text(struct kept *line, const char *text)
{
    put(line, text, strlen(text));
}

static void put_bytes(struct kept *line, const struct kept *kept)
{
    char hex[3];

    for (size_t i = 0; i < kept->n; i++) {
        snprintf(hex, sizeof hex, "%02x", (unsigned char)kept->p[i]);
        put(line, hex, 2);
    }
}

static void put_sender(struct kept *line, const char *from, int whole)
{
    put_text(line, whole ? "<" : "");
    put(line, from, whole ? strlen(from) : strcspn(from, "@"));
    put_text(line, whole ? "> " : " ");
}

static void put_recipients(struct kept *line, const struct sg_mail *m)
{
    for (unsigned i = 0; sg_rcpt(m, i) != NULL; i++) {
        put_text(line, i > 0 ? "," : " ");
        put_text(line, sg_rcpt(m, i));
    }
}

/* One write, so that workers do not mix their lines. */
static int write_down(const struct notary *my, const struct sg_mail *m, const char *said,
                      const struct kept *kept)
{
    struct kept line = {0};
    char hashed[32];
    ssize_t written;

    put_sender(&line, sg_reverse_path(m), my->envelope);
    snprintf(hashed, sizeof hashed, "%s %016" PRIx64 " ", said, hash(kept));
    put_text(&line, hashed);
    if (my->bytes)
        put_bytes(&line, kept);
    if (my->envelope)
        put_recipients(&line, m);
    put_text(&line, "\n");
    written = write(my->fd, line.p, line.n);
    free(line.p);
    return written == (ssize_t)line.n ? 0 : -1;
}

static struct sg_verdict notary_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct notary *my = self;
    const struct kept *kept = sg_mail_state(m, self);
    int bad = kept->n > 0 && memmem(kept->p, kept->n, my->marker, strlen(my->marker)) != NULL;

    (void)s;
    if (write_down(my, m, bad ? "refused" : "passed", kept) < 0)
        return sg_failed("the notary cannot write");
    return bad ? sg_answer(SG_REJECT, "smuggled goods") : sg_pass();
}

static void notary_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    struct kept *kept = sg_mail_state(m, self);

    (void)s;
    free(kept->p);
    kept->p = NULL;
}

SG_PLUGIN(notary, .summary = "write down what the checks see", .options = options,
          .settings_size = sizeof(struct notary), .mail_size = sizeof(struct kept),
          .configure = notary_configure, .release = notary_release, .body = notary_body,
          .end = notary_end, .mail_done = notary_mail_done)
