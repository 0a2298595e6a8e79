/* smtp-gated/kit/address.h - IPv4 and IPv6 addresses of sockets: as text, and
 * what is asked of them again and again.
 *
 * Other families are no addresses here: their text is "", their port 0.
 *
 * Needs libc only.  Compile address.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_ADDRESS_H
#define SMTP_GATED_KIT_ADDRESS_H

#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As long as any of the texts may be. */
#define ADDRESS_TEXT 64

/* "192.0.2.7", "2001:db8::7".  addr may be NULL.  Both return `text`. */
const char *address_text(const struct sockaddr *addr, char text[ADDRESS_TEXT]);
/* "192.0.2.7:25", "[2001:db8::7]:25", as log lines and replies have it; "" for NULL. */
const char *address_text_port(const struct sockaddr *addr, char text[ADDRESS_TEXT]);

/* Where somebody listens. */
struct address_place {
    struct sockaddr_storage addr;
    socklen_t addrlen;
    char text[120]; /* "192.0.2.1:53", "[fe80::1%eth0]:53" */
};

/* Reads "IP", "IP:port", "[IPv6]" or "[IPv6]:port"; port: where none is written.  A
 * link-local address needs its interface, "fe80::1%eth0", by name or number.  0, or -1: it is
 * none of them. */
int address_read(struct address_place *to, const char *text, unsigned port);

/* In host order; 0 for NULL. */
unsigned address_port(const struct sockaddr *addr);

/* 127.0.0.0/8 or ::1. */
int address_is_loopback(const struct sockaddr *addr);
/* One that the whole net knows this way: not private, link-local, of a carrier's NAT,
 * loopback, multicast, or no address at all. */
int address_is_public(const struct sockaddr *addr);

#ifdef __cplusplus
}
#endif
#endif
