/* The client's command lines: what is too long or holds bytes that no command
 * has is answered here and goes no further. */
#include "../../smtp/line.h"
#include "../talk/replies_out.h"
#include "steps.h"

/* RFC 5321, 4.5.3.1.4 asks for 512 octets and more with extensions; RFC 4954,
 * 4 for 12288 in an AUTH exchange. */
#define COMMAND_MAX 4096u
#define AUTH_MAX 12288u

static size_t line_max(const struct session *s, const char *bytes, size_t n)
{
    bool auth = s->input.auth_answer || (n >= 5 && strncasecmp(bytes, "AUTH ", 5) == 0);
    size_t most = auth ? AUTH_MAX : COMMAND_MAX;
    return most < service.core->buffer_size ? most : (size_t)service.core->buffer_size;
}

/* The rest of a line that was answered already. */
static enum outcome skip_rest(struct session *s, const char *bytes, size_t n, size_t *used)
{
    const char *lf = memchr(bytes, '\n', n);
    *used = lf ? (size_t)(lf - bytes) + 1 : n;
    if (lf)
        s->input.skipping = 0;
    return DONE;
}

/* The line goes no further.  A server that waits for the answer to its 334 is told `*`
 * instead (RFC 4954, 4), or it would take the next command for it. */
static void refuse_line(struct session *s, const char *text)
{
    if (s->input.auth_answer)
        auth_answer(s, span_str("*"));
    else
        answer(s, 500, "5.5.2", "%s", text);
}

static enum outcome too_long(struct session *s, size_t *used, size_t raw, bool ended)
{
    s->input.skipping = !ended;
    *used = raw;
    refuse_line(s, "Line too long");
    return DONE;
}

bool takes_bare_lf(const struct session *s)
{
    return sg_nets_contain(service.core->bare_lf_from, &s->peer.sa);
}

/* NULL if the line may be a command. */
static const char *flaw_text(const struct session *s, const struct line *line)
{
    switch (line->flaw) {
    case LINE_FINE:
        return NULL;
    case LINE_BARE_LF:
        return service.core->bare_newline == BARE_REJECT && !takes_bare_lf(s)
                   ? "Bare LF is not a line end"
                   : NULL;
    case LINE_BARE_CR:
        return "Bare CR is not a line end";
    case LINE_CONTROL:
        break;
    }
    return "Control characters are not allowed";
}

static enum outcome line_take(struct session *s, const char *bytes, size_t n, struct line *line,
                              size_t *used)
{
    if (s->input.skipping)
        return skip_rest(s, bytes, n, used);
    if (!line_scan(bytes, n, line)) {
        *used = 0;
        return n < line_max(s, bytes, n) ? WAIT : too_long(s, used, n, false);
    }
    if (line->raw > line_max(s, bytes, n))
        return too_long(s, used, line->raw, true);
    const char *flaw = flaw_text(s, line);
    if (!flaw)
        return GO;
    *used = line->raw;
    refuse_line(s, flaw);
    return DONE;
}

size_t lines_feed(struct session *s, const char *bytes, size_t n,
                  enum outcome (*take)(struct session *s, const struct line *line, bool more))
{
    enum step was = s->step;
    size_t used = 0;
    while (used < n && !is_dead(s) && s->step == was && input_wanted(s) && !gate_shut(s)) {
        struct line line;
        size_t eaten = 0;
        enum outcome o = line_take(s, bytes + used, n - used, &line, &eaten);
        if (o == GO) {
            eaten = line.raw;
            o = take(s, &line, used + eaten < n);
        }
        if (o == WAIT)
            break;
        used += eaten;
    }
    return used;
}
