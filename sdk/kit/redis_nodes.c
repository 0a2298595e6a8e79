/* All servers of one Redis: one, or those of a cluster.
 *
 * A cluster says itself which server has which slots: when it is asked (CLUSTER SLOTS), and by
 * MOVED, when a question comes to the wrong one.  It is asked at the beginning, after a
 * MOVED, and once a second while a server that has slots is down, since another one may
 * have them by then. */
#include "redis_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64, SLOTS = 16384, SECOND = 1000, HOPS = 5 };

struct redis_nodes {
    struct redis *redis;
    const struct redis_plan *plan;
    struct redis_node *all[MOST];
    unsigned count;
    struct redis_node **by_slot; /* NULL: no cluster */
    bool learning, must_learn;
    unsigned teacher; /* which one was asked */
    uint64_t learned;
};

/* ---------------------------------------------------------------- which -- */

static bool is_known(const struct redis_nodes *nodes)
{
    for (unsigned i = 0; i < nodes->count; i++)
        if (nodes->all[i]->slots > 0)
            return true;
    return false;
}

/* Those that have nothing, and that nobody named, are of the past. */
static bool is_wanted(const struct redis_nodes *nodes, unsigned i)
{
    return i < nodes->plan->count || nodes->all[i]->slots > 0;
}

static struct redis_node *any(const struct redis_nodes *nodes)
{
    for (unsigned i = 0; i < nodes->count; i++)
        if (!redis_node_is_down(nodes->all[i]))
            return nodes->all[i];
    return nodes->all[0];
}

struct redis_node *redis_nodes_for(const struct redis_nodes *nodes, int slot)
{
    struct redis_node *node = nodes->by_slot && slot >= 0 ? nodes->by_slot[slot] : NULL;
    return node ? node : any(nodes);
}

bool redis_nodes_are_down(const struct redis_nodes *nodes)
{
    const bool known = is_known(nodes);
    for (unsigned i = 0; i < nodes->count; i++)
        if (!redis_node_is_down(nodes->all[i]) && (!known || nodes->all[i]->slots > 0))
            return false;
    return true;
}

static bool is_at(const struct redis_node *node, const struct address_place *place)
{
    return node->place.addrlen == place->addrlen &&
           memcmp(&node->place.addr, &place->addr, place->addrlen) == 0;
}

static struct redis_node *add(struct redis_nodes *nodes, const struct address_place *place)
{
    struct redis_node *node = sg_alloc(sizeof *node);
    nodes->all[nodes->count++] = node;
    redis_node_init(node, nodes->redis, place);
    return node;
}

/* NULL: there are too many. */
static struct redis_node *at(struct redis_nodes *nodes, const struct address_place *place)
{
    for (unsigned i = 0; i < nodes->count; i++)
        if (is_at(nodes->all[i], place))
            return nodes->all[i];
    return nodes->count < MOST ? add(nodes, place) : NULL;
}

/* ------------------------------------------------------------- learning -- */

static void assign(struct redis_nodes *nodes, int64_t slot, struct redis_node *node)
{
    if (slot < 0 || slot >= SLOTS || nodes->by_slot[slot] == node)
        return;
    if (nodes->by_slot[slot])
        nodes->by_slot[slot]->slots--;
    if (node)
        node->slots++;
    nodes->by_slot[slot] = node;
}

/* An address without a host is on the machine of the one that names it. */
static bool read_place(const struct redis_node *node, const char *ip, const char *port,
                       struct address_place *to)
{
    char own[ADDRESS_TEXT];
    if (!*ip)
        ip = address_text((const struct sockaddr *)&node->place.addr, own);
    return redis_place_read(to, ip, port) == 0;
}

/* [first, last, [ip, port, …], replicas…] */
static void take_range(struct redis_nodes *nodes, const struct redis_node *from,
                       const struct redis_reply *range)
{
    const struct redis_reply *master = redis_item(range, 2);
    const int64_t first = redis_integer(redis_item(range, 0)),
                  last = redis_integer(redis_item(range, 1));
    struct address_place place;
    char port[24];
    snprintf(port, sizeof port, "%lld", (long long)redis_integer(redis_item(master, 1)));
    if (first < 0 || last >= SLOTS ||
        !read_place(from, redis_text(redis_item(master, 0), NULL), port, &place))
        return;
    struct redis_node *node = at(nodes, &place);
    for (int64_t slot = first; slot <= last; slot++)
        assign(nodes, slot, node);
}

