/* The upload of the kit, above a host and a dialogue that only keep count. */
#include "unit.h"
#include "scratch.h"
#include <errno.h>
#include <fcntl.h>
#include <smtp-gated/kit/upload.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HIGH (256u * 1024)
#define SIZE (700u * 1024 + 7)

/* The host's side of a mail; with `ends`, going on is what ends it, and what a plugin
 * kept of it is gone. */
struct sg_mail {
    int fd, pauses, goes_on;
    struct upload *ends;
};

struct dialogue {
    int cancelled;
};

static struct sg_mail mail;
static struct dialogue dialogue;

int sg_mail_fd(struct sg_mail *m)
{
    return m->fd;
}

void sg_mail_pause(struct sg_mail *m)
{
    m->pauses++;
}

void sg_mail_go_on(struct sg_mail *m)
{
    m->goes_on++;
    if (m->ends)
        memset(m->ends, 0xa5, sizeof *m->ends);
}

void dialogue_cancel(struct dialogue *d)
{
    if (d)
        d->cancelled++;
}

int turn_take(struct turns *turns, struct turn *turn, const struct sockaddr *client, unsigned spare)
{
    (void)turns, (void)client;
    if (spare)
        return 0;
    turn->client = 1;
    return 1;
}

void turn_end(struct turn *turn)
{
    turn->client = 0;
}

const struct sockaddr *sg_client_addr(const struct sg_session *s)
{
    (void)s;
    return NULL;
}

/* A server that takes what it is sent when it is told to. */
struct server {
    char *got;
    size_t length, waiting;
};

static size_t sent(void *arg, const char *bytes, size_t n)
{
    struct server *s = arg;
    memcpy(s->got + s->length, bytes, n);
    s->length += n;
    s->waiting += n;
    return s->waiting;
}

static struct upload begin(void)
{
    struct upload u = {0};
    mail = (struct sg_mail){.fd = -1};
    dialogue = (struct dialogue){0};
    upload_of(&u, NULL, &mail);
    u.dialogue = &dialogue;
    return u;
}

static char *pattern(void)
{
    char *bytes = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 31 + i / 251);
    return bytes;
}

static void open_spool(const char *bytes, size_t n)
{
    mail.fd = open(scratch_bytes("spool", bytes, n), O_RDWR);
    assert_true(mail.fd >= 0);
}

static void holds(void **state)
{
    struct upload u = begin();
    (void)state;
    upload_hold(&u, HIGH);
    assert_int_equal(mail.pauses, 0);
    upload_hold(&u, HIGH + 1);
    upload_hold(&u, 2 * HIGH);
    assert_int_equal(mail.pauses, 1);
    upload_go_on(&u);
    upload_go_on(&u);
    assert_int_equal(mail.goes_on, 1);
    upload_hold(&u, HIGH + 1);
    assert_int_equal(mail.pauses, 2);
}

static void sends_the_spool(void **state)
{
    struct upload u = begin();
    char *bytes = pattern();
    struct server server = {.got = malloc(2 * SIZE)};
    (void)state;
    open_spool(bytes, SIZE);
    for (int again = 0; again < 2; again++) {
        server.length = server.waiting = 0;
        assert_int_equal(upload_rewind(&u), 0);
        assert_true(upload_is_unfinished(&u));
        assert_int_equal(upload_spool(&u, sent, &server), 0);
        assert_in_range(server.waiting, HIGH + 1, HIGH + 65536);
        assert_true(upload_is_unfinished(&u));
        server.waiting = 0;
        assert_int_equal(upload_spool(&u, sent, &server), 0);
        server.waiting = 0;
        assert_int_equal(upload_spool(&u, sent, &server), 1);
        assert_false(upload_is_unfinished(&u));
        assert_int_equal(server.length, SIZE);
        assert_memory_equal(server.got, bytes, SIZE);
    }
    assert_int_equal(lseek(mail.fd, 0, SEEK_CUR), 0);
    close(mail.fd);
    free(server.got);
    free(bytes);
}

static void sends_nothing(void **state)
{
    struct upload u = begin();
    struct server server = {0};
    (void)state;
    assert_false(upload_is_unfinished(&u));
    open_spool("", 0);
    assert_int_equal(upload_rewind(&u), 0);
    assert_int_equal(upload_spool(&u, sent, &server), 1);
    assert_int_equal(server.length, 0);
    close(mail.fd);
}

