/* A bench for daemon/net: connections that record what happens to them, and a
 * loop that turns until something is so.  The far end of each connection is a
 * plain descriptor in the test's hand. */
#ifndef SG_UNIT_NET_RIG_H
#define SG_UNIT_NET_RIG_H

#include "unit.h"
#include "../../daemon/net/conn.h"
#include "../../daemon/net/loop.h"
#include <netinet/in.h>

enum happening { DATA, END, LOW, ERROR, CONNECTED, HAPPENINGS };

struct probe {
    struct conn conn;
    struct buffer got;          /* what was consumed */
    size_t take;                /* at most so many bytes a call are consumed */
    unsigned count[HAPPENINGS]; /* how often each callback came */
    enum happening order[8];    /* and the first of them in their order */
    unsigned happened;
    size_t offered, most_offered; /* bytes the last call of `data` had; the most any had */
    int error;
    int peer;                                    /* the far end, or -1 */
    void (*during[HAPPENINGS])(struct probe *p); /* run inside the callback, last */
    struct probe *other;
};

extern const struct conn_ops probe_ops;

/* A probe of a UNIX pair or a TCP connection; its peer is non-blocking. */
struct probe *probe_unix(void);
struct probe *probe_tcp(void);
struct probe *probe_new(void);    /* without a connection */
void probe_free(struct probe *p); /* closes both ends */

/* Turns until `so` (then true) */
void run_until(bool (*so)(void *arg), void *arg);
void run_until_count(struct probe *p, enum happening what, unsigned count);
void run_until_got(struct probe *p, size_t n);
void run_turns(unsigned n); /* n turns that do not block */

int tcp_listener(struct sockaddr_in *addr); /* on 127.0.0.1 */
void peer_send(struct probe *p, const char *bytes, size_t n);
void peer_say(struct probe *p, const char *text);
/* What the peer can read now, behind what is in *into. */
void peer_read(struct probe *p, struct buffer *into);
void peer_reset(struct probe *p); /* ends it with an RST */

void assert_bytes(const struct buffer *b, const char *text);
/* Bytes that tell their place: a hole or a repetition shows. */
void fill_pattern(char *bytes, size_t n, size_t offset);
void assert_pattern(const struct buffer *b, size_t n);

int rig_open(void **state); /* setup and teardown of each test */
int rig_close(void **state);
#define RIG(title, function)                                                                       \
    {                                                                                              \
        title, function, rig_open, rig_close, NULL                                                 \
    }

#endif
