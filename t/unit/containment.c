/* When a plugin that crashes is put in quarantine, for how long, and what wipes it
 * out: by a clock of our own. */
#include "unit.h"

#include "../../daemon/keeper/containment.h"
#include "../../daemon/plugin/quarantine.h"
#include "log_reader.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MINUTE = 60000, HOUR = 60 * MINUTE, START = HOUR };

static struct {
    struct plugin first, second, *all[2];
    struct plugins set;
    struct scoreboard *board;
    struct containment *containment;
} rig;

static int setup(void **state)
{
    static char first[] = "10-first",
                second[] = "20-a-label-that-is-longer-than-the-scoreboards-room";
    int fd;
    (void)state;
    rig.first = (struct plugin){.label = first, .index = 0};
    rig.second = (struct plugin){.label = second, .index = 1};
    rig.all[0] = &rig.first;
    rig.all[1] = &rig.second;
    rig.set = (struct plugins){.all = rig.all, .count = 2};
    rig.board = scoreboard_create(&fd);
    close(fd);
    atomic_store(&rig.board->generation, 1);
    rig.containment = containment_create(&rig.set, rig.board, 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    containment_destroy(rig.containment);
    munmap(rig.board, sizeof *rig.board);
    return 0;
}

static void crash(uint64_t at)
{
    containment_tend(rig.containment, at);
    containment_crash(rig.containment, "10-first", at);
}

/* Is it out at that time, and not before it has to be? */
static bool out(uint64_t at)
{
    containment_tend(rig.containment, at);
    return quarantine_holds(&rig.first);
}

static void third_crash(void **state)
{
    (void)state;
    crash(START);
    crash(START + 5 * MINUTE);
    assert_false(out(START + 5 * MINUTE));
    crash(START + 10 * MINUTE);
    assert_true(out(START + 11 * MINUTE - 1));
    assert_false(out(START + 11 * MINUTE));
    assert_false(quarantine_holds(&rig.second));
}

static void crashes_far_apart(void **state)
{
    (void)state;
    for (uint64_t at = START; at < START + 24 * HOUR; at += 5 * MINUTE + 1)
        crash(at);
    assert_int_equal(rig.board->quarantines, 0);
}

/* Crashes as soon as it is back. */
static uint64_t crash_on(uint64_t at, unsigned times)
{
    for (unsigned i = 0; i < 3; i++)
        crash(at);
    uint64_t stay = MINUTE;
    for (; times > 0; times--) {
        at += stay;
        stay = 2 * stay > HOUR ? HOUR : 2 * stay;
        assert_false(out(at));
        crash(at);
        assert_true(out(at + stay - 1));
    }
    return at + stay;
}

static void longer_each_time(void **state)
{
    (void)state;
    const uint64_t back = crash_on(START, 8);
    assert_false(out(back));
    assert_int_equal(rig.board->quarantines, 9);
}

static void one_is_enough(void **state)
{
    (void)state;
    const uint64_t back = crash_on(START, 0);
    assert_false(out(back));
    crash(back + HOUR - 1);
    assert_true(out(back + HOUR + 2 * MINUTE - 2));
    assert_false(out(back + HOUR + 2 * MINUTE - 1));
}

static void made_good(void **state)
{
    (void)state;
    const uint64_t back = crash_on(START, 3);
    assert_false(out(back));
    crash(back + HOUR);
    assert_false(out(back + HOUR));
    crash(back + HOUR);
    crash(back + HOUR);
    assert_true(out(back + HOUR + MINUTE - 1));
    assert_false(out(back + HOUR + MINUTE));
}

static void meanwhile(void **state)
{
    (void)state;
    crash_on(START, 0);
    crash(START + 1);
    assert_false(out(START + MINUTE));
    assert_int_equal(rig.board->quarantines, 1);
}

static void next_due(void **state)
{
    (void)state;
    assert_true(containment_tend(rig.containment, START) == UINT64_MAX);
    crash_on(START, 0);
    assert_true(containment_tend(rig.containment, START + 5) == START + MINUTE);
    assert_true(containment_tend(rig.containment, START + MINUTE) == UINT64_MAX);
}

static void labels(void **state)
{
    char cut[sizeof((struct worker_slot *)NULL)->in_plugin] = "";
    (void)state;
    memcpy(cut, rig.second.label, sizeof cut - 1);
    for (unsigned i = 0; i < 3; i++) {
        containment_crash(rig.containment, cut, START);
        containment_crash(rig.containment, "none", START);
    }
    assert_true(quarantine_holds(&rig.second));
    assert_false(quarantine_holds(&rig.first));
}

static void shown(void **state)
{
    (void)state;
    crash_on(START, 0);
    assert_int_equal(rig.board->quarantined, 1);
    atomic_store(&rig.board->generation, 2);
    atomic_store(&rig.board->quarantined, 0);
    assert_false(out(START + MINUTE));
    assert_int_equal(rig.board->quarantined, 0);
    crash(START + MINUTE);
    assert_true(out(START + MINUTE));
    assert_int_equal(rig.board->quarantined, 0);
    assert_int_equal(rig.board->quarantines, 2);
}

static void unmet(void **state)
{
    (void)state;
    atomic_store(&rig.board->next_session, 7);
    assert_false(quarantine_unmet(&rig.first, 9));
    crash_on(START, 0);
    assert_false(quarantine_unmet(&rig.first, 6));
    assert_true(quarantine_unmet(&rig.first, 7));
    assert_false(out(START + MINUTE));
    assert_false(quarantine_unmet(&rig.first, 7));
}

static int log_fd;

static int hush(void **state)
{
    const int rc = log_make_dir(state);
    log_fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, 0);
    return rc;
}

static int unhush(void **state)
{
    log_done(log_fd);
    return log_remove_dir(state);
}

#define RIGGED(title, function)                                                                    \
    {                                                                                              \
        title, function, setup, teardown, NULL                                                     \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIGGED("the third crash in ten minutes takes a plugin out for one", third_crash),
        RIGGED("crashes that are far apart do not", crashes_far_apart),
        RIGGED("each time is twice as long, up to an hour", longer_each_time),
        RIGGED("when it is back, one crash is enough", one_is_enough),
        RIGGED("an hour without a crash makes good", made_good),
        RIGGED("a crash while it is out changes nothing", meanwhile),
        RIGGED("it is said when the next is due to return", next_due),
        RIGGED("a label may have been cut, and may be nobody's", labels),
        RIGGED("the statefile shows the generation that serves", shown),
        RIGGED("sessions younger than the quarantine have not met the plugin", unmet),
    };
    unsetenv("SG_QUARANTINE_MS");
    return cmocka_run_group_tests_name("containment", tests, hush, unhush);
}
