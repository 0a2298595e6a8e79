/* smtp-gated/kit/dialogue.h - asking a server one thing over a stream socket.
 *
 * A dialogue is one request and one answer: connect, write (as much and as
 * often as needed, with back-pressure), finish, and `done` is called once with
 * the answer or with one sentence that says why there is none.  It reads while
 * it writes, so a peer that objects in the middle of a long request is heard.
 *
 *     dialogue_open()    socket or a kept connection; writing may begin at once
 *     dialogue_write()   … as often as needed; `drained` says when all is out
 *     dialogue_finish()  the request is complete
 *     done()             the answer, or why not; the dialogue is gone
 *
 * A peer that takes no connection is down: the log says so once (PEER:DOWN), and when it
 * is back (PEER:UP).  If it does not even refuse, one dialogue a second tries it, and the
 * others fail at once, so that not everybody waits for what is not there.
 *
 * All of it runs on the loop of sg_loop(), on its thread.  `done` and `drained`
 * are called by the loop only, never from inside a call of the plugin's.
 * After `done`, or after dialogue_cancel(), the pointer is invalid.
 *
 * Needs libuv and <smtp-gated/plugin.h>.  Compile dialogue*.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_DIALOGUE_H
#define SMTP_GATED_KIT_DIALOGUE_H

#include <smtp-gated/plugin.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One request and its answer; the kit's memory. */
struct dialogue;

/* The answer ends where the peer closes. */
#define DIALOGUE_EOF (-1)

/* Whom to ask, and how it talks.  The caller's memory, usually in its settings;
 * all zero but `at` and `until` is a good start.  Dialogues refer to it, so it
 * must outlive them. */
struct dialogue_peer {
    const struct sg_endpoint *at;
    int until;             /* the byte that ends an answer, or DIALOGUE_EOF */
    size_t answer_max;     /* a longer answer is not one; 0: 4096 bytes */
    uint64_t patience;     /* ms the peer may take neither the connection nor a byte; 0: any */
    uint64_t deadline;     /* ms for the whole dialogue; 0: none, the host has its own */
    int half_close;        /* dialogue_finish() sends the end of the stream */
    unsigned keep;         /* connections kept for later requests; needs `until` to be a byte */
    uint64_t keep_for;     /* ms, less than the peer's own patience with idle ones */
    struct dialogue *kept; /* the kit's; NULL at first */
    int down;              /* the kit's: nobody takes connections there */
    uint64_t since, again; /* the kit's: since when; when that is looked at again */
    const void *self;      /* NULL, or the plugin's settings: then its gauge `down_since` is */
    unsigned down_since;   /* the Unix time since when the peer is down, and 0 while it is up */
};

/* How it ended. */
enum dialogue_outcome {
    DIALOGUE_ANSWERED, /* the answer is whole, and came after the request */
    DIALOGUE_EARLY,    /* the answer is whole, but came before dialogue_finish(): the
                          peer did not want the rest */
    DIALOGUE_FAILED,   /* refused, broken, half an answer, too long an answer */
    DIALOGUE_TIMEOUT   /* patience or deadline over */
};

/* What `done` is told; the kit's memory, valid during the call. */
struct dialogue_result {
    enum dialogue_outcome outcome;
    const char *reason; /* FAILED, TIMEOUT: "/run/x.sock: Connection refused", for the log */
    const char *answer; /* without the ending byte; a NUL follows.  When FAILED: what there is */
    size_t length;
    int keep; /* ANSWERED: set it if the answer made sense and the connection may be kept */
};

/* What has come of an answer, as one string, however the dialogue ended: NULs are line
 * ends in it.  Cut to what fits; size is not 0. */
void dialogue_text(const struct dialogue_result *result, char *to, size_t size);

/* Valid during the call.  A new dialogue may be opened inside. */
typedef void dialogue_done(struct dialogue_result *result, void *arg);
typedef void dialogue_drained(void *arg);

/* Begins.  Never fails at once: what goes wrong is told to `done`, later.
 * `drained` may be NULL. */
struct dialogue *dialogue_open(struct dialogue_peer *peer, dialogue_done *done,
                               dialogue_drained *drained, void *arg);
/* 1: a new connection, 0: one that was kept.  For peers that want to be told
 * first that more than one request will come. */
int dialogue_is_new(const struct dialogue *d);

/* Writes what the parts hold, copying what the socket does not take now.
 * Returns how many bytes wait: above a limit of the caller's own it should
 * stop, and go on when `drained` is called, which it is whenever bytes waited
 * and all are out. */
size_t dialogue_write(struct dialogue *d, const struct iovec *parts, unsigned count);
/* The same, and with the bytes, of which there is at least one, a descriptor
 * (SCM_RIGHTS, UNIX sockets only): with all of them where the socket takes them at
 * once, else with the last.  fd is the dialogue's from here on: it is closed.
 * Nothing is written after it. */
void dialogue_write_fd(struct dialogue *d, const struct iovec *parts, unsigned count, int fd);
/* The request is complete. */
void dialogue_finish(struct dialogue *d);
/* Nobody wants the answer: closes, `done` is not called.  NULL is fine. */
void dialogue_cancel(struct dialogue *d);

/* Closes the kept connections: in `stop`. */
void dialogue_peer_close(struct dialogue_peer *peer);

#ifdef __cplusplus
}
#endif
#endif
