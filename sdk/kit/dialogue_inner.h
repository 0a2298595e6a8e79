/* The inside of a dialogue, for dialogue.c (its life), dialogue_io.c (its
 * bytes) and dialogue_peer.c (is anybody there). */
#ifndef DIALOGUE_INNER_H
#define DIALOGUE_INNER_H

#include <smtp-gated/kit/dialogue.h>
#include <stdbool.h>
#include <uv.h>

struct dialogue {
    struct dialogue_peer *peer;
    struct dialogue *next; /* kept ones */
    dialogue_done *done;
    dialogue_drained *drained;
    void *arg;
    uv_poll_t poll;
    uv_timer_t timer;
    unsigned handles;                /* of the two above, open */
    int fd, watching;                /* what the poll handle waits for */
    int pass_fd;                     /* to be sent when out is empty; -1: none */
    char pass_with;                  /* the byte it goes with */
    int error;                       /* found inside a plugin's call */
    uint64_t began, progress, asked; /* asked: of sg_now() */
    char *out;                       /* from out_at to out_end waits to be sent */
    size_t out_at, out_end, out_size;
    bool left_out; /* not even tried: the peer is down */
    bool is_new, connecting, retry, finished, shut, waited, kept;
    char reason[256];
    size_t length;
    char answer[]; /* answer_max, the ending byte, a NUL */
};

/* Life. */
size_t dialogue_answer_max(const struct dialogue *d);
void dialogue_progressed(struct dialogue *d);
/* After a call of the plugin's: what it began goes on in the loop. */
void dialogue_leave_to_loop(struct dialogue *d);
/* The only end, and only from the loop.  why: NULL, or a clause about the peer. */
void dialogue_end(struct dialogue *d, enum dialogue_outcome outcome, const char *why);

/* Peers.  slow: it took time to find that out. */
void dialogue_peer_is_up(struct dialogue_peer *peer);
void dialogue_peer_is_down(struct dialogue_peer *peer, const char *why, bool slow);
bool dialogue_peer_is_left_out(struct dialogue_peer *peer);
bool dialogue_is_theirs(int error);

/* Bytes. */
bool dialogue_waits(const struct dialogue *d); /* something is still to be sent */
/* One read, which has room for all of an answer.  True: the dialogue is over. */
bool dialogue_receive(struct dialogue *d);
/* The connection is broken; what was said before that still counts.  Ends. */
void dialogue_broken(struct dialogue *d, int error);
/* Sends what waits and what finishing asks for; a failure is left in `error`. */
void dialogue_flush(struct dialogue *d);
#endif
