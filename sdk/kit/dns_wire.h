/* What dns_wire.c (questions) and dns_servers.c (whom to ask, and are they there) share. */
#ifndef DNS_WIRE_H
#define DNS_WIRE_H

#include "dns_inner.h"
#include <sys/stat.h>

enum { DNS_ROUNDS = 3, DNS_TRIES = DNS_ROUNDS * DNS_SERVERS, DNS_PROBES = 2 };
enum { DNS_BUCKETS = 1024 };

/* What an exchange waits for. */
enum dns_queue {
    DNS_OVER,   /* that the loop tells that it has failed */
    DNS_PROBED, /* an answer to a probe */
    DNS_TRIED,  /* an answer, or the next try */
    DNS_ENDING, /* an answer, after the last try or by TCP */
    DNS_NOWHERE
};

struct dns_exchange {
    LIST_ENTRY(dns_exchange) by_id;
    TAILQ_ENTRY(dns_exchange) in_queue;
    enum dns_queue queue;
    uint64_t began, due;
    struct dns_wire *wire;
    unsigned char query[DNS_QUERY];
    size_t size;
    unsigned type;
    char name[DNS_NAME];
    bool edns;
    struct dns_server *probed;         /* the server, if it is a probe */
    struct dns_port *ports[DNS_TRIES]; /* of the tries; NULL: it is no more */
    unsigned tries, objections, at;    /* at: the place of the next server */
    struct dns_stream *stream;
    struct sockaddr_storage streamed; /* whom the stream asks */
    char why[DNS_SERVER_TEXT + 64];
    dns_exchange_done *done;
    void *arg;
};

struct dns_wire {
    struct dns_server servers[DNS_SERVERS];
    unsigned count;
    char *text;       /* the same */
    char file[256];   /* whose text it is, "": it was configured */
    struct stat seen; /* that file when it was read */
    uint64_t patience, looked;
    struct dns_ports ports;
    LIST_HEAD(, dns_exchange) by_id[DNS_BUCKETS];
    TAILQ_HEAD(, dns_exchange) queues[DNS_NOWHERE];
    uv_timer_t timer;
    void (*stirred)(void *arg);
    void *arg;
};

/* By the id that a message begins with. */
static inline unsigned dns_bucket(const unsigned char *message)
{
    return ((unsigned)message[0] << 8 | message[1]) % DNS_BUCKETS;
}

/* Exchanges. */
struct dns_exchange *dns_exchange_begin(struct dns_wire *wire, unsigned type, const char *name,
                                        struct dns_server *probed);
void dns_exchange_try(struct dns_exchange *x);
void dns_exchange_drop(struct dns_exchange *x); /* told to nobody */
uint64_t dns_wire_due(const struct dns_wire *wire);
void dns_wire_stir(struct dns_wire *wire); /* after something has come */

/* Servers. */
struct dns_server *dns_server_of(struct dns_wire *wire, const struct sockaddr_storage *addr);
void dns_servers_look(struct dns_wire *wire); /* has their file changed? is one back? */
void dns_server_is_up(struct dns_wire *wire, struct dns_server *server);
void dns_server_is_down(struct dns_wire *wire, struct dns_server *server, const char *why);
void dns_server_is_silent(struct dns_wire *wire, struct dns_server *server);
void dns_server_refuses(struct dns_wire *wire, struct dns_server *server);

#endif
