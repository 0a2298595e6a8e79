/* Reading the server's replies.  Nothing is masked here; what does not look like SMTP
 * is called broken, and the session ends.  Only line ends may be mended: whoever takes
 * another byte for one would count replies that are none.  And what clients overlook is
 * overlooked: blank lines before a line, and a tab in the place of the blank. */
#include "reply.h"
#include <stdio.h>

/* One line of a reply. */
struct reply_line {
    int code;
    bool final;       /* "250 …", a tab for the blank, or a bare "250" */
    struct span text; /* after code and mark, without line end */
    size_t raw;       /* bytes with line end */
    bool plain;       /* of CRLF and no other CR, and with a blank or hyphen after the code */
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
    return n < 4 || p[3] == ' ' || p[3] == '-' || memchr("\t\r\n", p[3], 3) != NULL;
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
    line->plain = length > 3 && p[3] != '\t' && memchr(p, '\r', length) == lf - 1;
    if (length > 3 && p[length - 1] == '\r')
        length--;
    if (length > 3 && p[3] == '\r')
        return REPLY_BROKEN;
    line->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    line->final = length == 3 || p[3] != '-';
    line->text = length > 3 ? span_of(p + 4, length - 4) : span_of(p + 3, 0);
    return REPLY_WHOLE;
}

/* Bytes of the blank lines at the front, whole or not. */
static size_t blank_lines(const char *p, size_t n)
{
    size_t at = 0;

    if (n > 0 && p[0] > ' ')
        return 0;
    for (size_t i = 0; i < n && memchr(" \t\r\n", p[i], 4) != NULL; i++)
        if (p[i] == '\n')
            at = i + 1;
        else if (i + 1 == n)
            return n;
    return at;
}

/* The line after blank ones, which are part of it. */
static enum reply_state next_line(const char *p, size_t n, struct reply_line *line)
{
    size_t blank = blank_lines(p, n);
    enum reply_state state;

    if (blank == n)
        return REPLY_PARTIAL;
    state = line_of(p + blank, n - blank, line);
    if (state != REPLY_WHOLE)
        return state;
    line->raw += blank;
    line->plain = line->plain && blank == 0;
    return state;
}

enum reply_state reply_scan(const char *bytes, size_t n, struct reply *reply)
{
    struct reply_line line;
    unsigned lines = 0;
    bool mixed = false;
    size_t at = 0;
    int code = 0;
    bool plain = true;

    do {
        enum reply_state state = next_line(bytes + at, n - at, &line);

        if (state != REPLY_WHOLE)
            return state;
        mixed = mixed || (lines > 0 && line.code != code);
        lines++;
        code = line.code;
        plain = plain && line.plain;
        at += line.raw;
    } while (!line.final);
    *reply = (struct reply){code, mixed, lines, span_of(bytes, at), line.text, plain};
    return REPLY_WHOLE;
}

size_t reply_complete_lines(const char *bytes, size_t n)
{
    struct reply_line line;
    size_t at = 0;

    while (at < n && next_line(bytes + at, n - at, &line) == REPLY_WHOLE && !line.final)
        at += line.raw;
    return at;
}

bool reply_is_plain(struct span lines)
{
    struct reply_line line;

    while (lines.n > 0) {
        if (next_line(lines.p, lines.n, &line) != REPLY_WHOLE || !line.plain)
            return false;
        lines = span_skip(lines, line.raw);
    }
    return true;
}

/* A line with what stands before its LF: each CR that is not part of its end is a blank. */
static void write_line(struct span line, struct buffer *out)
{
    size_t n = line.n > 0 && line.p[line.n - 1] == '\r' ? line.n - 1 : line.n;

    for (size_t i = 0; i < n; i++) {
        bool blank = line.p[i] == '\r' || (line.p[i] == '\t' && i == 3);

        buffer_append(out, blank ? " " : line.p + i, 1);
    }
    buffer_append(out, "\r\n", 2);
}

void reply_write_plain(struct span lines, struct buffer *out)
{
    size_t blank;

    while ((blank = blank_lines(lines.p, lines.n)) < lines.n) {
        struct span rest = span_skip(lines, blank);
        const char *lf = memchr(rest.p, '\n', rest.n);
        struct span line = span_of(rest.p, lf ? (size_t)(lf - rest.p) : rest.n);

        write_line(line, out);
        lines = span_skip(rest, lf ? line.n + 1 : line.n);
    }
}

void reply_write_agreed(const struct reply *reply, struct buffer *out)
{
    size_t at = buffer_len(out);
    char code[4];

    snprintf(code, sizeof code, "%03d", reply->code);
    reply_write_plain(reply->raw, out);
    while (at + 3 < buffer_len(out)) {
        char *line = buffer_at(out, at);
        const char *lf = memchr(line, '\n', buffer_len(out) - at);

        memcpy(line, code, 3);
        if (!lf)
            return;
        at += (size_t)(lf + 1 - line);
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
