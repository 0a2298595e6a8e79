/* Finding a command line and what is wrong with it. */
#include "line.h"

static bool control(char c)
{
    unsigned char u = (unsigned char)c;

    return (u < 0x20 && u != '\t') || u == 0x7f;
}

static bool has_control(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (control(text.p[i]))
            return true;
    return false;
}

static enum line_flaw flaw_of(struct span text, bool crlf)
{
    if (text.n > 0 && memchr(text.p, '\r', text.n) != NULL)
        return LINE_BARE_CR;
    if (has_control(text))
        return LINE_CONTROL;
    return crlf ? LINE_FINE : LINE_BARE_LF;
}

bool line_scan(const char *bytes, size_t n, struct line *line)
{
    const char *lf = n > 0 ? memchr(bytes, '\n', n) : NULL;
    size_t length;
    bool crlf;

    if (lf == NULL)
        return false;
    length = (size_t)(lf - bytes);
    crlf = length > 0 && lf[-1] == '\r';
    line->raw = length + 1;
    line->text = span_of(bytes, crlf ? length - 1 : length);
    line->flaw = flaw_of(line->text, crlf);
    return true;
}
