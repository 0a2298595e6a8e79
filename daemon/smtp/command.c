/* Verb and argument.  The verb ends at the first blank, as every MTA reads it. */
#include "command.h"

static const char *const spellings[VERB_COUNT] = {
    [VERB_UNKNOWN] = "?",
#define VERB(name, spelling) [VERB_##name] = spelling,
#include "verbs.def"
#undef VERB
};

static enum verb verb_of(struct span word)
{
    for (unsigned v = VERB_UNKNOWN + 1; v < VERB_COUNT; v++)
        if (span_is(word, spellings[v]))
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
    return (unsigned)verb < VERB_COUNT ? spellings[verb] : spellings[VERB_UNKNOWN];
}
