/* Does Redis take us?  Asked before there are workers, with a wait.  A server that is not
 * there says nothing about the configuration. */
#include "redis_wire.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 500 }; /* ms for the connection, and for the answers */

static bool is_ready(int fd, short events)
{
    struct pollfd p = {fd, events, 0};
    int ready;
    do
        ready = poll(&p, 1, PATIENCE);
    while (ready < 0 && errno == EINTR);
    return ready == 1;
}

static int connect_and_send(const struct address_place *place,
                            const struct redis_greeting *greeting)
{
    const int fd = socket(place->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if ((connect(fd, (const struct sockaddr *)&place->addr, place->addrlen) == 0 ||
         errno == EINPROGRESS) &&
        is_ready(fd, POLLOUT) &&
        send(fd, greeting->text, greeting->n, MSG_NOSIGNAL) == (ssize_t)greeting->n)
        return fd;
    close(fd);
    return -1;
}

/* The next answer; NULL: there is none. */
static redisReply *next(redisReader *reader, int fd)
{
    void *reply = NULL;
    char bytes[1024];
    while (redisReaderGetReply(reader, &reply) == REDIS_OK && !reply) {
        const ssize_t n = is_ready(fd, POLLIN) ? recv(fd, bytes, sizeof bytes, 0) : 0;
        if (n <= 0 || redisReaderFeed(reader, bytes, (size_t)n) != REDIS_OK)
            break;
    }
    return reply;
}

const char *redis_probe(const struct redis_plan *plan, const struct address_place *place,
                        enum redis_step *step, char *why, size_t size)
{
    struct redis_greeting greeting = redis_greeting(plan);
    redisReader *reader = redisReaderCreate();
    const int fd = connect_and_send(place, &greeting);
    const char *found = NULL;
    redisReply *reply = NULL;
    for (unsigned i = 0; fd >= 0 && reader && i < greeting.count && !found; i++) {
        enum redis_outcome outcome = REDIS_ANSWERED;
        reply = next(reader, fd);
        if (!reply)
            break;
        *step = greeting.steps[i];
        if (redis_greeted(*step, reply, &outcome) && outcome == REDIS_REFUSED) {
            snprintf(why, size, "%s", reply->str);
            found = why;
        }
        freeReplyObject(reply);
    }
    if (fd >= 0)
        close(fd);
    redisReaderFree(reader);
    free(greeting.text);
    return found;
}
