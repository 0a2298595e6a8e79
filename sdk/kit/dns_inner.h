/* The inside of the DNS kit, for dns.c (questions), dns_wire.c (sockets and time)
 * and dns_message.c (what servers say). */
#ifndef DNS_INNER_H
#define DNS_INNER_H

#include <ares.h>
#include <smtp-gated/kit/dns.h>
#include <stdbool.h>

/* An answer without records; `reason` is copied. */
const struct dns_answer *dns_answer_none(enum dns_outcome outcome, const char *reason,
                                         uint32_t ttl);
size_t dns_answer_bytes(const struct dns_answer *answer);

/* Reads one DNS message (RFC 1035, 4) as the answer to a question.  Pure. */
const struct dns_answer *dns_message_read(const unsigned char *bytes, size_t size,
                                          enum dns_type type);

/* A c-ares channel on the loop.  `stirred` is called by the loop after c-ares has
 * worked, and when the time given to dns_wire_arm() is over. */
struct dns_wire;
struct dns_wire *dns_wire_open(const char *servers, uint64_t patience, void (*stirred)(void *arg),
                               void *arg);
void dns_wire_close(struct dns_wire *wire); /* all that is under way ends, called back */
void dns_wire_ask(struct dns_wire *wire, enum dns_type type, const char *name, ares_callback done,
                  void *arg);
/* due: sg_now() when `stirred` is wanted at the latest; UINT64_MAX: no wish. */
void dns_wire_arm(struct dns_wire *wire, uint64_t due);
#endif
