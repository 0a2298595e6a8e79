/* See dialogue_rig.h. */
#include "dialogue_rig.h"
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct dialogue_rig rig;

struct uv_loop_s *sg_loop(void)
{
    return &rig.loop;
}

uint64_t sg_now(void)
{
    return uv_now(&rig.loop);
}

int64_t sg_time(void)
{
    return 0;
}

void sg_gauge(const void *self, unsigned which, uint64_t value)
{
    (void)self, (void)which, (void)value;
}

void sg_log(const struct sg_session *s, enum sg_level level, const char *event, const char *fields,
            ...)
{
    (void)s, (void)level, (void)fields;
    if (strcmp(event, "PEER:DOWN") == 0)
        rig.down++;
    else if (strcmp(event, "PEER:UP") == 0)
        rig.up++;
}

static void on_done(struct dialogue_result *r, void *arg)
{
    assert_false(rig.calling); /* only the loop calls back */
    assert_ptr_equal(arg, &rig);
    rig.done++;
    rig.outcome = r->outcome;
    snprintf(rig.reason, sizeof rig.reason, "%s", r->reason ? r->reason : "");
    assert_int_equal(strlen(r->answer), r->length);
    snprintf(rig.answer, sizeof rig.answer, "%s", r->answer);
    r->keep = rig.keep;
}

static void on_drained(void *arg)
{
    assert_false(rig.calling);
    assert_ptr_equal(arg, &rig);
    rig.drained++;
}

int rig_setup(void **state)
{
    (void)state;
    memset(&rig, 0, sizeof rig);
    uv_loop_init(&rig.loop);
    struct sockaddr_un *un = (struct sockaddr_un *)&rig.at.addr;
    un->sun_family = AF_UNIX;
    snprintf(un->sun_path, sizeof un->sun_path, "/tmp/sg-dialogue.%d", getpid());
    unlink(un->sun_path);
    rig.at.addrlen = sizeof *un;
    rig.at.text = "the peer";
    rig.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(rig.listener, (struct sockaddr *)un, sizeof *un), 0);
    assert_int_equal(listen(rig.listener, 8), 0);
    rig.peer = (struct dialogue_peer){.at = &rig.at, .until = '\n'};
    return 0;
}

int rig_teardown(void **state)
{
    (void)state;
    dialogue_peer_close(&rig.peer);
    assert_int_equal(uv_run(&rig.loop, UV_RUN_NOWAIT), 0);
    assert_int_equal(uv_loop_close(&rig.loop), 0);
    close(rig.listener);
    unlink(((struct sockaddr_un *)&rig.at.addr)->sun_path);
    return 0;
}

void turn(void)
{
    uv_run(&rig.loop, UV_RUN_NOWAIT);
    poll(NULL, 0, 1);
}

void wait_for(const int *what, int value)
{
    for (int i = 0; *what < value && i < PATIENCE; i++)
        turn();
    assert_int_equal(*what, value);
}

struct dialogue *begin(void)
{
    rig.calling = 1;
    struct dialogue *d = dialogue_open(&rig.peer, on_done, on_drained, &rig);
    rig.calling = 0;
    return d;
}

size_t write_bytes(struct dialogue *d, const void *bytes, size_t n)
{
    struct iovec part = {(void *)(uintptr_t)bytes, n};
    rig.calling = 1;
    size_t waiting = dialogue_write(d, &part, 1);
    rig.calling = 0;
    return waiting;
}

void say(struct dialogue *d, const char *text)
{
    write_bytes(d, text, strlen(text));
}

void finish(struct dialogue *d)
{
    rig.calling = 1;
    dialogue_finish(d);
    rig.calling = 0;
}

int accept_one(void)
{
    int fd = accept4(rig.listener, NULL, NULL, SOCK_NONBLOCK);
    assert_true(fd >= 0);
    return fd;
}

void assert_comes(int fd, const char *text)
{
    char bytes[256] = "";
    size_t room = *text ? strlen(text) : 1;
    assert_int_equal(read(fd, bytes, room), strlen(text));
    assert_string_equal(bytes, text);
}

void answer(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

void assert_failed(const char *reason)
{
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_FAILED);
    assert_string_equal(rig.reason, reason);
}
