/* smtp-gated/kit/dns.h - asking the DNS without waiting for it.
 *
 *     dns_configure() in `configure`: whom to ask
 *     dns_open()      in `start`: a resolver; same servers, same resolver
 *     dns_known()     is it in the cache?
 *     dns_ask()       asks; `done` is called once, by the loop
 *     dns_close()     in `stop`
 *
 * A resolver has a cache, which keeps an answer as long as its TTL says, and that
 * there is none as long as the zone's SOA says.  It is bounded, is one per worker,
 * and serves all sessions, and all files of the plugin that name the same servers.
 * A question that is already under way is not sent a second time.
 *
 * Questions are datagrams of the kit's own, each with an id from the kernel's random
 * numbers, from a source port that changes every 50 questions and every 10 seconds; an
 * answer counts if it comes from the server asked, to that port, with that id, and
 * repeats the question.  One that is cut short is fetched by TCP.  The question goes to
 * one server after the other, three times to each within `patience`.
 *
 * A server that is silent, to a question that needs no search as well, or is not there, is
 * down: it is left out, and looked for once a second.  The log says so once, with how many
 * servers are left (DNS:DOWN), and when it is back (DNS:UP).
 *
 * All of it runs on the loop of sg_loop(), on its thread, except dns_configure(),
 * dns_servers() and what only reads.  Needs libuv and <smtp-gated/plugin.h>.  Compile
 * dns*.c and expiring.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_DNS_H
#define SMTP_GATED_KIT_DNS_H

#include <smtp-gated/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A resolver, shared by those who ask the same servers; and a question that is open. */
struct dns;
struct dns_question;

/* What to ask for, by the numbers of the DNS. */
enum dns_type { DNS_A = 1, DNS_PTR = 12, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28 };

/* What came of it. */
enum dns_outcome {
    DNS_FOUND,   /* there are records, one at least */
    DNS_NOTHING, /* there is no such name, or nothing of this type */
    DNS_FAILED,  /* the servers could not or would not tell; the name is none */
    DNS_TIMEOUT
};

/* A: 4 bytes; AAAA: 16; TXT: its strings put together, which may hold any byte;
 * PTR, MX: a name without the last dot.  A NUL follows in any case. */
struct dns_record {
    unsigned preference; /* MX */
    size_t length;
    const char *data;
};

/* Valid during `done`, or as long as it is kept. */
struct dns_answer {
    enum dns_outcome outcome;
    const char *reason; /* FAILED, TIMEOUT: for the log */
    uint32_t ttl;       /* seconds; 0: not to be kept */
    unsigned count;
    const struct dns_record *records;
};

/* Whom to ask, as text for dns_open(), from a list of "192.0.2.1", "192.0.2.1:5353",
 * "2001:db8::1", "[2001:db8::1]:5353" or "fe80::1%eth0", eight at most.  With a list, no
 * file is read; with an empty one (or NULL) /etc/resolv.conf is: in `configure` it can
 * still be, later there may be a chroot.  A resolver of its servers looks at it again when
 * it has changed, where there is such a file for the worker.  The caller frees the text.
 * NULL: *wrong is the item that is not a server, or is one too many; or NULL and errno if the
 * file could not be read. */
char *dns_servers(const char *const *nameservers, const char **wrong);
/* The same for an option `nameservers`: what is wrong is said by sg_config_error(). */
char *dns_configure(const char *const *nameservers);

/* patience: ms until a question is given up.  NULL and a line in the log: it
 * cannot begin, as without random numbers.  Each dns_open() needs its dns_close(). */
struct dns *dns_open(const char *servers, uint64_t patience);
/* Of the last one the open questions are dropped: their `done` is not called. */
void dns_close(struct dns *dns); /* NULL is fine */

/* 1 while none of the servers answers, or all refuse to: nothing can be found out. */
int dns_is_down(const struct dns *dns);

/* Valid during the call; dns_answer_keep() makes it last.  New questions may be
 * asked, and others cancelled, inside. */
typedef void dns_done(const struct dns_answer *answer, void *arg);

/* What the cache has: NULL if nothing.  Borrowed until the hook returns. */
const struct dns_answer *dns_known(struct dns *dns, enum dns_type type, const char *name);
/* `name` is taken as it is: no search list.  `done` is never called from inside
 * a call of the plugin's; when it is, or after dns_cancel(), the question is gone. */
struct dns_question *dns_ask(struct dns *dns, enum dns_type type, const char *name, dns_done *done,
                             void *arg);
void dns_cancel(struct dns_question *question); /* NULL is fine */

/* An answer is kept beyond the call that showed it until it is dropped as often. */
const struct dns_answer *dns_answer_keep(const struct dns_answer *answer);
void dns_answer_drop(const struct dns_answer *answer); /* NULL is fine */

/* The name under which an address stands in a zone: "2.0.0.127.ZONE", or the 32
 * nibbles of an IPv6 address.  0, or -1 if it is not an address or does not fit into
 * DNS_NAME bytes, which is as long as a name may be. */
#define DNS_NAME 256
int dns_reverse(const struct sockaddr *addr, const char *zone, char name[DNS_NAME]);

#ifdef __cplusplus
}
#endif
#endif
