/* See domain.h.  This file is the only user of libidn2. */
#include "domain.h"

#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>

static bool in_label(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 0x80 || isalnum(u) || u == '-' || u == '_';
}

static bool is_literal(struct span s)
{
    if (s.n < 3 || s.p[s.n - 1] != ']')
        return false;
    for (size_t i = 1; i < s.n - 1; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("<>[]\"\\@", s.p[i]) != NULL)
            return false;
    return true;
}

bool domain_is_one(struct span domain)
{
    char before = '.';

    if (domain.n > 0 && domain.p[0] == '[')
        return is_literal(domain);
    for (size_t i = 0; i < domain.n; before = domain.p[i++])
        if (domain.p[i] == '.' ? before == '.' : !in_label(domain.p[i]))
            return false;
    return before != '.';
}

bool domain_is_ascii(struct span domain)
{
    for (size_t i = 0; i < domain.n; i++)
        if ((unsigned char)domain.p[i] >= 0x80)
            return false;
    return true;
}

/* The mapping may make any ASCII byte, "@" too, of one that looks like it. */
bool domain_to_ascii(struct span domain, struct buffer *out)
{
    char *text = span_dup(domain), *ascii = NULL;
    bool fine = idn2_to_ascii_8z(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
                domain_is_one(span_str(ascii));

    if (fine)
        buffer_append(out, ascii, strlen(ascii));
    idn2_free(ascii);
    free(text);
    return fine;
}
