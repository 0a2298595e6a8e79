/* See loop.h. */
#include "loop.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, TICK_MS = 20 };

static int set;
static struct endpoint *all, *graveyard;
static bool hurry;
static uint64_t now, ticked;

static void look_at_the_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    now = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void loop_init(void)
{
    set = epoll_create1(EPOLL_CLOEXEC);
    look_at_the_clock();
}

uint64_t loop_now(void)
{
    return now;
}

void loop_add(struct endpoint *e, int fd, void (*turn)(struct endpoint *e))
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = e};
    *e = (struct endpoint){.fd = fd, .turn = turn, .next = all, .link = &all};
    if (all)
        all->link = &e->next;
    all = e;
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0) {
        perror("epoll_ctl");
        exit(2);
    }
}

void loop_again(struct endpoint *e)
{
    e->wants_turn = hurry = true;
}

void loop_close(struct endpoint *e, bool reset)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (reset)
        setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(e->fd);
    e->dead = true;
    *e->link = e->next;
    if (e->next)
        e->next->link = e->link;
    e->next = graveyard;
    graveyard = e;
}

ssize_t loop_read(struct endpoint *e, char *to, size_t room)
{
    ssize_t n = recv(e->fd, to, room, 0);
    if (n >= 0)
        return n;
    if (errno != EAGAIN)
        return -2;
    e->readable = false;
    return -1;
}

/* What the peer no longer takes is thrown away: reading says that it is gone. */
size_t loop_write(struct endpoint *e, const char *from, size_t n)
{
    ssize_t sent = send(e->fd, from, n, MSG_NOSIGNAL);
    if (sent >= 0)
        return (size_t)sent;
    if (errno != EAGAIN)
        return n;
    e->writable = false;
    return 0;
}

static void turns(bool everybody)
{
    struct endpoint *next;
    hurry = false;
    for (struct endpoint *e = all; e; e = next) {
        bool wanted = everybody || e->wants_turn;
        next = e->next;
        e->wants_turn = false;
        if (wanted)
            e->turn(e);
    }
}

static void bury(void)
{
    while (graveyard) {
        struct endpoint *e = graveyard;
        graveyard = e->next;
        free(e);
    }
}

void loop_turn(void)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(set, events, EVENTS, hurry ? 0 : TICK_MS);
    look_at_the_clock();
    for (int i = 0; i < n; i++) {
        struct endpoint *e = events[i].data.ptr;
        if (e->dead)
            continue;
        e->readable |= (events[i].events & ~(uint32_t)EPOLLOUT) != 0;
        e->writable |= (events[i].events & EPOLLOUT) != 0;
        e->turn(e);
    }
    bool tick = now - ticked >= TICK_MS;
    if (tick)
        ticked = now;
    if (tick || hurry)
        turns(tick);
    bury();
}
