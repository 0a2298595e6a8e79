/* See <smtp-gated/kit/upload.h>. */
#include <smtp-gated/kit/upload.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define HIGH (256u * 1024) /* bytes waiting for the server, above which no more are written */
#define PIECE 65536

void upload_of(struct upload *u, struct sg_session *s, struct sg_mail *m)
{
    u->session = s;
    u->mail = m;
}

int upload_take_turn(struct upload *u, struct turns *turns, unsigned spare)
{
    if (turn_take(turns, &u->turn, sg_client_addr(u->session), spare))
        return 1;
    u->late = 1;
    return 0;
}

void upload_hold(struct upload *u, size_t waiting)
{
    if (waiting <= HIGH || u->paused)
        return;
    u->paused = 1;
    sg_mail_pause(u->mail);
}

/* After sg_mail_go_on() the mail may be gone, and the upload with it. */
void upload_go_on(struct upload *u)
{
    int paused = u->paused;
    u->paused = 0;
    if (paused)
        sg_mail_go_on(u->mail);
}

/* More than sg_mail_size() if other plugins have put lines before the message. */
int upload_rewind(struct upload *u)
{
    struct stat st;
    if (fstat(sg_mail_fd(u->mail), &st) < 0)
        return -1;
    u->sent = 0;
    u->kept = (uint64_t)st.st_size;
    return 0;
}

int upload_spool(struct upload *u, upload_write *write, void *arg)
{
    char bytes[PIECE];
    size_t waiting = 0;
    while (u->sent < u->kept && waiting <= HIGH) {
        size_t want = u->kept - u->sent < PIECE ? (size_t)(u->kept - u->sent) : PIECE;
        ssize_t n = pread(sg_mail_fd(u->mail), bytes, want, (off_t)u->sent);
        if (n == 0)
            errno = ENODATA;
        if (n <= 0)
            return -1;
        u->sent += (uint64_t)n;
        waiting = write(arg, bytes, (size_t)n);
    }
    return u->sent == u->kept;
}

int upload_is_unfinished(const struct upload *u)
{
    return u->sent < u->kept;
}

sg_ticket upload_answered(struct upload *u)
{
    sg_ticket ticket = u->ticket;
    u->dialogue = NULL;
    u->ticket = 0;
    turn_end(&u->turn);
    upload_go_on(u);
    return ticket;
}

int upload_cancelled(struct upload *u, sg_ticket ticket)
{
    if (!u->ticket || u->ticket != ticket)
        return 0;
    u->ticket = 0;
    upload_stop(u);
    return 1;
}

void upload_stop(struct upload *u)
{
    upload_drop(u);
    upload_go_on(u);
}

void upload_drop(struct upload *u)
{
    dialogue_cancel(u->dialogue);
    u->dialogue = NULL;
    turn_end(&u->turn);
}
