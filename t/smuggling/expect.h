/* What must come of a script: the answers, and of each message whether the checks
 * see it, whether it arrives, and its bytes.  Read off the client's bytes alone. */
#ifndef SMUGGLING_EXPECT_H
#define SMUGGLING_EXPECT_H

#include "cases.h"
#include "hash.h"
#include <stdint.h>

enum { ANSWERS = 128, MESSAGES = 4 };

struct answer {
    char digit; /* of its code: '2' to '5' */
    size_t at;  /* the bytes it answers end here */
};

struct message {
    char kind;            /* of its MAIL FROM */
    bool marked;          /* the checks see it and refuse it */
    bool optional;        /* the session may have ended before it */
    uint64_t hash;        /* of its bytes, unstuffed, as the checks see them */
    unsigned seen, taken; /* filled in by who compares: by the checks, by the MTA */
};

struct expected {
    struct answer answers[ANSWERS];
    unsigned count;
    /* Behind a message that was sent in spite of a refused DATA: its lines are commands,
     * or the session ends, as the bytes happen to come.  And with a real MTA, behind what
     * each answers in its own way.  The answers from this one on are not foretold, and
     * messages may be missing. */
    bool loose;
    unsigned loose_from;
    struct message messages[MESSAGES];
    unsigned message_count;
};

void expect(const struct bytes *wire, bool normalise, bool real, struct expected *x);

#endif
