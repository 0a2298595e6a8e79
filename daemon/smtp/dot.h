/* The DATA phase: finds the end of data, unstuffs dots, and settles what a
 * bare CR or LF is, in one linear pass over bytes cut at any place.
 *
 * Each call takes a run off the input and says what of it goes on the wire and
 * what of it is message.  Both point into the input or to constants, so nothing
 * is copied.  Only CRLF.CRLF (and .CRLF as the very first bytes) ends data, RFC
 * 5321, 4.1.1.4; the end itself is never on the wire: it is the caller's to
 * release.  The CRLF before it is, and is message.
 *
 * With normalise a bare LF goes on as CRLF and a line that then begins with a
 * dot is stuffed again; without, it stops with DOT_BARE_LF.  A bare CR always
 * stops with DOT_BARE_CR, a line that begins with NUL and a dot, in either order,
 * with DOT_NUL.
 *
 * With lf_ends LF alone is a line end like CRLF, also around the dot that ends data: for
 * clients that write no others.  What goes on the wire has CRLF.
 *
 * A run counts whatever the result beside it.  A call may consume nothing when
 * it lets out what an earlier one held back; it never does so twice in a row. */
#ifndef SG_SMTP_DOT_H
#define SG_SMTP_DOT_H

#include "../base/span.h"

enum dot_result {
    DOT_MORE,    /* the run is done, or the input is: call again while consumed < n */
    DOT_END,     /* end of data; what is left of the input are commands */
    DOT_BARE_CR, /* refused.  The caller answers, sets `discard` and goes on with
                    the same struct to find the end */
    DOT_BARE_LF,
    DOT_NUL
};

struct dot {
    unsigned char state; /* private to dot.c */
    bool normalise;      /* bare_newline = normalise */
    bool lf_ends;        /* the client is one of bare_lf_from; normalise does not matter then */
    bool discard;        /* only look for the end: nothing is an error, no runs */
};

struct dot_run {
    struct span wire; /* for the server, stuffed */
    struct span body; /* for the checks, unstuffed */
    size_t consumed;
    enum dot_result result;
};

void dot_init(struct dot *dot, bool normalise);
struct dot_run dot_feed(struct dot *dot, const char *bytes, size_t n);

#endif
