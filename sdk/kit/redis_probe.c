/* Does Redis take us?  Asked before there are workers, with a wait.  A server that is not
 * there says nothing about the configuration. */
#include "redis_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE = 500 }; /* ms for the connection, and for each answer */

static bool is_connected(int fd)
{
    struct pollfd p = {fd, POLLOUT, 0};
    int ready;
    do
        ready = poll(&p, 1, PATIENCE);
    while (ready < 0 && errno == EINTR);
    return ready == 1 && !(p.revents & (POLLERR | POLLHUP));
}

/* A socket that blocks, for so long. */
static int reach(const struct address_place *place)
{
    const struct timeval patience = {.tv_usec = PATIENCE * 1000};
    const int fd = socket(place->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if ((connect(fd, (const struct sockaddr *)&place->addr, place->addrlen) == 0 ||
         errno == EINPROGRESS) &&
        is_connected(fd)) {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        return fd;
    }
    close(fd);
    return -1;
}

/* The next answer; NULL: there is none. */
static redisReply *next(redisContext *hiredis)
{
    void *reply = NULL;
    return redisGetReply(hiredis, &reply) == REDIS_OK ? reply : NULL;
}

static redisReply *ask(redisContext *hiredis, const char *const *words)
{
    size_t room = 0, count = 0;
    for (; words[count]; count++)
        room += REDIS_ROOM(strlen(words[count]));
    char *command = sg_alloc(room + REDIS_ROOM(0));
    const size_t n = (size_t)(redis_put_command(command, words) - command);
    redisAppendFormattedCommand(hiredis, command, n);
    free(command);
    return next(hiredis);
}

/* The greeting, step by step. */
static const char *greet(redisContext *hiredis, const struct redis_greeting *greeting,
                         enum redis_step *step, char why[REDIS_REASON])
{
    redisAppendFormattedCommand(hiredis, greeting->text, greeting->n);
    for (unsigned i = 0; i < greeting->count; i++) {
        enum redis_outcome outcome = REDIS_ANSWERED;
        redisReply *reply = next(hiredis);
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

/* One that talks, and not as it should, refuses us; one that goes does not. */
static const char *begin_tls(redisContext *hiredis, const struct redis_login *login,
                             const struct address_place *place, enum redis_step *step,
                             char why[REDIS_REASON])
{
    *step = REDIS_TLS;
    if (!login->tls || redis_tls_begin(login->tls, hiredis, place))
        return NULL;
    snprintf(why, REDIS_REASON, "%s", hiredis->errstr);
    return hiredis->err == REDIS_ERR_EOF ? NULL : why;
}

const char *redis_probe(const struct redis_login *login, const struct address_place *place,
                        const char *const *words, redisReply **reply, enum redis_step *step,
                        char why[REDIS_REASON])
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN); /* hiredis writes as if there were none */
    const int fd = reach(place);
    redisContext *hiredis = fd < 0 ? NULL : redisConnectFd(fd);
    const char *found = hiredis ? begin_tls(hiredis, login, place, step, why) : NULL;
    if (hiredis && !hiredis->err) {
        struct redis_greeting greeting = redis_greeting(login);
        found = greet(hiredis, &greeting, step, why);
        explicit_bzero(greeting.text, greeting.n);
        free(greeting.text);
        if (words && !found && !hiredis->err)
            *reply = ask(hiredis, words);
    }
    redisFree(hiredis); /* and the socket */
    signal(SIGPIPE, before);
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
