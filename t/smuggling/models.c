/* See models.h.  Slow and simple: from the beginning, line by line. */
#include "models.h"

const struct model models[MODELS] = {
    {"strict", false, false, NUL_KEPT},
    {"LF ends a line", false, true, NUL_KEPT},
    {"CR ends a line", true, false, NUL_KEPT},
    {"CR and LF end a line", true, true, NUL_KEPT},
    {"strict, drops NUL", false, false, NUL_DROPPED},
    {"LF ends a line, drops NUL", false, true, NUL_DROPPED},
    {"CR ends a line, drops NUL", true, false, NUL_DROPPED},
    {"CR and LF end a line, drops NUL", true, true, NUL_DROPPED},
    {"strict, NUL ends strings", false, false, NUL_ENDS},
    {"LF ends a line, NUL ends strings", false, true, NUL_ENDS},
    {"CR ends a line, NUL ends strings", true, false, NUL_ENDS},
    {"CR and LF end a line, NUL ends strings", true, true, NUL_ENDS},
};

/* The next byte that this MTA looks at; n if there is none. */
static size_t skip_nul(const struct model *m, const char *p, size_t n, size_t at)
{
    while (m->nul == NUL_DROPPED && at < n && p[at] == '\0')
        at++;
    return at;
}

/* Where the line is over whose last byte is at; 0: it goes on. */
static size_t line_end(const struct model *m, const char *p, size_t n, size_t at)
{
    if (p[at] == '\n')
        return m->lf ? at + 1 : 0;
    if (p[at] != '\r')
        return 0;
    size_t next = skip_nul(m, p, n, at + 1);
    if (next < n && p[next] == '\n')
        return next + 1;
    return m->cr && next < n ? at + 1 : 0;
}

/* One line into `line`; where it is over, 0: it is not. */
static size_t take_line(const struct model *m, const char *p, size_t n, size_t at,
                        struct bytes *line)
{
    line->n = 0;
    for (at = skip_nul(m, p, n, at); at < n; at = skip_nul(m, p, n, at + 1)) {
        size_t end = line_end(m, p, n, at);
        if (end)
            return end;
        bytes_add(line, p + at, 1);
    }
    return 0;
}

size_t model_read(const struct model *m, const char *p, size_t n, struct bytes *body)
{
    struct bytes line = {0};
    size_t at = 0, next;
    body->n = 0;
    while ((next = take_line(m, p, n, at, &line)) > 0) {
        const char *nul = m->nul == NUL_ENDS && line.n ? memchr(line.p, '\0', line.n) : NULL;
        if (nul)
            line.n = (size_t)(nul - line.p);
        at = next;
        if (line.n == 1 && line.p[0] == '.')
            break;
        size_t stuffed = line.n > 0 && line.p[0] == '.';
        bytes_add(body, line.p + stuffed, line.n - stuffed);
        bytes_text(body, "\r\n");
    }
    bytes_finish(&line);
    return next ? at : 0;
}
