/* The servers of a Redis: where they are, and whether they are there. */
#ifndef REDIS_NODE_H
#define REDIS_NODE_H

#include "redis_inner.h"

/* ------------------------------------------------------------ Sentinels -- */

/* By the loop, once: the master's place, or NULL and why. */
struct redis_find;
typedef void redis_found(const struct address_place *place, enum redis_outcome outcome,
                         const char *why, void *arg);
/* first: which Sentinel to begin with; it is set to the one that knew.  NULL and errno: none of
 * them can be reached. */
struct redis_find *redis_find_open(const struct redis_plan *plan, unsigned *first,
                                   redis_found *found, void *arg);
void redis_find_close(struct redis_find *find); /* NULL is fine */

/* ---------------------------------------------------------------- nodes -- */

/* One server.  Its breaker is closed while it is trusted; open while it sleeps or tries to
 * connect; half open when it is connected and not yet trusted: then it is given one question. */
struct redis_node {
    struct redis *redis;
    struct address_place place; /* of a master that is yet to be found, its name */
    unsigned sentinel;          /* which one knew it last */
    struct redis_find *find;
    struct redis_wire *wire;                /* neither: sleeps */
    bool open;                              /* the wire may be used */
    bool trusted, trying;                   /* trying: the one question is under way */
    bool refused;                           /* the log has that it does not want us */
    unsigned silent, broken;                /* questions, connections in a row */
    unsigned slots;                         /* of a cluster, that it has */
    uint64_t since, opened, again, backoff; /* of sg_now(); backoff: ms */
    char why[REDIS_REASON];
    enum redis_outcome outcome;
    struct redis_questions waiting, sent;
};

void redis_node_init(struct redis_node *node, struct redis *redis,
                     const struct address_place *place);
void redis_node_finish(struct redis_node *node);
bool redis_node_is_down(const struct redis_node *node);
void redis_node_take(struct redis_node *node, struct redis_question *q);
/* A question's time is over. */
void redis_node_overdue(struct redis_node *node, struct redis_question *q);
/* Tries again if it is time to; when it will be, UINT64_MAX for never. */
uint64_t redis_node_look(struct redis_node *node);

/* All of them. */
struct redis_nodes *redis_nodes_open(struct redis *redis);
void redis_nodes_close(struct redis_nodes *nodes);
struct redis_node *redis_nodes_for(const struct redis_nodes *nodes, int slot);
bool redis_nodes_are_down(const struct redis_nodes *nodes);
struct redis_nodes *redis_nodes_of(const struct redis *redis);
/* MOVED or ASK: the question goes where it says.  False: it does not. */
bool redis_nodes_move(struct redis_nodes *nodes, const struct redis_node *from,
                      struct redis_question *q, const char *error);
void redis_nodes_learn(struct redis_nodes *nodes); /* somebody was told MOVED */
/* Tries and learns what it is time to; when it will be again. */
uint64_t redis_nodes_look(struct redis_nodes *nodes);

#endif
