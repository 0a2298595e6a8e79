/* Quoting for files that are written, and excerpts of files that were read. */
#include "quote.h"
#include "../base/printable.h"
#include <ctype.h>
#include <string.h>

void quote_text(const char *text, size_t n, struct buffer *out)
{
    buffer_append(out, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        bool variable = text[i] == '$' && i + 1 < n && text[i + 1] == '{';
        if (text[i] == '"' || text[i] == '\\' || variable)
            buffer_append(out, "\\", 1);
        buffer_append(out, text + i, 1);
    }
    buffer_append(out, "\"", 1);
}

void quote_word(const char *text, size_t n, struct buffer *out)
{
    bool bare = n > 0;
    for (size_t i = 0; i < n; i++)
        bare = bare && (isalnum((unsigned char)text[i]) || strchr("_.-", text[i]));
    if (bare)
        buffer_append(out, text, n);
    else
        quote_text(text, n, out);
}

const char *excerpt(const char *text)
{
    static char shown[EXCERPT_MAX + sizeof "..."];
    size_t n = strnlen(text, EXCERPT_MAX);
    memcpy(shown, text, n);
    make_printable(shown, n);
    strcpy(shown + n, text[n] ? "..." : "");
    return shown;
}
