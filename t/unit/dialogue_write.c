/* The dialogue of the kit: what is written, and connections that are kept. */
#include "dialogue_rig.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static const char block[1 << 20];

/* -------------------------------------------------------------- writing -- */

static size_t read_at_most(int fd, size_t most)
{
    static char bytes[65536];
    ssize_t n = read(fd, bytes, most < sizeof bytes ? most : sizeof bytes);
    return n > 0 ? (size_t)n : 0;
}

static size_t read_all(int fd)
{
    size_t total = 0, n;
    while ((n = read_at_most(fd, SIZE_MAX)) > 0)
        total += n;
    return total;
}

static void back_pressure(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    int fd = accept_one();
    size_t waiting = write_bytes(d, block, sizeof block), got = 0;
    assert_true(waiting > 0 && waiting < sizeof block);
    assert_true(write_bytes(d, block, sizeof block) == waiting + sizeof block);
    for (int i = 0; rig.drained == 0 && i < PATIENCE; i++) {
        got += read_all(fd);
        turn();
    }
    assert_int_equal(rig.drained, 1);
    got += read_all(fd);
    assert_int_equal(got, 2 * sizeof block);
    finish(d);
    answer(fd, "ok\n");
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_ANSWERED);
    close(fd);
}

static unsigned numbers[400000], back[COUNT(numbers)];

/* Reads some, so that the waiting bytes move while more are written. */
static size_t read_some(int fd, size_t got, uint32_t most)
{
    size_t room = sizeof back - got, some = 1 + random_below(most);
    ssize_t n = read(fd, (char *)back + got, some < room ? some : room);
    uv_run(&rig.loop, UV_RUN_NOWAIT);
    return n > 0 ? (size_t)n : 0;
}

static void order_is_kept(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    int fd = accept_one();
    size_t got = 0;
    for (unsigned i = 0; i < COUNT(numbers); i++)
        numbers[i] = i;
    for (size_t i = 0, n; i < COUNT(numbers); i += n) {
        n = 1 + random_below(6000);
        n = n < COUNT(numbers) - i ? n : COUNT(numbers) - i;
        write_bytes(d, numbers + i, n * sizeof *numbers);
        got += read_some(fd, got, 8000);
    }
    for (int i = 0; got < sizeof back && i < PATIENCE; i++)
        got += read_some(fd, got, 80000);
    assert_memory_equal(numbers, back, sizeof back);
    dialogue_cancel(d);
    close(fd);
}

