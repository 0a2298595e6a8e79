/* Which plugin is blamed for the end of a worker, and for which ends nobody is. */
#include "unit.h"

#include "../../daemon/keeper/obituary.h"
#include "../../daemon/plugin/hooks.h"
#include "log_reader.h"

#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

enum { WORKER = 1 << 23 }; /* a pid nobody has */

static struct scoreboard *board;
static struct worker_slot *slot;
static int log_fd;

static int open_board(void **state)
{
    int fd;
    const int rc = log_make_dir(state);
    log_fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, 3);
    board = scoreboard_create(&fd);
    close(fd);
    return rc;
}

static int close_board(void **state)
{
    munmap(board, sizeof *board);
    log_done(log_fd);
    return log_remove_dir(state);
}

static int hire(void **state)
{
    (void)state;
    slot = scoreboard_claim_worker(board, WORKER, 1, 0);
    return slot ? 0 : -1;
}

static void run_hook(unsigned hook)
{
    strncpy(slot->in_plugin, "50-chaos", sizeof slot->in_plugin - 1);
    atomic_store(&slot->in_hook, hook + 1);
}

static void fall_on_thread(void)
{
    strncpy(slot->thread_plugin, "60-threads", sizeof slot->thread_plugin - 1);
    atomic_store(&slot->thread_fell, 1);
}

static void assert_blamed(int code, int status, const char *why, const char *label)
{
    siginfo_t end = {.si_code = code};
    end.si_pid = WORKER;
    end.si_status = status;
    const struct culprit culprit = obituary_write(board, &end, why);
    assert_string_equal(culprit.label, label);
    log_flush();
}

static void blamed(void **state)
{
    static const struct {
        int code, status;
        const char *why;
    } ends[] = {
        {CLD_KILLED, SIGSEGV, "signal"},
        {CLD_DUMPED, SIGABRT, "signal"},
        {CLD_EXITED, 0, "exit"},
        {CLD_EXITED, 7, "exit"},
        {CLD_EXITED, SIGKILL, "exit"},
        {CLD_KILLED, SIGABRT, "standstill"},
        {CLD_KILLED, SIGKILL, "standstill"},
    };
    for (unsigned i = 0; i < COUNT(ends); i++) {
        assert_int_equal(hire(state), 0);
        run_hook(HOOK_mail);
        assert_blamed(ends[i].code, ends[i].status, ends[i].why, "50-chaos");
        assert_contains(log_next(log_fd), "hook=mail, plugin=50-chaos, ");
    }
}

/* Nothing was heard of the call: signals were blocked. */
static void unheard(void **state)
{
    hire(state);
    run_hook(HOOK_mail);
    assert_blamed(CLD_KILLED, SIGSYS, "signal", "50-chaos");
    assert_contains(log_next(log_fd), "SANDBOX:VIOLATION ");
    assert_contains(log_next(log_fd),
                    "why=sandbox, signal=SYS, exit=0, hook=mail, plugin=50-chaos, ");
}

static void nobody(void **state)
{
    hire(state);
    run_hook(HOOK_mail);
    assert_blamed(CLD_KILLED, SIGKILL, "signal", "");
    assert_contains(log_next(log_fd), "hook=mail, plugin=50-chaos, ");
    hire(state);
    run_hook(HOOK_mail);
    assert_blamed(CLD_EXITED, EX_OSERR, "exit", "");
    assert_contains(log_next(log_fd), "exit=71, hook=mail, plugin=50-chaos, ");
    hire(state);
    assert_blamed(CLD_KILLED, SIGSEGV, "signal", "");
    assert_contains(log_next(log_fd), "hook=none, plugin=none, ");
}

static void on_thread(void **state)
{
    hire(state);
    run_hook(HOOK_body);
    fall_on_thread();
    assert_blamed(CLD_KILLED, SIGSEGV, "signal", "60-threads");
    assert_contains(log_next(log_fd), "hook=work, plugin=60-threads, session=0, ");
    hire(state);
    run_hook(HOOK_start);
    assert_blamed(CLD_KILLED, SIGSEGV, "signal", "50-chaos");
    assert_contains(log_next(log_fd), "hook=start, plugin=50-chaos, ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("whoever was running when the worker crashed, hung or left", blamed),
        TEST("any end by SIGSYS is the sandbox, with the hook that ran", unheard),
        TEST("nobody for a kill, for want of memory, or outside plugins", nobody),
        TEST("a thread that crashed is named before the loop, and forgotten with the worker",
             on_thread),
    };
    return cmocka_run_group_tests_name("obituary", tests, open_board, close_board);
}
