/* How servers read a command, the strict ones and the careless ones: what must be the
 * same for all of them in whatever goes upstream.  Written without the daemon's own
 * parsers, so that a mistake there is not made here as well.  For the fuzzer, the
 * smuggling matrix and the campaign. */
#ifndef SG_T_READINGS_H
#define SG_T_READINGS_H

#include "../../daemon/base/span.h"
#include <stdint.h>

/* How bytes of a verb are taken that are no ASCII. */
enum fold {
    FOLD_NOT,
    FOLD_HIGH_BIT, /* is not looked at: 0xCD is M */
    FOLD_DROPPED,  /* they are left out */
    FOLD_UNICODE,  /* upper-cased, accents gone: U+017F is S, U+FF2D is M */
    FOLDS
};

/* How far the verb goes. */
enum extent {
    EXTENT_WORD,    /* to the first blank */
    EXTENT_FOUR,    /* its first four letters are all that is looked at */
    EXTENT_LETTERS, /* to the first that is no letter, digit or hyphen */
    EXTENTS
};

/* How a number is kept. */
enum number { NUMBER_64, NUMBER_U32, NUMBER_S32, NUMBER_C /* 010 is 8 */, NUMBERS };

/* Where in a path its address is found. */
enum place_of_address { PLACE_FIRST, PLACE_LAST, PLACES };

/* What is made of an address; each of these alone, or all. */
enum rewriting {
    REWRITE_DOT = 1,     /* a@b. is a@b */
    REWRITE_PERCENT = 2, /* a%b is a@b */
    REWRITE_BANG = 4,    /* b!a is a@b */
    REWRITE_QUOTED = 8,  /* "a@b" is a@b */
    REWRITE_COMMENT = 16 /* (c)a@b is a@b */
};

struct reading {
    const char *name;
    enum fold fold;
    enum extent extent;
    enum number number;
    enum place_of_address place;
    unsigned rewriting;
};

/* The verb, of those that any server knows; NULL: it is none of them. */
const char *reading_verb(const struct reading *r, struct span line);

/* What is behind the verb, as far as the reading goes, and behind the blanks. */
struct span reading_argument(const struct reading *r, struct span line);

/* The digits at the front of s. */
uint64_t reading_number(const struct reading *r, struct span s);

/* The address of an argument "FROM:<a@b> …", in small letters, cut to the room. */
enum { ADDRESS_ROOM = 600 };
void reading_address(const struct reading *r, struct span argument, char *address);

/* Moves mail, or trust, past whoever looks at MAIL, DATA and BDAT only. */
bool verb_is_never_passed(const char *verb);

/* The number of ways that all verbs are read in, all addresses, all numbers. */
enum { VERB_READINGS = FOLDS * EXTENTS, ADDRESS_READINGS = PLACES * 6 };
struct reading nth_verb_reading(unsigned n);
struct reading nth_address_reading(unsigned n);

/* NULL: all read the line alike.  Else who does not, or what is wrong with it. */
const char *read_differently(struct span line);

#endif
