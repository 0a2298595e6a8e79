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

static int connect_and_send(const struct address_place *place, const char *bytes, size_t n)
{
    const int fd = socket(place->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if ((connect(fd, (const struct sockaddr *)&place->addr, place->addrlen) == 0 ||
         errno == EINPROGRESS) &&
        is_ready(fd, POLLOUT) && send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n)
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

static redisReply *ask(redisReader *reader, int fd, const char *const *words)
{
    size_t room = 0, count = 0;
    for (; words[count]; count++)
        room += REDIS_ROOM(strlen(words[count]));
    char *command = sg_alloc(room + REDIS_ROOM(0));
    const size_t n = (size_t)(redis_put_command(command, words) - command);
    const bool sent = send(fd, command, n, MSG_NOSIGNAL) == (ssize_t)n;
    free(command);
    return sent ? next(reader, fd) : NULL;
}

/* The greeting, step by step. */
static const char *greet(redisReader *reader, int fd, const struct redis_greeting *greeting,
                         enum redis_step *step, char why[REDIS_REASON])
{
    for (unsigned i = 0; i < greeting->count; i++) {
        enum redis_outcome outcome = REDIS_ANSWERED;
        redisReply *reply = next(reader, fd);
        *step = greeting->steps[i];
        const char *wrong = reply ? redis_greeted(*step, reply, &outcome) : NULL;
        if (wrong)
            snprintf(why, REDIS_REASON, "%s", wrong);
        freeReplyObject(reply);
        if (!reply || wrong)
            return outcome == REDIS_REFUSED ? why : NULL;
    }
    return NULL;
}

const char *redis_probe(const struct redis_login *login, const struct address_place *place,
                        const char *const *words, redisReply **reply, enum redis_step *step,
                        char why[REDIS_REASON])
{
    struct redis_greeting greeting = redis_greeting(login);
    redisReader *reader = redisReaderCreate();
    const int fd = connect_and_send(place, greeting.text, greeting.n);
    const char *found = NULL;
    if (fd >= 0 && reader)
        found = greet(reader, fd, &greeting, step, why);
    if (fd >= 0 && reader && words && !found)
        *reply = ask(reader, fd, words);
    if (fd >= 0)
        close(fd);
    redisReaderFree(reader);
    explicit_bzero(greeting.text, greeting.n);
    free(greeting.text);
    return found;
}

/* --------------------------------------------------------------- places -- */

int redis_place_read(struct address_place *to, const char *ip, const char *port)
{
    char text[sizeof to->text];
    snprintf(text, sizeof text, strchr(ip, ':') ? "[%s]:%s" : "%s:%s", ip, port);
    return address_read(to, text, 0);
}

bool redis_place_of(const redisReply *reply, struct address_place *to)
{
    return reply && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
           reply->element[0]->type == REDIS_REPLY_STRING &&
           reply->element[1]->type == REDIS_REPLY_STRING &&
           redis_place_read(to, reply->element[0]->str, reply->element[1]->str) == 0;
}
