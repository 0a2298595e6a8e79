/* The inside of the DNS kit.  dns.c (questions, the cache) asks dns_wire.c (tries), which
 * knows of dns_servers.c whom to ask, and sends by dns_port.c (datagrams) and dns_stream.c
 * (TCP).  dns_query.c writes questions, dns_message.c reads answers, dns_config.c
 * what people write. */
#ifndef DNS_INNER_H
#define DNS_INNER_H

#include <smtp-gated/kit/dns.h>
#include <stdbool.h>
#include <sys/queue.h>
#include <uv.h>

enum { DNS_HEADER = 12, DNS_WIRE_NAME = 255, DNS_QUERY = DNS_HEADER + DNS_WIRE_NAME + 4 + 11 };
enum { DNS_SERVERS = 8, DNS_SERVER_TEXT = 120 };

/* ------------------------------------------------------------ messages -- */

/* An answer without records; `reason` is copied. */
const struct dns_answer *dns_answer_none(enum dns_outcome outcome, const char *reason,
                                         uint32_t ttl);
size_t dns_answer_bytes(const struct dns_answer *answer);
/* Reads one DNS message (RFC 1035, 4) as the answer to a question.  Pure. */
const struct dns_answer *dns_message_read(const unsigned char *bytes, size_t size,
                                          enum dns_type type);
/* "SERVFAIL" for 2, and so on. */
const char *dns_rcode_name(unsigned rcode);

/* Writes a question, with EDNS or without; "" is the root.  Returns its length; 0: the
 * name is none.  Pure. */
size_t dns_query_write(unsigned char to[DNS_QUERY], unsigned id, unsigned type, const char *name,
                       bool edns);
/* Is this the answer to that question: its id, and the same question again?  A server that
 * does not understand EDNS may leave the question out.  Pure. */
bool dns_query_answered(const unsigned char *query, size_t n, const unsigned char *answer,
                        size_t size);
/* Numbers nobody can guess.  False: there are none. */
bool dns_random(uint16_t *number);

/* ------------------------------------------------------------- servers -- */

struct dns_server {
    struct sockaddr_storage addr;
    socklen_t addrlen;
    char text[DNS_SERVER_TEXT]; /* "192.0.2.1:53", "[fe80::1%eth0]:53" */
    bool down;                  /* it does not answer, or is not there */
    bool told;                  /* the log has that something is wrong with it */
    unsigned refusals;          /* REFUSED, so often in a row */
    uint64_t since, probe_at;
    struct dns_exchange *probe; /* is it there at all? */
};

/* The servers of a text that dns_servers() made; returns how many, at most DNS_SERVERS. */
unsigned dns_servers_read(const char *text, struct dns_server *servers);
/* The path that the text came from, "" for none; and the text after it. */
const char *dns_servers_origin(const char *text, char *path, size_t size);
/* What stands in a resolv.conf, as such a text; NULL and errno. */
char *dns_servers_of_file(const char *path);

/* ----------------------------------------------------------- datagrams -- */

struct dns_wire;

/* A socket connected to one server, with a source port of its own for so many questions
 * and so long. */
struct dns_port {
    LIST_ENTRY(dns_port) all;
    struct dns_wire *wire;
    struct sockaddr_storage addr;
    uv_poll_t poll;
    int fd;
    uint64_t opened;
    unsigned asked, open; /* questions sent, tries that may still be answered */
    bool retired;         /* nothing is sent from it any more */
};
LIST_HEAD(dns_ports, dns_port);

/* The port from which this server is asked now; NULL and errno: there is none. */
struct dns_port *dns_port_for(struct dns_wire *wire, struct dns_ports *ports,
                              const struct dns_server *server);
void dns_port_drop(struct dns_port *port); /* one try less */
void dns_port_close(struct dns_port *port);
/* What comes from it; n is beyond size where the message was longer than the buffer. */
void dns_wire_datagram(struct dns_port *port, const unsigned char *bytes, size_t n, bool cut);
/* No server there, or the socket is of no use; the port is closed after that. */
void dns_wire_refused(struct dns_port *port, int error);

/* ------------------------------------------------------------- streams -- */

/* The same question once more, by TCP.  `done` is called by the loop, once: bytes is
 * NULL and error says why, or the message is whole.  The stream is gone then. */
struct dns_stream;
typedef void dns_stream_done(const unsigned char *bytes, size_t n, int error, void *arg);
struct dns_stream *dns_stream_open(const struct dns_server *server, const unsigned char *query,
                                   size_t n, dns_stream_done *done, void *arg); /* NULL: errno */
void dns_stream_close(struct dns_stream *stream);                               /* NULL is fine */

/* ----------------------------------------------------------- exchanges -- */

/* One question on the wire, until there is an answer or no hope of any.  `done` is called
 * by the loop: with an answer's bytes, or without and why. */
struct dns_exchange;
typedef void dns_exchange_done(const unsigned char *bytes, size_t n, enum dns_outcome outcome,
                               const char *why, void *arg);
struct dns_exchange *dns_wire_ask(struct dns_wire *wire, unsigned type, const char *name,
                                  dns_exchange_done *done, void *arg);
/* Somebody asks anew what has been asked before and has not been answered yet. */
void dns_wire_insist(struct dns_exchange *exchange);

/* `stirred` is called by the loop after something has come, and when the time given to
 * dns_wire_arm() is over. */
struct dns_wire *dns_wire_open(const char *servers, uint64_t patience, void (*stirred)(void *arg),
                               void *arg);
void dns_wire_close(struct dns_wire *wire); /* all that is under way ends, told to nobody */
/* due: sg_now() when `stirred` is wanted at the latest; UINT64_MAX: no wish. */
void dns_wire_arm(struct dns_wire *wire, uint64_t due);
bool dns_wire_is_down(const struct dns_wire *wire);

#endif
