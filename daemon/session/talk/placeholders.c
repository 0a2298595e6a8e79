/* See placeholders.h. */
#include "placeholders.h"
#include "../model/notes.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct filling {
    char *at, *end; /* the last byte is for the NUL */
};

static void put(struct filling *f, char c)
{
    if (f->at < f->end)
        *f->at++ = c;
}

static void put_value(struct filling *f, const char *value)
{
    for (; *value; value++)
        put(f, value[0] == '%' && value[1] == '{' ? '?' : *value);
}

static const char *value_of_client(const struct session *s, const char *reason)
{
    (void)reason;
    return s->client_ip;
}

static const char *value_of_id(const struct session *s, const char *reason)
{
    static char id[24];
    (void)reason;
    snprintf(id, sizeof id, "%" PRIu64, s->slot->id);
    return id;
}

static const char *value_of_reason(const struct session *s, const char *reason)
{
    (void)s;
    return reason;
}

static const char *value_of_left(const struct session *s, const char *reason)
{
    const char *left = notes_get(s->notes, "lock.left");
    (void)reason;
    return left ? left : "";
}

/* NULL: there is no such placeholder. */
static const char *value_of(const struct session *s, struct span name, const char *reason)
{
#define PLACEHOLDER(word)                                                                          \
    if (span_is(name, #word))                                                                      \
        return value_of_##word(s, reason);
#include "../../base/placeholders.def"
#undef PLACEHOLDER
    return NULL;
}

void placeholders_fill(const struct session *s, const char *text, const char *reason, char *out,
                       size_t room)
{
    struct filling f = {out, out + room - 1};

    while (*text) {
        const char *close = text[0] == '%' && text[1] == '{' ? strchr(text, '}') : NULL;
        const char *value = NULL;
        if (close)
            value = value_of(s, span_of(text + 2, (size_t)(close - text) - 2), reason);

        if (value) {
            put_value(&f, value);
            text = close + 1;
        } else
            put(&f, *text++);
    }
    *f.at = '\0';
}
