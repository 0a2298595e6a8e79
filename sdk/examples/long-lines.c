/* long-lines - refuse messages with lines that are longer than SMTP allows.
 *
 * Reads the message as it passes, without keeping it.  Where the runs of bytes
 * are cut is chance, so what is counted across them is kept with the mail. */
#include <smtp-gated/plugin.h>

/* RFC 5321, 4.5.3.1.6, without CRLF. */
#define LINE_MAX_LENGTH 998

struct count {
    unsigned line; /* length of the line so far */
    unsigned long_lines;
};

static void long_lines_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                            void *self)
{
    struct count *c = sg_mail_state(m, self);

    (void)s;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n')
            c->line = 0;
        else if (bytes[i] != '\r' && ++c->line == LINE_MAX_LENGTH + 1)
            c->long_lines++;
    }
}

static struct sg_verdict long_lines_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct count *c = sg_mail_state(m, self);

    if (c->long_lines == 0)
        return sg_pass();
    sg_log(s, SG_NOTICE, "LINES:LONG", "src=%s, lines=%u", sg_client_ip(s), c->long_lines);
    return (struct sg_verdict){.answer = SG_REJECT,
                               .code = 554,
                               .enhanced = "5.6.0",
                               .text = "A line of the message is too long"};
}

SG_PLUGIN(long_lines, .summary = "refuse messages with lines longer than SMTP allows",
          .mail_size = sizeof(struct count), .body = long_lines_body, .end = long_lines_end)
