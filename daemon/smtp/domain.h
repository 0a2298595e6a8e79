/* Domains in addresses: which bytes may be one, and the form that DNS and lists know. */
#ifndef SG_SMTP_DOMAIN_H
#define SG_SMTP_DOMAIN_H

#include "../base/buffer.h"
#include "../base/span.h"

/* Labels of letters, digits, "-" and "_", separated by dots, none of them empty; or a
 * literal, "[192.0.2.1]".  Bytes outside ASCII count as letters. */
bool domain_is_one(struct span domain);

bool domain_is_ascii(struct span domain);

/* Appends the domain with its U-labels as A-labels (RFC 5890; mapped as UTS 46 says, not
 * transitionally).  False, and nothing appended, if it has none. */
bool domain_to_ascii(struct span domain, struct buffer *out);

#endif
