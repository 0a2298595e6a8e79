/* Is a peer there?  What it costs to find out is told from what it is: one that refuses is
 * tried each time, because that takes no time; for one that lets its clients wait, which is
 * what a dead machine does, one dialogue a second finds out for all. */
#include "dialogue_inner.h"
#include <errno.h>

#define AGAIN 1000 /* ms */

void dialogue_peer_is_up(struct dialogue_peer *peer)
{
    if (peer->down)
        sg_log(NULL, SG_NOTICE, "PEER:UP", "peer=%s, time=%lu", peer->at->text,
               (unsigned long)((sg_now() - peer->since) / AGAIN));
    if (peer->down && peer->self)
        sg_gauge(peer->self, peer->down_since, 0);
    peer->down = 0;
    peer->again = 0;
}

void dialogue_peer_is_down(struct dialogue_peer *peer, const char *why, bool slow)
{
    peer->again = slow ? sg_now() + AGAIN : 0;
    if (peer->down)
        return;
    peer->down = 1;
    peer->since = sg_now();
    if (peer->self)
        sg_gauge(peer->self, peer->down_since, (uint64_t)sg_time());
    sg_log(NULL, SG_ERR, "PEER:DOWN", "peer=%s, result=%s", peer->at->text, why);
}

bool dialogue_peer_is_left_out(struct dialogue_peer *peer)
{
    if (sg_now() < peer->again)
        return true;
    if (peer->again)
        peer->again = sg_now() + AGAIN; /* the next one waits for what this one finds */
    return false;
}

/* A lack of descriptors, or of memory, is ours. */
bool dialogue_is_theirs(int error)
{
    return error != EMFILE && error != ENFILE && error != ENOMEM && error != ENOBUFS;
}
