/* Internet addresses with a port.  A v4-mapped IPv6 address is turned into IPv4
 * where it enters (address_from), so that nobody meets one. */
#ifndef SG_BASE_ADDRESS_H
#define SG_BASE_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

union address { /* 28 bytes, where sockaddr_storage takes 128 */
    struct sockaddr sa;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
};

#define ADDRESS_TEXT 46                      /* INET6_ADDRSTRLEN */
#define ADDRESS_TEXT_PORT (ADDRESS_TEXT + 8) /* "[]:65535" */

/* AF_UNSPEC if sa is neither IPv4 nor IPv6. */
union address address_from(const struct sockaddr *sa);
/* The text of an address of this family, and nothing else; the port is 0.  False: it is none. */
bool address_read(int family, const char *text, union address *a);
socklen_t address_len(const union address *a);
uint16_t address_port(const union address *a); /* host order */
void address_set_port(union address *a, uint16_t port);
void address_text(const union address *a, char text[ADDRESS_TEXT]); /* "" if AF_UNSPEC */
void address_text_port(const union address *a,
                       char text[ADDRESS_TEXT_PORT]); /* "192.0.2.7:25", "[2001:db8::7]:25" */
struct in6_addr address_in6(const union address *a);  /* IPv4 v4-mapped */
bool address_same_ip(const union address *a, const union address *b);
bool address_is_any(const union address *a);      /* 0.0.0.0 or :: */
bool address_is_loopback(const union address *a); /* 127.0.0.0/8 or ::1 */
/* The local end of a socket. */
union address address_local(int fd);

#endif
