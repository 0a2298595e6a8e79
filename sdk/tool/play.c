/* Plugins, played by the very relay that will run them.  This process is their keeper:
 * it loads and configures them, and forks one worker, whose only client and server are
 * the script's.  A worker that ends before the script does is a test that failed.  What
 * the script wants to know of the inside, it learns as plugins do: a small one of our
 * own is the last of the set. */
#include "tool.h"
#include "client.h"
#include "server.h"
#include "stage.h"
#include "../../daemon/base/check.h"
#include "../../daemon/base/log.h"
#include "../../daemon/keeper/obituary.h"
#include "../../daemon/keeper/sandbox.h"
#include "../../daemon/plugin/grants.h"
#include "../../daemon/worker/worker.h"
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLUGINS_MAX = 16 };

struct play {
    struct {
        const char *object, *settings;
    } played[PLUGINS_MAX];
    unsigned count;
    const char *script_file;
    bool verbose, confine;
    char *folder; /* for the core file, and for messages that need a name */
    struct script script;
    struct core *core;
    struct plugins *plugins;
};

/* What the built-in plugin needs; there is one play a process. */
static const struct script *script;
static int control = -1;

/* ---------------------------------------------------- our own plugin -- */

/* The worker takes the end of this socket for the order to finish. */
static void over(void)
{
    close(control);
    control = -1;
}

static int begin(void *self)
{
    (void)self;
    uint16_t port = server_open(stage_poke);
    if (port == 0) {
        perror("smtp-gated-plugin: listening on the loopback");
        return -1;
    }
    client_open(stage_poke);
    stage_begin(script, port, over);
    return 0;
}

static void end(void *self)
{
    (void)self;
    server_close();
    stage_end();
}

static struct sg_verdict route(struct sg_session *s, struct sg_route *r, void *self)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(stage_server_port()),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    (void)s, (void)self;
    memcpy(&r->server, &at, sizeof at);
    r->flags = SG_ROUTE_FIXED;
    return sg_pass();
}

static struct sg_verdict admit(struct sg_session *s, void *self)
{
    (void)self;
    stage_session(s);
    return sg_pass();
}

static void on_event(struct sg_session *s, const char *name, const char *detail, void *self)
{
    (void)s, (void)self;
    stage_event(name, detail);
}

static void on_close(struct sg_session *s, void *self)
{
    (void)self;
    stage_session_over(s);
}

static const struct sg_plugin stagehand = {.size = sizeof stagehand,
                                           .api = SG_API_VERSION,
                                           .name = "stagehand",
                                           .start = begin,
                                           .stop = end,
                                           .route = route,
                                           .connect = admit,
                                           .event = on_event,
                                           .close = on_close};

/* ------------------------------------------------------------- the host -- */

static char *core_file(const struct play *p)
{
    return xasprintf("%s/smtp-gated.conf", p->folder);
}

static struct core *make_core(struct play *p, struct complaints *c)
{
    const char *tmp = getenv("TMPDIR");
    char *folder = xasprintf("%s/smtp-gated-play-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    p->folder = mkdtemp(folder);
    if (!p->folder) {
        complain(c, folder, 0, NULL, NULL, "cannot be made: %s", strerror(errno));
        free(folder);
        return NULL;
    }
    char *file = core_file(p);
    FILE *out = fopen(file, "w");
    check(out);
    fprintf(out,
            "proxy_name = \"proxy.test\"\nreply_reference = no\nport = 0\nworkers = 1\nspool_path "
            "= \"%s\"\n"
            "spool_leave_on = {never}\nlog_target = stderr\nlog_level = %s\n",
            p->folder,
            p->verbose   ? "debug"
            : p->confine ? "info"
                         : "notice");
    fclose(out);
    struct core *core = core_read(file, c);
    unlink(file);
    free(file);
    return core;
}

/* A confined worker reads the script's messages, too. */
static void grant_messages(struct plugin *ours, const struct script *all)
{
    char path[PATH_MAX];
    for (unsigned i = 0; i < all->count; i++)
        if (strcmp(all->lines[i].word, ">>") == 0 && realpath(all->lines[i].rest, path))
            grants_add(ours, path, SG_GRANT_READ);
}

static bool load(struct play *p, struct complaints *c)
{
    char path[PATH_MAX];
    p->plugins = plugins_create();
    for (unsigned i = 0; i < p->count; i++) {
        const char *object = p->played[i].object;
        object = realpath(object, path) ? path : object;
        if (!plugins_add_object(p->plugins, object, p->played[i].settings, c))
            return false;
    }
    grant_messages(plugins_append(p->plugins, &stagehand), &p->script);
    return true;
}

static bool prepare(struct play *p, struct complaints *c)
{
    return script_read(p->script_file, &p->script, c) && stage_check(&p->script, c) &&
           (p->core = make_core(p, c)) != NULL && load(p, c) && plugins_prepare(p->plugins, c);
}

/* As in the daemon, where the keeper has given up new privileges: without that only root
 * may confine itself. */
static bool confined(const struct play *p, const struct sandbox *box, struct worker_slot *slot)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           sandbox_enter(box, p->core, p->plugins, slot);
}