static void on_slots(const struct redis_answer *answer, void *arg)
{
    struct redis_nodes *nodes = arg;
    nodes->learning = false;
    nodes->must_learn = answer->outcome != REDIS_ANSWERED;
    for (size_t i = 0; i < redis_count(answer->reply); i++)
        take_range(nodes, nodes->all[nodes->teacher], redis_item(answer->reply, i));
    redis_arm(nodes->redis, sg_now() + SECOND);
}

static bool must_learn(const struct redis_nodes *nodes)
{
    for (unsigned i = 0; i < nodes->count; i++)
        if (nodes->all[i]->slots > 0 && redis_node_is_down(nodes->all[i]))
            return true;
    return nodes->must_learn;
}

/* From one that is there, each time another one. */
static void learn(struct redis_nodes *nodes)
{
    static const char *const words[] = {"CLUSTER", "SLOTS", NULL};
    nodes->learned = sg_now();
    for (unsigned i = 0; i < nodes->count; i++) {
        nodes->teacher = (nodes->teacher + 1) % nodes->count;
        if (redis_node_is_down(nodes->all[nodes->teacher]))
            continue;
        nodes->learning = true;
        redis_ask_node(nodes->redis, nodes->all[nodes->teacher], words, on_slots, nodes);
        return;
    }
}

/* --------------------------------------------------------------- moving -- */

void redis_nodes_learn(struct redis_nodes *nodes)
{
    nodes->must_learn = true;
    redis_arm(nodes->redis, nodes->learned + SECOND);
}

/* "MOVED 3999 127.0.0.1:6381", "ASK 3999 ::1:6381". */
static struct redis_node *named(struct redis_nodes *nodes, const struct redis_node *from,
                                const char *error, int64_t *slot)
{
    char copy[REDIS_REASON], *rest = NULL;
    struct address_place place;
    snprintf(copy, sizeof copy, "%s", error);
    strtok_r(copy, " ", &rest);
    const char *number = strtok_r(NULL, " ", &rest);
    char *host = strtok_r(NULL, " ", &rest), *port = host ? strrchr(host, ':') : NULL;
    if (!port)
        return NULL;
    *port++ = '\0';
    *slot = strtoll(number, NULL, 10);
    return read_place(from, host, port, &place) ? at(nodes, &place) : NULL;
}

bool redis_nodes_move(struct redis_nodes *nodes, const struct redis_node *from,
                      struct redis_question *q, const char *error)
{
    int64_t slot = -1;
    struct redis_node *to = nodes->by_slot ? named(nodes, from, error, &slot) : NULL;
    const bool asking = *error == 'A';
    if (!to || ++q->hops > HOPS)
        return false;
    if (!asking) {
        assign(nodes, slot, to);
        redis_nodes_learn(nodes);
    }
    q->asking = asking;
    redis_node_take(to, q);
    return true;
}

/* ----------------------------------------------------------------- life -- */

uint64_t redis_nodes_look(struct redis_nodes *nodes)
{
    uint64_t due = UINT64_MAX;
    for (unsigned i = 0; i < nodes->count; i++) {
        const uint64_t one = is_wanted(nodes, i) ? redis_node_look(nodes->all[i]) : UINT64_MAX;
        due = one < due ? one : due;
    }
    if (!nodes->by_slot || nodes->learning || !must_learn(nodes))
        return due;
    if (sg_now() >= nodes->learned + SECOND)
        learn(nodes);
    return due < nodes->learned + SECOND ? due : nodes->learned + SECOND;
}

struct redis_nodes *redis_nodes_open(struct redis *redis)
{
    struct redis_nodes *nodes = sg_alloc(sizeof *nodes);
    nodes->redis = redis;
    nodes->plan = redis_plan_of(redis);
    struct address_place place = nodes->plan->places[0];
    if (nodes->plan->kind == REDIS_SENTINELS)
        snprintf(place.text, sizeof place.text, "%s", nodes->plan->master);
    add(nodes, &place);
    if (nodes->plan->kind != REDIS_CLUSTER)
        return nodes;
    for (unsigned i = 1; i < nodes->plan->count; i++)
        add(nodes, &nodes->plan->places[i]);
    nodes->by_slot = sg_alloc(SLOTS * sizeof *nodes->by_slot);
    learn(nodes);
    return nodes;
}

void redis_nodes_close(struct redis_nodes *nodes)
{
    for (unsigned i = 0; i < nodes->count; i++) {
        redis_node_finish(nodes->all[i]);
        free(nodes->all[i]);
    }
    free(nodes->by_slot);
    free(nodes);
}
