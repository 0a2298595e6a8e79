/* A plugin, played by the very relay that will run it: this process is a worker
 * without a keeper, whose only client and server are the script's.  What the
 * script wants to know of the inside, it learns as plugins do: a small one of
 * our own stands behind the one that is played. */
#include "tool.h"
#include "client.h"
#include "server.h"
#include "stage.h"
#include "../../daemon/base/check.h"
#include "../../daemon/base/log.h"
#include "../../daemon/worker/worker.h"
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct play {
    const char *object, *settings, *script_file;
    bool verbose;
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
            "proxy_name = \"proxy.test\"\nport = 0\nworkers = 1\nspool_path = \"%s\"\n"
            "spool_leave_on = {never}\nlog_target = stderr\nlog_level = %s\n",
            p->folder, p->verbose ? "debug" : "notice");
    fclose(out);
    struct core *core = core_read(file, c);
    unlink(file);
    free(file);
    return core;
}

static bool prepare(struct play *p, struct complaints *c)
{
    char path[PATH_MAX];
    if (!script_read(p->script_file, &p->script, c) || !stage_check(&p->script, c) ||
        (p->core = make_core(p, c)) == NULL)
        return false;
    p->plugins = plugins_load_object(realpath(p->object, path) ? path : p->object, p->settings, c);
    if (p->plugins)
        plugins_append(p->plugins, &stagehand);
    return p->plugins != NULL;
}

static bool serve(const struct play *p)
{
    int pair[2], fd = -1;
    struct scoreboard *board = scoreboard_create(&fd);
    struct log_setup log = core_log_setup(p->core);
    check(board && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    log_open(&log);
    script = &p->script;
    control = pair[0];
    const struct worker_setup setup = {.core = p->core,
                                       .plugins = p->plugins,
                                       .board = board,
                                       .slot = scoreboard_claim_worker(board, getpid(), 1, 0),
                                       .control = pair[1]};
    bool ran = worker_run(&setup) == 0;
    log_close();
    if (control >= 0)
        close(control);
    close(pair[1]);
    close(fd);
    return ran && stage_went_well();
}

static int run(struct play *p)
{
    struct complaints c = {0};
    int status = EXIT_WRONG;
    setvbuf(stdout, NULL, _IOLBF, 0);
    bool ready = prepare(p, &c);
    tool_complaints(&c);
    if (ready)
        status = serve(p) ? EXIT_FINE : EXIT_RED;
    if (p->plugins)
        plugins_release(p->plugins);
    core_destroy(p->core);
    if (p->folder)
        rmdir(p->folder);
    free(p->folder);
    script_finish(&p->script);
    return status;
}

/* words: [-v] FILE.so [--conf FILE] SCRIPT, the switches anywhere. */
int tool_play(char **words)
{
    struct play p = {0};
    for (; *words; words++) {
        if (strcmp(*words, "-v") == 0)
            p.verbose = true;
        else if (strcmp(*words, "--conf") == 0 && words[1])
            p.settings = *++words;
        else if (!p.object)
            p.object = *words;
        else if (!p.script_file)
            p.script_file = *words;
        else
            return tool_usage();
    }
    return p.script_file ? run(&p) : tool_usage();
}
