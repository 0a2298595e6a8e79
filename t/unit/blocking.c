/* A callback that blocks is named: the same plugin once a minute, with the times
 * that were not said. */
#include "unit.h"

#include "../../daemon/plugin/blocking.h"
#include "log_reader.h"

#include <syslog.h>

enum { START = 1000000, MINUTE = 60000 };

static char label[] = "50-slow", other_label[] = "60-other";
static const struct plugin slow = {.label = label, .index = 3};
static const struct plugin other = {.label = other_label, .index = 0};

static void block(const struct plugin *p, uint64_t until)
{
    const struct guard g = {.plugin = p, .hook = HOOK_rcpt, .session = 42, .began = until - 700};
    blocking_report(&g, until);
    log_flush();
}

static void once_a_minute(void **state)
{
    const int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);
    (void)state;
    block(&slow, START);
    assert_contains(log_next(fd),
                    "smtp-gated[42]: BLOCKED hook=rcpt, plugin=50-slow, ms=700, unsaid=0");
    block(&slow, START + 1000);
    block(&slow, START + MINUTE - 1);
    assert_string_equal(log_next(fd), "");
    block(&other, START + MINUTE - 1);
    assert_contains(log_next(fd), "plugin=60-other, ms=700, unsaid=0");
    block(&slow, START + MINUTE);
    assert_contains(log_next(fd), "plugin=50-slow, ms=700, unsaid=2");
    block(&slow, START + 2 * MINUTE);
    assert_contains(log_next(fd), "plugin=50-slow, ms=700, unsaid=0");
    log_done(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("the same plugin is named once a minute", once_a_minute),
    };
    return cmocka_run_group_tests_name("blocking", tests, log_make_dir, log_remove_dir);
}
