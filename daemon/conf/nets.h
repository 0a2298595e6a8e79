/* A list of addresses and networks, made from the configuration once and asked
 * for every session: sg_nets_contain(), which plugins call too. */
#ifndef SG_CONF_NETS_H
#define SG_CONF_NETS_H

#include "../base/buffer.h"
#include "smtp-gated/plugin.h"
#include <stdbool.h>

/* Adds "192.0.2.7", "10.0.0.0/8" or "2001:db8::/32"; *nets may be NULL.  False
 * if it is none of these; why then may say more. */
bool nets_add(struct sg_nets **nets, const char *text, struct buffer *why);

/* Entry i as text; false if there are fewer. */
bool nets_format(const struct sg_nets *nets, unsigned i, struct buffer *out);

void nets_destroy(struct sg_nets *nets);

/* "192.0.2.7", "::1", "fe80::1%eth0": numeric only, v4-mapped ones become IPv4.
 * False if it is none. */
bool address_parse(const char *text, struct sockaddr_storage *addr);
void address_format(const struct sockaddr_storage *addr, struct buffer *out);

#endif
