/* What a session is made of: the pieces its client sends, the messages among
 * them, and what goes wrong on either side. */
#ifndef CAMPAIGN_PLAN_H
#define CAMPAIGN_PLAN_H

#include "bytes.h"
#include "random.h"
#include <stdbool.h>
#include <stdint.h>

#define MARKER "SG-CAMPAIGN-MARKER-0123456789"

enum kind { /* of a piece; which of them, and what is judged, is the oracle's table */
            BANNER,
            HELO,
            MAIL,
            RCPT,
            DATA,
            BODY,
            BDAT,
            LAST,
            RSET,
            NOOP,
            OTHER, /* VRFY, HELP, verbs nobody knows */
            AUTH,
            AUTH_ANSWER,
            STARTTLS,
            NEVER, /* verbs that the relay must not pass */
            BAD,   /* lines that are no command */
            QUIT,
            KINDS
};

/* What the client sends and gets one reply for. */
struct piece {
    enum kind kind;
    size_t at, head, size; /* in the session's wire; the reply may come after `head` bytes */
    unsigned letter;       /* MAIL to LAST: number of the message */
    bool gate;             /* sent only when all before it has been answered */
    bool skipped;
};

struct letter {
    struct bytes text; /* what must arrive, behind the trace header */
    struct bytes wire; /* DATA: as the client sends it, with the final dot */
    bool bdat, marked, bare_cr, early;
    bool spoken_into; /* the MTA answered it before its end */
    size_t declared;  /* SIZE=, 0: not given */
    unsigned end;     /* the piece that completes it; 0: none does */
    bool completed;   /* at the MTA */
    bool told;        /* its client got an answer */
};

enum fault { /* of the server, when it gets its command number fault_at, or in a body */
             FAULT_NONE,
             FAULT_CLOSE,
             FAULT_RESET,
             FAULT_GARBAGE,
             FAULT_HALF,        /* half a reply, and the end */
             FAULT_HALF_SILENT, /* half a reply, and nothing */
             FAULT_SILENT,
             FAULT_BYE,     /* 421 and the end */
             FAULT_WRONG,   /* 354 to whatever it is */
             FAULT_EARLY,   /* in a body: its final reply before its end */
             FAULT_IN_BODY, /* in a body: the end */
             FAULT_PAUSE,   /* in a body: does not read for a while */
             FAULT_COUNT
};

enum leave { /* how the client goes when it has sent leave_at bytes */
             LEAVE_NOT,
             LEAVE_FIN,
             LEAVE_RESET,
             LEAVE_CLOSE,
             LEAVE_STALL, /* sends no more */
             LEAVE_DEAF   /* reads no more for a while, then goes on */
};

enum { MAX_PIECES = 160, MAX_LETTERS = 6, SLOW_MS = 20 };

enum transaction { NO_MAIL, OPEN_MAIL, UNSURE };

#endif
