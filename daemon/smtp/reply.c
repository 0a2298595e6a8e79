/* Reading the server's replies.  Nothing is masked here; what does not look like SMTP
 * is called broken, and the session ends.  Only line ends may be mended: whoever takes
 * another byte for one would count replies that are none. */
#include "reply.h"

/* One line of a reply. */
struct reply_line {
    int code;
    bool final;       /* "250 …" or a bare "250" */
    struct span text; /* behind code and mark, without line end */
    size_t raw;       /* bytes with line end */
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Garbage is seen from its first bytes, without waiting for a line end that may
 * never come.  "0yz" is no reply code. */
static bool may_begin(const char *p, size_t n)
{
    for (size_t i = 0; i < n && i < 3; i++)
        if (!digit(p[i]))
            return false;
    if (n > 0 && p[0] == '0')
        return false;
    return n < 4 || memchr("- \r\n", p[3], 4) != NULL;
}

static enum reply_state line_of(const char *p, size_t n, struct reply_line *line)
{
    const char *lf = n > 0 ? memchr(p, '\n', n) : NULL;
    size_t length = lf ? (size_t)(lf - p) : n;

    if (!may_begin(p, n) || (lf && length < 3))
        return REPLY_BROKEN;
    if (!lf)
        return REPLY_PARTIAL;
    line->raw = length + 1;
    if (length > 3 && p[length - 1] == '\r')
        length--;
    if (length > 3 && p[3] == '\r')
        return REPLY_BROKEN;
    line->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    line->final = length == 3 || p[3] == ' ';
    line->text = length > 3 ? span_of(p + 4, length - 4) : span_of(p + 3, 0);
    return REPLY_WHOLE;
}

enum reply_state reply_scan(const char *bytes, size_t n, struct reply *reply)
{
    struct reply_line line;
    unsigned lines = 0;
    size_t at = 0;
    int code = 0;

    if (n == 0)
        return REPLY_PARTIAL;
    do {
        enum reply_state state = line_of(bytes + at, n - at, &line);

        if (state != REPLY_WHOLE)
            return state;
        if (lines++ > 0 && line.code != code)
            return REPLY_BROKEN;
        code = line.code;
        at += line.raw;
    } while (!line.final);
    *reply = (struct reply){code, lines, span_of(bytes, at), line.text};
    return REPLY_WHOLE;
}

size_t reply_complete_lines(const char *bytes, size_t n)
{
    struct reply_line line;
    size_t at = 0;

    while (at < n && line_of(bytes + at, n - at, &line) == REPLY_WHOLE && !line.final)
        at += line.raw;
    return at;
}

bool reply_is_plain(struct span lines)
{
    while (lines.n > 0) {
        const char *cr = memchr(lines.p, '\r', lines.n);
        const char *lf = memchr(lines.p, '\n', lines.n);

        if (!cr || lf != cr + 1)
            return false;
        lines = span_skip(lines, (size_t)(lf + 1 - lines.p));
    }
    return true;
}

void reply_write_plain(struct span lines, struct buffer *out)
{
    for (size_t i = 0; i < lines.n; i++) {
        const bool before_lf = i + 1 < lines.n && lines.p[i + 1] == '\n';

        if (lines.p[i] == '\n')
            buffer_append(out, "\r\n", 2);
        else if (lines.p[i] != '\r')
            buffer_append(out, lines.p + i, 1);
        else if (!before_lf)
            buffer_append(out, " ", 1);
    }
}

/* "." and one to three digits; the bytes they take, or 0. */
static size_t subcode(struct span s)
{
    size_t n = 1;

    if (s.n < 2 || s.p[0] != '.')
        return 0;
    while (n < s.n && n < 4 && digit(s.p[n]))
        n++;
    return n > 1 ? n : 0;
}

struct span reply_enhanced(struct span text)
{
    const struct span none = {text.p, 0};
    size_t subject, detail, n;

    if (text.n < 5 || memchr("245", text.p[0], 3) == NULL)
        return none;
    subject = subcode(span_skip(text, 1));
    detail = subject ? subcode(span_skip(text, 1 + subject)) : 0;
    n = 1 + subject + detail;
    if (detail == 0 || (n < text.n && text.p[n] != ' ' && text.p[n] != '\t'))
        return none;
    return span_of(text.p, n);
}
