/* A dialogue of the kit and a peer that lives in the test: it accepts, reads and
 * writes when the test says so, between turns of the loop. */
#ifndef SG_T_DIALOGUE_RIG_H
#define SG_T_DIALOGUE_RIG_H

#include "unit.h"
#include <smtp-gated/kit/dialogue.h>
#include <uv.h>

#define PATIENCE 10000 /* ms that a test waits for what must come */

extern struct dialogue_rig {
    uv_loop_t loop;
    int listener;
    struct sg_endpoint at;
    struct dialogue_peer peer;
    /* what the callbacks saw */
    int done, drained, calling;
    int down, up; /* log lines about the peer */
    enum dialogue_outcome outcome;
    char reason[256], answer[8192];
    int keep; /* what on_done says */
} rig;

#define RIGGED(title, function)                                                                    \
    {                                                                                              \
        title, function, rig_setup, rig_teardown, NULL                                             \
    }

int rig_setup(void **state);
int rig_teardown(void **state); /* every handle must be closed by now */
void turn(void);
void wait_for(const int *what, int value); /* turns until *what reaches it */

/* The plugin's side; fails if a callback comes from inside a call. */
struct dialogue *begin(void);
size_t write_bytes(struct dialogue *d, const void *bytes, size_t n);
void say(struct dialogue *d, const char *text);
void finish(struct dialogue *d);

/* The peer's. */
int accept_one(void);
void assert_comes(int fd, const char *text); /* "": the end */
void answer(int fd, const char *text);

void assert_failed(const char *reason);

#endif
