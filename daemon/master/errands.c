/* Errands to the running daemon go by signal, its pid comes from the pidfile's
 * lock.  -t and -T need the plugins, which this process never loads: it becomes
 * smtp-gated-session for them. */
#include "errands.h"
#include "../base/check.h"
#include "../base/clock.h"
#include "../base/printable.h"
#include "../conf/core.h"
#include "../conf/import.h"
#include "answer.h"
#include "master.h"
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_TROUBLE = 1,
    EXIT_CONFIG = 2,
    EXIT_HELP = 10,
    DUMP_WITHIN_MS = 10000,
    RELOAD_WITHIN_MS = 330000
};

static struct core *read_core(const struct cli *cli)
{
    struct complaints c = {0};
    struct core *core = core_read(cli->config, &c);
    if (!core)
        fputs(buffer_cstr(&c.text), stderr);
    complaints_finish(&c);
    return core;
}

static int show_usage(const struct cli *cli)
{
    (void)cli;
    cli_usage(stdout);
    return EXIT_HELP;
}

static int show_version(const struct cli *cli)
{
    (void)cli;
    puts("smtp-gated " PACKAGE_VERSION);
    return 0;
}

static int show_build(const struct cli *cli)
{
    char *session = path_of_session();
    show_version(cli);
    puts("compiled:      " __DATE__ " " __TIME__ ", " __VERSION__);
    puts("configuration: " SYSCONFDIR "/smtp-gated/smtp-gated.conf");
    puts("plugins:       " PLUGINDIR);
    printf("sessions:      %s\n", session);
    free(session);
    return 0;
}

/* more may be NULL. */
static int become_session(const char *what, const char *file, const char *more)
{
    char *session = path_of_session();
    execl(session, session, what, file, more, (char *)NULL);
    fprintf(stderr, "smtp-gated: %s: %s\n", session, strerror(errno));
    free(session);
    return EXIT_TROUBLE;
}

static int check_config(const struct cli *cli)
{
    return become_session(cli->verbose ? "--check-all" : "--check", cli->config, NULL);
}

static int print_config(const struct cli *cli)
{
    return become_session("--print", cli->config, NULL);
}

static int print_option(const struct cli *cli)
{
    if (strchr(cli->option, '.'))
        return become_session("--option", cli->config, cli->option);
    struct core *core = read_core(cli);
    if (!core)
        return EXIT_CONFIG;
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    check(out);
    bool known = core_print_option(core, cli->option, out);
    fclose(out);
    print_made_printable(text, n, stdout);
    if (!known)
        fprintf(stderr, "smtp-gated: there is no core option '%s'; -T shows all\n", cli->option);
    core_destroy(core);
    return known ? 0 : EXIT_CONFIG;
}

static int send_signal(const struct core *core, int number)
{
    pid_t pid = pidfile_holder(core->pidfile);
    if (pid <= 0) {
        fprintf(stderr, "smtp-gated: not running (%s is not held by anybody)\n", core->pidfile);
        return EXIT_TROUBLE;
    }
    if (kill(pid, number) == 0)
        return 0;
    fprintf(stderr, "smtp-gated: process %d: %s\n", pid, strerror(errno));
    return EXIT_TROUBLE;
}

static int signal_daemon(const struct cli *cli, int number)
{
    struct core *core = read_core(cli);
    int status = core ? send_signal(core, number) : EXIT_CONFIG;
    core_destroy(core);
    return status;
}

/* A start may take long, and the daemon gives up one that takes too long. */
static int wait_for_answer(const struct core *core, ino_t seen)
{
    const uint64_t deadline = clock_ms() + RELOAD_WITHIN_MS;
    char *failure = NULL;
    while (!answer_read(core, seen, &failure)) {
        if (!pidfile_holder(core->pidfile)) {
            fputs("smtp-gated: the daemon ended; its log says why\n", stderr);
            return EXIT_TROUBLE;
        }
        if (clock_ms() > deadline) {
            fputs("smtp-gated: the daemon does not answer\n", stderr);
            return EXIT_TROUBLE;
        }
        poll(NULL, 0, 20);
    }
    if (failure)
        fprintf(stderr, "%s%ssmtp-gated: the new configuration is not used\n", failure,
                failure[strlen(failure) - 1] == '\n' ? "" : "\n");
    const int status = failure ? EXIT_CONFIG : 0;
    free(failure);
    return status;
}

static int reload_daemon(const struct cli *cli)
{
    struct core *core = read_core(cli);
    const ino_t seen = core ? answer_seen(core) : 0;
    int status = core ? send_signal(core, SIGHUP) : EXIT_CONFIG;
    if (status == 0)
        status = wait_for_answer(core, seen);
    core_destroy(core);
    return status;
}

