/* The statefile of a scoreboard that a worker has scribbled over. */
#include "unit.h"

#include "../../daemon/master/statefile.h"
#include "scratch.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROWS = 100, TYPES = 4 };

static struct scoreboard *fresh(void)
{
    int fd;
    struct scoreboard *b = scoreboard_create(&fd);
    assert_non_null(b);
    close(fd);
    return b;
}

/* What a worker can write to: all of it. */
static void scribble(struct scoreboard *b, unsigned char (*byte)(void))
{
    unsigned char *slots = (unsigned char *)b->slots, *rest = (unsigned char *)b;
    for (size_t i = 0; i < ROWS * sizeof *b->slots; i++)
        slots[i] = byte();
    for (size_t i = 0; i < offsetof(struct scoreboard, workers) + sizeof b->workers; i++)
        rest[i] = byte();
    for (unsigned i = 0; i < ROWS; i++)
        b->slots[i].owner = 1;
    atomic_store(&b->slots_high, ROWS);
}

static unsigned char all_ones(void)
{
    return 0xff;
}

static unsigned char escape(void)
{
    return 0x1b;
}

/* The largest positive numbers, little-endian or not. */
static unsigned char large(void)
{
    return 0x7f;
}

static unsigned char any(void)
{
    return (unsigned char)(rand() >> 7);
}

static void assert_is_readable(const char *text)
{
    assert_non_null(text);
    assert_true(*text);
    for (; *text; text++)
        assert_true(*text == '\n' || (*text >= ' ' && *text <= '~'));
}

static void state_of(struct scoreboard *b, int type)
{
    const struct core core = {
        .statefile = scratch_path("state"), .statefile_perm = 0600, .statefile_type = type};
    statefile_write(&core, b);
    assert_is_readable(scratch_read("state"));
}

static void whatever_is_in_it(void **state)
{
    static unsigned char (*const bytes[])(void) = {all_ones, escape, large, any, any, any};
    (void)state;
    for (unsigned i = 0; i < sizeof bytes / sizeof *bytes; i++)
        for (int type = 0; type < TYPES; type++) {
            struct scoreboard *b = fresh();
            scribble(b, bytes[i]);
            state_of(b, type);
            munmap(b, sizeof *b);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("whatever a worker leaves in the scoreboard, its rows are printable",
             whatever_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, scratch_remove);
}
