/* smtp-gated/kit/turns.h - no client has all of a server that is asked for many.
 *
 * Of what a server does at one time, one client has so much and no more, counted over
 * all workers; what it wants beyond waits, and is told when it is its turn.  Others do
 * not wait.  A client is an IPv4 address, or the network of an IPv6 address (/64).
 *
 *     turns_prepare()  `configure`
 *     turns_start()    `start`
 *     turn_take()      before the server is asked
 *     turn_await()     … where that was in vain
 *     turn_end()       the server is done with it, or nobody wants it any more
 *     turns_stop()     `stop`
 *     turns_release()  `release`
 *
 * A worker that dies gives back what it had when the next one starts in its place.
 *
 * Needs libuv and <smtp-gated/plugin.h>.  Compile turns.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_TURNS_H
#define SMTP_GATED_KIT_TURNS_H

#include <smtp-gated/plugin.h>
#include <sys/queue.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One server's. */
struct turns;

/* It is its turn. */
typedef void turn_ready(void *arg);

/* One request's; the caller's memory, and zeros at first. */
struct turn {
    struct turns *of; /* the kit's, as all below; NULL: it neither has a turn nor waits */
    unsigned client;
    int waits;
    turn_ready *ready;
    void *arg;
    TAILQ_ENTRY(turn) others;
};

/* Of one client, `most` at a time; 0 means no limit, and *turns NULL, which is fine everywhere.
 * 0; or -1, having named the option, which should be called per_client. */
int turns_prepare(struct turns **turns, long most);
void turns_release(struct turns *turns);
/* 0; or -1, having logged why. */
int turns_start(struct turns *turns);
/* Nothing must wait. */
void turns_stop(struct turns *turns);

/* 1: it may go on, or has its turn already; 0: not now.  spare: how many of the client's
 * places must be free after it, for what is more urgent. */
int turn_take(struct turns *turns, struct turn *turn, const struct sockaddr *client,
              unsigned spare);
/* After a turn_take() that was in vain: ready(arg) is called, by the loop only, as soon as
 * the turn has come. */
void turn_await(struct turns *turns, struct turn *turn, turn_ready *ready, void *arg);
int turn_waits(const struct turn *turn);
/* Whatever is the case. */
void turn_end(struct turn *turn);

#ifdef __cplusplus
}
#endif
#endif