/* The worker's whole life. */
static int live(const struct play *p, struct scoreboard *board, const struct sandbox *box,
                bool *finished)
{
    int pair[2];
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    script = &p->script;
    control = pair[0];
    const struct worker_setup setup = {.core = p->core,
                                       .plugins = p->plugins,
                                       .board = board,
                                       .slot = scoreboard_claim_worker(board, getpid(), 1, 0),
                                       .control = pair[1]};
    if (box && !confined(p, box, setup.slot))
        return EXIT_WRONG;
    const bool ran = worker_run(&setup) == 0;
    *finished = true;
    return ran && stage_went_well() ? EXIT_FINE : EXIT_RED;
}

static int mourn(struct scoreboard *board, const siginfo_t *end)
{
    const bool exited = end->si_code == CLD_EXITED;
    const struct culprit c = obituary_write(board, end, exited ? "exit" : "signal");
    printf("not ok - the worker lives until the script is over\n# it ended in the midst: %s %d, "
           "plugin %s; the log has more\n",
           exited ? "exit status" : "signal", end->si_status, *c.label ? c.label : "unknown");
    return EXIT_RED;
}

static int serve(const struct play *p)
{
    int fd = -1;
    siginfo_t end;
    struct scoreboard *board = scoreboard_create(&fd);
    struct log_setup log = core_log_setup(p->core);
    bool *finished =
        mmap(NULL, sizeof *finished, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(board && finished != MAP_FAILED);
    log_open(&log);
    const struct sandbox box =
        p->confine ? sandbox_plan(p->core, p->plugins) : (struct sandbox){CALLS_ANY, false};
    log_flush();
    const pid_t worker = fork();
    check(worker >= 0);
    if (worker == 0) {
        const int status = live(p, board, p->confine ? &box : NULL, finished);
        log_close();
        exit(status);
    }
    check(waitid(P_PID, (id_t)worker, &end, WEXITED | WNOWAIT) == 0);
    const int status = *finished ? end.si_status : mourn(board, &end);
    waitpid(worker, NULL, 0);
    log_close();
    munmap(finished, sizeof *finished);
    close(fd);
    return status;
}

static int run(struct play *p)
{
    struct complaints c = {0};
    int status = EXIT_WRONG;
    setvbuf(stdout, NULL, _IOLBF, 0);
    bool ready = prepare(p, &c);
    tool_complaints(&c);
    if (ready)
        status = serve(p);
    if (p->plugins)
        plugins_release(p->plugins);
    core_destroy(p->core);
    if (p->folder)
        rmdir(p->folder);
    free(p->folder);
    script_finish(&p->script);
    return status;
}

/* What stands alone is an object, and the last one the script. */
static bool take_file(struct play *p, const char *file)
{
    if (p->count == PLUGINS_MAX)
        return false;
    if (p->script_file)
        p->played[p->count++].object = p->script_file;
    p->script_file = file;
    return true;
}

/* --conf is for the object before it. */
static bool take_settings(struct play *p, const char *file)
{
    if (!p->script_file || !file || p->count == PLUGINS_MAX)
        return false;
    p->played[p->count].object = p->script_file;
    p->played[p->count++].settings = file;
    p->script_file = NULL;
    return true;
}

/* words: [-v] [--confine] FILE.so [--conf FILE] [FILE.so …] SCRIPT, the switches anywhere. */
int tool_play(char **words)
{
    struct play p = {0};
    bool fine = true;
    for (; fine && *words; words++) {
        if (strcmp(*words, "-v") == 0)
            p.verbose = true;
        else if (strcmp(*words, "--confine") == 0)
            p.confine = true;
        else if (strcmp(*words, "--conf") == 0)
            fine = take_settings(&p, *++words);
        else
            fine = take_file(&p, *words);
    }
    return fine && p.script_file && p.count ? run(&p) : tool_usage();
}
