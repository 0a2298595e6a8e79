/* action-script - run a program when a check has found something.
 *
 * As in 1.4 the script is for new locks: a host that is exempt, or locked
 * already, runs none.  What became of the lock lock-files leaves as notes, so it
 * has to stand before this plugin; without it, or for events that it does not
 * lock on, each find runs the script.
 *
 * Nobody waits for a script: the client gets its answer meanwhile. */
#include "call.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct action_script {
    const char *command;
    unsigned on;
    long parallel;
    struct runner runner;
};

/* The events, and the words for them. */
static const char *const events[] = {"virus",     "spam",  "maxhost", "maxident",
                                     "dnsbl",     "regex", "spf",     "earlytalk",
                                     "ratelimit", "never", NULL};
static const char *const words[] = {"VIRUS", "SPAM", "MAX_HOST",  "MAX_IDENT", "DNSBL",
                                    "REGEX", "SPF",  "EARLYTALK", "RATELIMIT", NULL};
enum { DETAILED = 1u << 5 | 1u << 8 }; /* regex, ratelimit: their detail is a better word */
enum { NEVER = 1u << 9 };              /* the bit of "never" in `on` */

static const struct sg_option options[] = {
    SG_OPT_PATH(struct action_script, command, NULL, "The program to run"),
    SG_OPT_FLAGS(struct action_script, on,
                 "virus, spam, maxhost, maxident, dnsbl, regex, spf, earlytalk, ratelimit", events,
                 "The events it is run for"),
    SG_OPT_INT(struct action_script, parallel, "16", 1, 10000,
               "How many of them each worker lets run at once; beyond that none is started"),
    SG_OPT_END};

/* ------------------------------------------------------------------ life -- */

/* Above 2, where the child will put it; and before a chroot, which may have none. */
static int open_null(void)
{
    int low = open("/dev/null", O_RDWR | O_CLOEXEC);
    int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 3);

    if (low >= 0)
        close(low);
    return fd;
}

static int action_script_configure(void *self)
{
    struct action_script *a = self;

    if (!a->command) {
        sg_config_error("command", "name the program to run, as in "
                                   "command = \"/usr/local/sbin/smtp-gated-action\"");
        return -1;
    }
    if ((a->on & NEVER) && a->on != NEVER) {
        sg_config_error("on", "never stands alone, or is left out");
        return -1;
    }
    a->runner.null = open_null();
    if (a->runner.null >= 0)
        return 0;
    sg_config_error(NULL, "/dev/null: %s", strerror(errno));
    return -1;
}

/* Only here the privileges, and the root, are those that the script is run with. */
static int action_script_start(void *self)
{
    struct action_script *a = self;

    if (access(a->command, X_OK) < 0)
        sg_log(NULL, SG_ERR, "ACTION:FAILED", "command=%s, error=%s", a->command, strerror(errno));
    return runner_start(&a->runner);
}

static void action_script_stop(void *self)
{
    struct action_script *a = self;

    runner_stop(&a->runner);
}

static void action_script_release(void *self)
{
    const struct action_script *a = self;

    if (a->runner.null > 0)
        close(a->runner.null);
}

/* ----------------------------------------------------------------- event -- */

/* NULL: the script is not run for this one. */
static const char *word_for(const struct action_script *a, const char *event, const char *detail)
{
    unsigned i = 0;

    while (events[i] && strcmp(events[i], event) != 0)
        i++;
    if (!events[i] || !(a->on & 1u << i))
        return NULL;
    return DETAILED & 1u << i && *detail ? detail : words[i];
}

/* A lock was made, or would have been but for an error, or there are none. */
static int lock_is_new(const struct sg_session *s, const char *event)
{
    const char *of = sg_noted(s, "lock.event"), *result = sg_noted(s, "lock.result");

    if (!of || !result || strcmp(of, event) != 0)
        return 1;
    return strcmp(result, "made") == 0 || strcmp(result, "failed") == 0;
}

static void action_script_event(struct sg_session *s, const char *event, const char *detail,
                                void *self)
{
    struct action_script *a = self;
    const char *found = word_for(a, event, detail);
    struct call call;

    if (!found || !lock_is_new(s, event))
        return;
    if (a->runner.running >= (unsigned long)a->parallel) {
        sg_log(s, SG_WARNING, "ACTION:DROPPED", "command=%s, found=%s, running=%u", a->command,
               found, a->runner.running);
        return;
    }
    call_make(&call, a->command, s, event, found, detail);
    if (runner_run(&a->runner, &call) < 0)
        sg_log(s, SG_ERR, "ACTION:FAILED", "command=%s, error=%s", a->command, strerror(errno));
}

SG_PLUGIN(action_script, .summary = "run a program when a check has found something",
          .options = options, .settings_size = sizeof(struct action_script),
          .configure = action_script_configure, .start = action_script_start,
          .stop = action_script_stop, .release = action_script_release,
          .event = action_script_event, .needs = SG_NEEDS_PROGRAMS)
