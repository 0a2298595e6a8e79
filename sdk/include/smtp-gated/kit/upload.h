/* smtp-gated/kit/upload.h - a message on its way to a server that is to judge it.
 *
 * The message is sent while it arrives, or from the spool when it is complete, and in
 * both cases no faster than the server takes it: then the client waits.  An upload
 * stands above a dialogue (<smtp-gated/kit/dialogue.h>), which the plugin opens and
 * whose request it words.  It lives in what the plugin keeps of a mail
 * (sg_mail_state()), and begins as zeros.
 *
 * Where one client must not have all of the server, it takes its turn first
 * (<smtp-gated/kit/turns.h>).  A message whose turn it is not while it arrives is sent
 * when it is complete.
 *
 *     upload_of()         in each hook
 *     upload_take_turn()  before the dialogue is opened
 *     upload_hold()       `body`: after a write to the dialogue
 *     upload_rewind()     `end`: the spool is to be sent, from its beginning
 *     upload_spool()      … as much as is taken; again in `drained`
 *     upload_answered()   `done`: who waits for the verdict?
 *     upload_cancelled()  `cancel`
 *     upload_stop()       whenever it is given up
 *     upload_drop()       `mail_done`
 *
 * Needs libuv and <smtp-gated/plugin.h>.  Compile upload.c, turns.c and dialogue*.c into
 * the plugin.
 */
#ifndef SMTP_GATED_KIT_UPLOAD_H
#define SMTP_GATED_KIT_UPLOAD_H

#include <smtp-gated/kit/dialogue.h>
#include <smtp-gated/kit/turns.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One message on its way to one server. */
struct upload {
    struct sg_session *session;
    struct sg_mail *mail;
    struct dialogue *dialogue; /* the plugin's: open, or NULL */
    sg_ticket ticket;          /* the plugin's: somebody waits for the verdict, or 0 */
    uint64_t streamed;         /* the plugin's: bytes that `body` has had */
    uint64_t sent, kept;       /* of the spool, and what is in it */
    int paused;                /* the client waits for the server */
    int late;                  /* it has not been its turn when it was to be sent */
    struct turn turn;          /* ends with the dialogue */
};

/* Whose it is. */
void upload_of(struct upload *u, struct sg_session *s, struct sg_mail *m);

/* 1: the dialogue may be opened.  0: not now: while the message arrives it is left out, and
 * in `end` turn_await() tells when.  spare: as turn_take() has it. */
int upload_take_turn(struct upload *u, struct turns *turns, unsigned spare);

/* So many bytes wait for the server: above 256 KiB the client waits, too, until
 * upload_go_on(), which belongs into `drained`. */
void upload_hold(struct upload *u, size_t waiting);
void upload_go_on(struct upload *u);

/* 0, or -1 and errno: there is no spool. */
int upload_rewind(struct upload *u);
/* Writes a piece of the message to the dialogue; returns how many bytes wait. */
typedef size_t upload_write(void *arg, const char *bytes, size_t n);
/* 1: all is written; 0: `drained` will come, and then it is to be called again;
 * -1 and errno: it cannot be read. */
int upload_spool(struct upload *u, upload_write *write, void *arg);
/* 1: upload_spool() has begun, and has not written all. */
int upload_is_unfinished(const struct upload *u);

/* The dialogue is over: the client goes on, and the ticket, if there is one, is
 * taken for sg_resume(). */
sg_ticket upload_answered(struct upload *u);
/* 1: it was this one's ticket, and the upload is stopped. */
int upload_cancelled(struct upload *u, sg_ticket ticket);
/* Gives up: the dialogue is closed without a word, the client goes on. */
void upload_stop(struct upload *u);
/* The mail is over, there is nothing that could go on: only closes the dialogue. */
void upload_drop(struct upload *u);

#ifdef __cplusplus
}
#endif
#endif
