/* Verb and argument.  The verb ends at the first blank, as every MTA reads it. */
#include "command.h"

static const struct {
    const char *spelling;
    bool never;
} verbs[VERB_COUNT] = {
    [VERB_UNKNOWN] = {"?", false},
#define VERB(name, spelling) [VERB_##name] = {spelling, false},
#define NEVER(name, spelling) [VERB_##name] = {spelling, true},
#include "verbs.def"
#undef VERB
#undef NEVER
};

static enum verb verb_of(struct span word)
{
    for (unsigned v = VERB_UNKNOWN + 1; v < VERB_COUNT; v++)
        if (span_is(word, verbs[v].spelling))
            return (enum verb)v;
    return VERB_UNKNOWN;
}

struct command command_parse(struct span text)
{
    struct span rest = text, word = span_word(&rest), arg = span_trim(rest);
    bool before = word.n > 0 && word.p != text.p;
    bool behind = arg.n > 0 && (rest.p[0] != ' ' || arg.p != rest.p + 1);

    return (struct command){verb_of(word), word, arg, before || behind};
}

const char *verb_name(enum verb verb)
{
    return verbs[(unsigned)verb < VERB_COUNT ? verb : VERB_UNKNOWN].spelling;
}

bool verb_is_never(enum verb verb)
{
    return verbs[verb].never;
}

#define LOOKED_AT 4u /* letters; the first verbs had no more (RFC 821) */

enum verb verb_taken_for(struct span word)
{
    enum verb taken_for = VERB_UNKNOWN;

    if (word.n < LOOKED_AT)
        return verb_of(word);
    for (unsigned v = VERB_COUNT - 1; v > VERB_UNKNOWN; v--) {
        const char *spelling = verbs[v].spelling;
        if (((word.p[0] ^ spelling[0]) & ~('a' ^ 'A')) != 0 ||
            strncasecmp(word.p, spelling, LOOKED_AT) != 0)
            continue;
        if (span_is(word, spelling))
            return (enum verb)v;
        taken_for = (enum verb)v;
    }
    return taken_for;
}
