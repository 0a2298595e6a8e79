/* smtp-gated/kit/redis_stream.h - following a stream of Redis: who adds an entry tells all
 * who follow, and who was away gets what it has missed.
 *
 * A stream tells of changes to something that is kept elsewhere, in keys; its own length is
 * bounded (XADD … MAXLEN).  So one begins by reading what is kept, and does so again whenever
 * entries may be lost.  In between entries come in their order, each once.
 *
 *     redis_follow()     in `start`, after redis_open()
 *     missed()           read all: now, and each time the stream could not be gone on with
 *     entry()            one change
 *     redis_unfollow()   in `stop`, before redis_close()
 *
 * It has a connection of its own (XREAD BLOCK).  While that is lost, it is tried about once
 * a second, without a word: what redis_open() made says when Redis is gone.  It needs the
 * commands XREAD, XRANGE and XREVRANGE.
 */
#ifndef SMTP_GATED_KIT_REDIS_STREAM_H
#define SMTP_GATED_KIT_REDIS_STREAM_H

#include <smtp-gated/kit/redis.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A stream that is followed; the kit's memory. */
struct redis_stream;

/* What is done with it.  Both are called by the loop only; the plugin may ask inside, and
 * must not unfollow there. */
struct redis_follower {
    /* Entries before this one are not told of: what they changed is to be read anew.  What
     * is added from now on will be. */
    void (*missed)(void *arg);
    /* id: "1526919030474-55"; fields: a list of names and values, one after the other. */
    void (*entry)(const char *id, const struct redis_reply *fields, void *arg);
};

/* The prefix is put before the key.  The follower and arg must outlive the stream. */
struct redis_stream *redis_follow(struct redis *redis, const char *key,
                                  const struct redis_follower *follower, void *arg);
/* 1: it is being read, so that what is added is known at once. */
int redis_follows(const struct redis_stream *stream);
void redis_unfollow(struct redis_stream *stream); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
