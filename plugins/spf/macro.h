/* Macros of SPF: "%{ir}.%{v}._spf.%{d2}" (RFC 7208, 7).  Pure. */
#ifndef SPF_MACRO_H
#define SPF_MACRO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* What macros speak of. */
struct macro_facts {
    const struct sockaddr *addr;
    const char *helo;
    const char *local_part, *sender_domain;
    const char *domain;    /* the current one */
    const char *validated; /* the address's own name, or "unknown" */
};

/* Printable ASCII, in which each '%' begins a macro. */
bool macro_is_text(const char *text);
/* The same as a domain-spec: it ends in a macro or in the label of a top domain. */
bool macro_is_domain(const char *spec);

/* Writes what a domain-spec means, cut from the left to what fits into a name.
 * False: it came to more than can be meant. */
bool macro_expand(const struct macro_facts *facts, const char *spec, char *name, size_t size);

#endif
