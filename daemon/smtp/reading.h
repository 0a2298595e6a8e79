/* Nothing is sent that can be read in a second way: the relay judges what it has read,
 * and a server that reads the same bytes as something else would get what nobody has
 * looked at.  Every command line is held to that here, and nowhere else.
 * doc/decisions/one-reading.md says which readings there are. */
#ifndef SG_SMTP_READING_H
#define SG_SMTP_READING_H

#include "command.h"
#include "ehlo.h"

enum reading {
    READING_ONE,         /* every server reads it as it was read here */
    READING_ALONE,       /* the same, if nothing more goes out before its reply is complete */
    READING_NO_VERB,     /* the first word is not a verb, or may be taken for another one */
    READING_TOO_LONG,    /* some server's buffer may end within the line */
    READING_NOT_OFFERED, /* more than a line comes with it, which the server may take for
                            commands */
};

/* raw: bytes of the line with its end.  offers: enum ehlo_offer of the last EHLO. */
enum reading command_reading(const struct command *c, size_t raw, unsigned offers);
/* Whether that cannot be said before the reply to EHLO is there. */
bool command_needs_offers(const struct command *c, size_t raw);

/* May the line be the client's part of an AUTH exchange?  Base64, or a lone `*` (RFC 4954, 4). */
bool answer_is_plain(struct span text);

/* The largest number that is passed: what a server keeps in 32 bits with a sign. */
#define READING_NUMBER_MAX 0x7fffffffu

#endif
