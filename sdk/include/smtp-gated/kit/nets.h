/* smtp-gated/kit/nets.h - networks, and lists of addresses and networks.
 *
 * The list of an option has sg_nets_contain().  This is for lists from elsewhere,
 * a file of blocked networks for instance, and for comparing addresses with a
 * prefix.  Lists may be long: a million entries are twenty comparisons.
 *
 * v4-mapped addresses and networks are IPv4; and neither kind holds the other.
 *
 * Needs libc only.  Compile nets.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_NETS_H
#define SMTP_GATED_KIT_NETS_H

#include <stddef.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An address is a network with all its bits. */
struct net {
    unsigned char six;       /* 1: IPv6 */
    unsigned char bits;      /* of 32, or of 128 */
    unsigned char bytes[16]; /* IPv4: the first four */
};

/* "192.0.2.7", "192.0.2.0/24", "2001:db8::/32".  0, or -1 if it is none of them; what
 * has bits after its prefix is refused, because somebody meant something else. */
int net_read(struct net *net, const char *text);
/* From the 4 bytes of an AF_INET or the 16 of an AF_INET6 address, as the DNS has them;
 * prefix as one writes it, and bits after it are dropped. */
struct net net_make(int family, const void *address, unsigned prefix);
/* 0, or -1: it is not an IP address. */
int net_of(struct net *net, const struct sockaddr *addr);
/* 1: all of inner is in outer. */
int net_holds(const struct net *outer, const struct net *inner);

/* A list, of the kit's memory; empty at first. */
struct nets;

/* Each create needs its destroy. */
struct nets *nets_create(void);
void nets_destroy(struct nets *nets); /* NULL is fine */
void nets_add(struct nets *nets, const struct net *net);
/* Adds what a file has: one address or network to a line, '#' or ';' begins a
 * comment.  0; or -1, with a sentence in `why`, and the list as it was.  Blocks: for
 * `configure`, where it is loaded once for all workers. */
int nets_load(struct nets *nets, const char *path, char *why, size_t size);
/* 1: the address is in one of them.  The first call after nets_add() sorts. */
int nets_contain(struct nets *nets, const struct sockaddr *addr);

#ifdef __cplusplus
}
#endif
#endif