/* Reads `text` and with it a descriptor. */
static int receive_fd(int from, const char *text)
{
    char bytes[64] = "", control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {bytes, strlen(text)};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    int fd = -1;
    assert_int_equal(recvmsg(from, &message, 0), strlen(text));
    assert_string_equal(bytes, text);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    assert_non_null(header);
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

static struct iovec take_this[] = {{"take ", 5}, {"this", 4}};

static int file_with(const char *text)
{
    int file = memfd_create("test", 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    return file;
}

static void assert_file_has(int file, const char *text)
{
    char found[64] = "";
    assert_int_equal(pread(file, found, sizeof found - 1, 0), strlen(text));
    assert_string_equal(found, text);
    close(file);
}

static void descriptor(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    int fd = accept_one(), file = file_with("hello");
    dialogue_write_fd(d, take_this, 2, file);
    finish(d);
    assert_int_equal(fcntl(file, F_GETFD), -1); /* it is the peer's now */
    assert_file_has(receive_fd(fd, "take this"), "hello");
    assert_int_equal(read_at_most(fd, 1), 0);
    dialogue_cancel(d);
    close(fd);
}

static void descriptor_behind(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    int fd = accept_one(), file = file_with("late");
    size_t before = sizeof block + strlen("take thi"), got = 0;
    write_bytes(d, block, sizeof block);
    dialogue_write_fd(d, take_this, 2, file);
    finish(d);
    assert_true(fcntl(file, F_GETFD) >= 0); /* waits behind the bytes */
    for (int i = 0; got < before && i < PATIENCE; i++) {
        got += read_at_most(fd, before - got);
        turn();
    }
    assert_file_has(receive_fd(fd, "s"), "late");
    assert_int_equal(fcntl(file, F_GETFD), -1);
    dialogue_cancel(d);
    close(fd);
}

static void cancelled(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    int fd = accept_one(), file = memfd_create("test", 0);
    write_bytes(d, block, sizeof block);
    dialogue_write_fd(d, take_this, 2, file); /* waits behind the bytes */
    dialogue_cancel(d);
    dialogue_cancel(NULL);
    assert_int_equal(fcntl(file, F_GETFD), -1);
    turn();
    assert_int_equal(rig.done, 0);
    close(fd);
}

/* -------------------------------------------------------------- keeping -- */

static void ask_and_be_answered(int fd, struct dialogue *d)
{
    int before = rig.done;
    say(d, "?");
    finish(d);
    assert_comes(fd, "?");
    answer(fd, "!\n");
    wait_for(&rig.done, before + 1);
    assert_int_equal(rig.outcome, DIALOGUE_ANSWERED);
}

static void kept(void **state)
{
    (void)state;
    rig.peer.keep = 1;
    rig.peer.keep_for = 60000;
    rig.keep = 1;
    struct dialogue *d = begin();
    int fd = accept_one();
    ask_and_be_answered(fd, d);
    d = begin();
    assert_false(dialogue_is_new(d));
    ask_and_be_answered(fd, d);
    rig.keep = 0; /* an answer the plugin does not like */
    ask_and_be_answered(fd, begin());
    assert_comes(fd, "");
    close(fd);
    d = begin();
    assert_true(dialogue_is_new(d));
    close(accept_one());
    wait_for(&rig.done, 4);
}

static void kept_and_gone(void **state)
{
    (void)state;
    rig.peer.keep = 1;
    rig.peer.keep_for = 60000;
    rig.keep = 1;
    struct dialogue *d = begin();
    int fd = accept_one();
    ask_and_be_answered(fd, d);
    close(fd); /* and the loop has not seen it yet */
    d = begin();
    assert_true(dialogue_is_new(d));
    fd = accept_one();
    ask_and_be_answered(fd, d);
    close(fd);
    for (int i = 0; rig.peer.kept && i < PATIENCE; i++)
        turn();
    assert_null(rig.peer.kept);
}

static void kept_for_a_time(void **state)
{
    (void)state;
    rig.peer.keep = 1;
    rig.peer.keep_for = 20;
    rig.keep = 1;
    struct dialogue *d = begin();
    int fd = accept_one();
    ask_and_be_answered(fd, d);
    assert_non_null(rig.peer.kept);
    for (int i = 0; rig.peer.kept && i < PATIENCE; i++)
        turn();
    assert_comes(fd, "");
    close(fd);
}

static void kept_in_numbers(void **state)
{
    (void)state;
    rig.peer.keep = 2;
    rig.peer.keep_for = 60000;
    rig.keep = 1;
    struct dialogue *d[3];
    int fd[3];
    for (int i = 0; i < 3; i++) {
        d[i] = begin();
        fd[i] = accept_one();
    }
    for (int i = 0; i < 3; i++)
        ask_and_be_answered(fd[i], d[i]);
    char byte;
    assert_int_equal(read(fd[0], &byte, 1), -1);
    assert_int_equal(read(fd[1], &byte, 1), -1);
    assert_int_equal(read(fd[2], &byte, 1), 0); /* one too many */
    for (int i = 0; i < 3; i++)
        close(fd[i]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RIGGED("what the peer does not take waits, and its going is told", back_pressure),
        RIGGED("bytes stay in order however they are cut", order_is_kept),
        RIGGED("a descriptor is handed over with the bytes", descriptor),
        RIGGED("where bytes wait, it goes with the last of them", descriptor_behind),
        RIGGED("after a cancellation nothing is told and nothing stays", cancelled),
        RIGGED("a connection is kept for the next question", kept),
        RIGGED("one that the peer closed meanwhile is not used", kept_and_gone),
        RIGGED("kept ones are closed in time", kept_for_a_time),
        RIGGED("and no more are kept than there should be", kept_in_numbers),
    };

    return cmocka_run_group_tests_name("dialogue_write", tests, NULL, NULL);
}