static void fails(void **state)
{
    struct upload u = begin();
    char got[100];
    struct server server = {.got = got};
    (void)state;
    assert_int_equal(upload_rewind(&u), -1);
    assert_int_equal(errno, EBADF);
    open_spool("0123456789", 10);
    assert_int_equal(upload_rewind(&u), 0);
    assert_int_equal(ftruncate(mail.fd, 4), 0);
    assert_int_equal(upload_spool(&u, sent, &server), -1);
    assert_int_equal(errno, ENODATA);
    assert_int_equal(server.length, 4);
    close(mail.fd);
    assert_int_equal(upload_spool(&u, sent, &server), -1);
    assert_int_equal(errno, EBADF);
}

static void is_answered(void **state)
{
    struct upload u = begin();
    (void)state;
    u.ticket = 7;
    upload_hold(&u, HIGH + 1);
    assert_int_equal(upload_answered(&u), 7);
    assert_int_equal(mail.goes_on, 1);
    assert_null(u.dialogue);
    assert_int_equal(dialogue.cancelled, 0); /* it is over by itself */
    assert_int_equal(upload_answered(&u), 0);
    assert_int_equal(mail.goes_on, 1);
}

static void takes_its_turn(void **state)
{
    struct upload u = begin();
    (void)state;
    assert_false(upload_take_turn(&u, NULL, 1));
    assert_true(u.late);
    assert_true(upload_take_turn(&u, NULL, 0));
    upload_answered(&u);
    assert_int_equal(u.turn.client, 0);
    assert_true(upload_take_turn(&u, NULL, 0));
    upload_drop(&u);
    assert_int_equal(u.turn.client, 0);
}

static void is_cancelled(void **state)
{
    struct upload u = begin();
    (void)state;
    assert_false(upload_cancelled(&u, 0));
    u.ticket = 7;
    upload_hold(&u, HIGH + 1);
    assert_false(upload_cancelled(&u, 8));
    assert_int_equal(dialogue.cancelled + mail.goes_on, 0);
    assert_true(upload_cancelled(&u, 7));
    assert_int_equal(dialogue.cancelled, 1);
    assert_int_equal(mail.goes_on, 1);
    assert_false(upload_cancelled(&u, 7));
    assert_int_equal(dialogue.cancelled, 1);
}

static void is_dropped(void **state)
{
    struct upload u = begin();
    (void)state;
    upload_hold(&u, HIGH + 1);
    upload_drop(&u);
    upload_drop(&u);
    assert_int_equal(dialogue.cancelled, 1);
    assert_null(u.dialogue);
    assert_int_equal(mail.goes_on, 0);
}

/* Nothing was written to what is gone. */
static void untouched(const struct upload *u)
{
    struct upload gone;
    memset(&gone, 0xa5, sizeof gone);
    assert_int_equal(mail.goes_on, 1);
    assert_memory_equal(u, &gone, sizeof gone);
}

static struct upload begin_last(struct upload *at)
{
    struct upload u = begin();
    u.ticket = 7;
    upload_hold(&u, HIGH + 1);
    mail.ends = at;
    return u;
}

static void ends_with_the_mail(void **state)
{
    struct upload u = begin_last(&u);
    (void)state;
    upload_go_on(&u);
    untouched(&u);
    u = begin_last(&u);
    upload_stop(&u);
    untouched(&u);
    assert_int_equal(dialogue.cancelled, 1);
    u = begin_last(&u);
    assert_int_equal(upload_answered(&u), 7);
    untouched(&u);
    u = begin_last(&u);
    assert_true(upload_cancelled(&u, 7));
    untouched(&u);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("above 256 KiB for the server the client waits, once, until it goes on", holds),
        TEST("the spool is sent in pieces, no faster than it is taken, and again if rewound",
             sends_the_spool),
        TEST("of an empty message nothing is to be sent", sends_nothing),
        TEST("no spool, a shorter one, and a closed one are errors", fails),
        TEST("the answer takes the ticket, and the client goes on", is_answered),
        TEST("a turn ends with the dialogue", takes_its_turn),
        TEST("cancelled is who has the ticket, once", is_cancelled),
        TEST("behind the mail only the dialogue is closed", is_dropped),
        TEST("an upload that ends as its client goes on is not touched any more",
             ends_with_the_mail),
    };
    return cmocka_run_group_tests_name("upload", tests, NULL, scratch_remove);
}
