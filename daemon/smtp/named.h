/* Paths of printers and mailers that put a name or a comment beside the address:
 * <Bob B <b@x.test>>, <<b@x.test>>, <(Bob)b@x.test>. */
#ifndef SG_SMTP_NAMED_H
#define SG_SMTP_NAMED_H

#include "../base/span.h"

/* s begins with "<".  *address: what stands there as the one address, not read any
 * further; *n: where the ">" that closes all of it stands.  False: there is none, or more
 * than one. */
bool named_path(struct span s, struct span *address, size_t *n);

#endif
