/* See reading.h. */
#include "reading.h"

/* RFC 5321, 4.5.3.1.4 and RFC 4954, 4; with the end of the line. */
#define LINE_MAX 512u
#define AUTH_MAX 12288u

/* Does s consist of letters and digits of ASCII and those others? */
static bool consists_of(struct span s, const char *others)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

        if (!letter && !(c >= '0' && c <= '9') && (c == '\0' || !strchr(others, c)))
            return false;
    }
    return true;
}

static bool is_verb(struct span word)
{
    return word.n > 0 && consists_of(word, "-");
}

bool answer_is_plain(struct span text)
{
    return consists_of(text, "+/=") || span_is(text, "*");
}

/* What must be offered before more than a line may come with the command: a payload, an
 * exchange that is not made of commands, a tunnel. */
static unsigned offer_needed(enum verb verb)
{
    switch (verb) {
    case VERB_BDAT:
        return EHLO_CHUNKING;
    case VERB_AUTH:
        return EHLO_AUTH;
    case VERB_STARTTLS:
        return EHLO_STARTTLS;
    default:
        return 0;
    }
}

/* "AUTH MECHANISM base64", of which no part looks like another command. */
static bool is_long_auth(const struct command *c, size_t raw)
{
    struct span rest = c->arg;

    span_word(&rest);
    return c->verb == VERB_AUTH && raw <= AUTH_MAX && answer_is_plain(span_trim(rest));
}

static bool is_too_long(const struct command *c, size_t raw, unsigned offers)
{
    return raw > LINE_MAX && raw > LINE_MAX + ehlo_line_more(offers, c->verb) &&
           !is_long_auth(c, raw);
}

/* A server that does not know the command may read more into it than was meant, and answer
 * more than once. */
static bool is_obscure(const struct command *c)
{
    switch (c->verb) {
    case VERB_UNKNOWN:
        return true;
    case VERB_NOOP:
    case VERB_HELP:
    case VERB_VRFY:
    case VERB_EXPN:
    case VERB_ETRN:
        return c->arg.n > 0;
    default:
        return false;
    }
}

bool command_needs_offers(const struct command *c, size_t raw)
{
    return raw > LINE_MAX || offer_needed(c->verb);
}

enum reading command_reading(const struct command *c, size_t raw, unsigned offers)
{
    unsigned needed = offer_needed(c->verb);

    if (c->verb == VERB_UNKNOWN && (!is_verb(c->word) || verb_taken_for(c->word) != VERB_UNKNOWN))
        return READING_NO_VERB;
    if (needed & ~offers)
        return READING_NOT_OFFERED;
    if (is_too_long(c, raw, offers))
        return READING_TOO_LONG;
    return raw > LINE_MAX || is_obscure(c) ? READING_ALONE : READING_ONE;
}
