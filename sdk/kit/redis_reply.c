/* What Redis answers, for plugins, which need not know hiredis. */
#include "redis_inner.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>

static const redisReply *theirs(const struct redis_reply *reply)
{
    return (const void *)reply;
}

enum redis_kind redis_kind(const struct redis_reply *reply)
{
    switch (reply ? theirs(reply)->type : REDIS_REPLY_NIL) {
    case REDIS_REPLY_INTEGER:
        return REDIS_INTEGER;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        return REDIS_TEXT;
    case REDIS_REPLY_ARRAY:
        return REDIS_LIST;
    case REDIS_REPLY_ERROR:
        return REDIS_FAULT;
    default:
        return REDIS_NIL;
    }
}

int64_t redis_integer(const struct redis_reply *reply)
{
    if (redis_kind(reply) == REDIS_INTEGER)
        return theirs(reply)->integer;
    return redis_kind(reply) == REDIS_TEXT ? strtoll(theirs(reply)->str, NULL, 10) : 0;
}

const char *redis_text(const struct redis_reply *reply, size_t *n)
{
    const enum redis_kind kind = redis_kind(reply);
    const bool there = kind == REDIS_TEXT || kind == REDIS_FAULT;
    if (n)
        *n = there ? (size_t)theirs(reply)->len : 0;
    return there ? theirs(reply)->str : "";
}

size_t redis_count(const struct redis_reply *reply)
{
    return redis_kind(reply) == REDIS_LIST ? theirs(reply)->elements : 0;
}

const struct redis_reply *redis_item(const struct redis_reply *reply, size_t i)
{
    return i < redis_count(reply) ? (const void *)theirs(reply)->element[i] : NULL;
}