static int kill_daemon(const struct cli *cli)
{
    return signal_daemon(cli, SIGTERM);
}

static int show_file(const char *path)
{
    char bytes[8192];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "smtp-gated: %s: %s\n", path, strerror(errno));
        return EXIT_TROUBLE;
    }
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        fwrite(bytes, 1, (size_t)n, stdout);
    close(fd);
    return 0;
}

static int show_status(const struct cli *cli)
{
    struct core *core = read_core(cli);
    int status = core ? show_file(core->statefile) : EXIT_CONFIG;
    core_destroy(core);
    return status;
}

/* The daemon renames a new file into place, so it is another inode. */
static bool wait_for_new(const char *path, ino_t old)
{
    const uint64_t deadline = clock_ms() + DUMP_WITHIN_MS;
    struct stat st;
    while (clock_ms() < deadline) {
        if (stat(path, &st) == 0 && st.st_ino != old)
            return true;
        poll(NULL, 0, 10);
    }
    fprintf(stderr, "smtp-gated: the daemon did not write %s; its log says why\n", path);
    return false;
}

static int dump(const struct core *core)
{
    struct stat st = {0};
    const ino_t old = stat(core->statefile, &st) == 0 ? st.st_ino : 0;
    int status = send_signal(core, SIGUSR1);
    if (status)
        return status;
    return wait_for_new(core->statefile, old) ? show_file(core->statefile) : EXIT_TROUBLE;
}

static int dump_status(const struct cli *cli)
{
    struct core *core = read_core(cli);
    int status = core ? dump(core) : EXIT_CONFIG;
    core_destroy(core);
    return status;
}

/* What the session program says, and *status how it ended; the caller frees. */
static char *ask_session(const char *what, const char *first, const char *second, int *status)
{
    char *session = path_of_session(), text[4096];
    struct buffer said = {0};
    int ends[2];
    check(pipe2(ends, O_CLOEXEC) == 0);
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        execl(session, session, what, first, second, (char *)NULL);
        _exit(EXIT_TROUBLE);
    }
    close(ends[1]);
    for (ssize_t n; (n = read(ends[0], text, sizeof text)) > 0;)
        buffer_append(&said, text, (size_t)n);
    close(ends[0]);
    if (pid < 0 || waitpid(pid, status, 0) != pid)
        *status = -1;
    char *copy = xstrdup(buffer_cstr(&said));
    buffer_finish(&said);
    free(session);
    return copy;
}

static char *ask_plugin(const char *plugin, const char *file)
{
    const char *elsewhere = getenv("SG_PLUGINDIR"); /* a test has nothing installed */
    char *object = xasprintf("%s/%s.so", elsewhere ? elsewhere : PLUGINDIR, plugin), *said = NULL;
    int status = 0;
    if (access(object, F_OK) == 0)
        said = ask_session("--take", object, file, &status);
    free(object);
    if (status != 0 && said && *said)
        return said;
    free(said);
    return status == 0 ? NULL : xstrdup("its object cannot be loaded");
}

/* What the machine lacks: a directory, a user, signatures. */
static void tell_what_lacks(const char *dir)
{
    int status;
    char *file = xasprintf("%s/smtp-gated.conf", dir);
    char *said = ask_session("--check", file, NULL, &status);
    if (status != 0)
        fprintf(stderr, "It is written.  Before the daemon can start with it here:\n%s", said);
    free(said);
    free(file);
}

static int import(const struct cli *cli)
{
    struct complaints c = {0};
    const bool ok = import_tree(cli->import_from, cli->import_to, ask_plugin, &c) == 0;
    fputs(buffer_cstr(&c.text), stderr);
    complaints_finish(&c);
    if (ok)
        tell_what_lacks(cli->import_to);
    return ok ? 0 : EXIT_CONFIG;
}

static int (*const errands[ERRAND_COUNT])(const struct cli *) = {
    [ERRAND_SERVE] = master_serve,   [ERRAND_HELP] = show_usage,
    [ERRAND_DUMP] = dump_status,     [ERRAND_STATUS] = show_status,
    [ERRAND_RELOAD] = reload_daemon, [ERRAND_KILL] = kill_daemon,
    [ERRAND_CHECK] = check_config,   [ERRAND_PRINT] = print_config,
    [ERRAND_OPTION] = print_option,  [ERRAND_VERSION] = show_version,
    [ERRAND_BUILD] = show_build,     [ERRAND_IMPORT] = import,
};

int errand_run(const struct cli *cli)
{
    return errands[cli->errand](cli);
}
