/* See queue_id.h.  One pass over the words; the first habit that fits wins. */
#include "queue_id.h"

#include <string.h>

/* Ids are letters, digits and a few marks; "<…>" of Exchange is a Message-ID, and none. */
static struct span id_of(struct span word)
{
    static const char marks[] = "-_.@+/=";
    size_t n = 0;

    while (n < word.n &&
           ((word.p[n] >= '0' && word.p[n] <= '9') || (word.p[n] >= 'A' && word.p[n] <= 'Z') ||
            (word.p[n] >= 'a' && word.p[n] <= 'z') || strchr(marks, word.p[n])))
        n++;
    while (n > 0 && word.p[n - 1] == '.')
        n--;
    return span_of(word.p, n);
}

static bool starts(struct span word, const char *with)
{
    size_t n = strlen(with);

    return word.n > n && span_is(span_of(word.p, n), with);
}

struct span queue_id(struct span text)
{
    struct span before = {0}, last = {0}, rest = text;

    for (;;) {
        struct span word = span_word(&rest);
        if (word.n == 0)
            return span_of(NULL, 0);
        if (starts(word, "id=")) /* Exim */
            return id_of(span_skip(word, 3));
        if (starts(word, "[InternalId="))
            return id_of(span_skip(word, strlen("[InternalId="))); /* Exchange */
        if (span_is(last, "as") && span_is(before, "queued"))      /* Postfix */
            return id_of(word);
        if (span_is(last, "qp") && span_is(span_word(&(struct span){text.p, text.n}), "ok"))
            return id_of(word);                                    /* qmail */
        if (span_is(word, "accepted") && span_is(last, "Message")) /* Sendmail, OpenSMTPD */
            return id_of(before);
        before = last;
        last = word;
    }
}
