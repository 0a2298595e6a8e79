/* See fitness.h.  A child becomes what workers are, and writes to a pipe what it finds. */
#include "fitness.h"
#include "../base/check.h"
#include "../conf/nets.h"
#include "../plugin/grants.h"
#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKER_NEEDS (32u << 20)
#define FILE_LEAST (1u << 20)

struct fitness {
    const struct core *core;
    const struct plugins *plugins;
    struct complaints *c;
};

static void unfit(const struct fitness *f, const char *option, const char *value, const char *why)
{
    complain(f->c, f->core->file, 0, option, value, "%s", why);
}

/* -------------------------------------------------------- before, as we are -- */

static void check_route(const struct fitness *f)
{
    if (!f->plugins->by_hook[HOOK_route][0])
        complain(
            f->c, f->core->conf_dir, 0, NULL, NULL,
            "no plugin here says where sessions go, so no client could send; one is enabled by "
            "a file such as 10-nat-netfilter.conf or 10-nat-fixed.conf");
}

/* The master makes the last directory of the path if it is missing. */
static void check_file(const struct fitness *f, const char *option, const char *path)
{
    char *folder = xstrdup(path), *slash = strrchr(folder, '/');
    *slash = '\0';
    if (*folder && access(folder, F_OK) < 0 && (slash = strrchr(folder, '/')) != NULL)
        *slash = '\0';
    const char *where = *folder ? folder : "/";
    if (access(where, W_OK | X_OK) < 0)
        complain(f->c, f->core->file, 0, option, path, "cannot be written: %s: %s", where,
                 strerror(errno));
    free(folder);
}

static void check_address(const struct fitness *f, const char *option, const char *text)
{
    struct sockaddr_storage a;
    const bool parsed = address_parse(text, &a);
    const int fd = parsed ? socket(a.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    const socklen_t n = parsed && a.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                          : sizeof(struct sockaddr_in);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&a, n) < 0 && errno == EADDRNOTAVAIL)
        unfit(f, option, text, "this host has no such address");
    if (fd >= 0)
        close(fd);
}

/* ------------------------------------------------------- in the child, as set_user -- */

static void check_memory(const struct fitness *f)
{
    const bool virt = f->core->limits[1] >= 0, data = f->core->limits[2] >= 0;
    void *room =
        mmap(NULL, WORKER_NEEDS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room != MAP_FAILED)
        munmap(room, WORKER_NEEDS);
    else if (virt || data)
        unfit(f, virt ? "limit_virt_size" : "limit_data_size",
              virt ? f->core->limit_virt_size : f->core->limit_data_size,
              "leaves less than 32M to a worker, which is too little to live");
}

static void check_spool(const struct fitness *f)
{
    if (!f->plugins->wants_spool)
        return;
    if (f->core->limits[3] >= 0 && f->core->limits[3] < (int64_t)FILE_LEAST)
        unfit(f, "limit_fsize", f->core->limit_fsize,
              "is less than 1M, so messages could not be spooled");
    if (access(f->core->spool_path, W_OK | X_OK) < 0)
        complain(f->c, f->core->file, 0, "spool_path", f->core->spool_path,
                 "cannot be written to by user %u: %s; messages could not be spooled",
                 (unsigned)geteuid(), strerror(errno));
}

/* A directory, or a file. */
static bool can_write(int fd)
{
    if (faccessat(fd, ".", W_OK | X_OK, 0) == 0)
        return true;
    return errno == ENOTDIR && syscall(SYS_faccessat2, fd, "", W_OK, AT_EMPTY_PATH) == 0;
}

static void check_grants(const struct fitness *f, const struct plugin *p)
{
    for (const struct grant *g = p->grants; g; g = g->next)
        if ((g->access & SG_GRANT_WRITE) == SG_GRANT_WRITE && g->fd >= 0 && !can_write(g->fd))
            complain(f->c, p->file, 0, NULL, NULL,
                     "plugin %s: %s cannot be written to by user %u: %s", p->name, g->path,
                     (unsigned)geteuid(), strerror(errno));
}

/* What a plugin runs is its option `command`. */
static void check_command(const struct fitness *f, const struct plugin *p)
{
    for (const struct sg_option *o = p->desc.options; o && o->name; o++) {
        const char *path = NULL;
        if (!(p->desc.needs & SG_NEEDS_PROGRAMS) || o->type != SG_PATH ||
            strcmp(o->name, "command") != 0)
            continue;
        memcpy(&path, (const char *)p->settings + o->offset, sizeof path);
        if (path && access(path, X_OK) < 0)
            complain(f->c, p->file, 0, o->name, path, "cannot be run by user %u: %s",
                     (unsigned)geteuid(), strerror(errno));
    }
}

static void check_as_worker(const struct fitness *f)
{
    /* Without root we are the user that serves. */
    if (geteuid() == 0 && !privileges_drop(f->core, f->plugins->capabilities, f->c))
        return;
    check_memory(f);
    check_spool(f);
    for (unsigned i = 0; i < f->plugins->count; i++) {
        check_grants(f, f->plugins->all[i]);
        check_command(f, f->plugins->all[i]);
    }
}

_Noreturn static void be_worker(const struct fitness *f, int to)
{
    struct complaints c = {0};
    const struct fitness child = {f->core, f->plugins, &c};
    check_as_worker(&child);
    const size_t n = buffer_len(&c.text);
    if (c.errors && write(to, buffer_cstr(&c.text), n) != (ssize_t)n)
        _exit(1);
    _exit(0);
}

static void hear_child(const struct fitness *f, int from)
{
    char text[4096];
    ssize_t n;
    size_t before = buffer_len(&f->c->text);
    while ((n = read(from, text, sizeof text)) > 0)
        buffer_append(&f->c->text, text, (size_t)n);
    f->c->errors += buffer_len(&f->c->text) > before;
}

static void ask_child(const struct fitness *f)
{
    int ends[2], status = 0;
    check(pipe2(ends, O_CLOEXEC) == 0);
    const pid_t pid = fork();
    if (pid == 0)
        be_worker(f, ends[1]);
    close(ends[1]);
    hear_child(f, ends[0]);
    close(ends[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        unfit(f, NULL, NULL, "a process with the limits of this configuration does not live");
}

void fitness_check(const struct core *core, const struct plugins *plugins, struct complaints *c)
{
    const struct fitness f = {core, plugins, c};
    check_route(&f);
    check_file(&f, "pidfile", core->pidfile);
    check_file(&f, "statefile", core->statefile);
    for (const char **a = core->bind_address; *a; a++)
        if (strcmp(*a, "0.0.0.0") != 0 && strcmp(*a, "::") != 0)
            check_address(&f, "bind_address", *a);
    for (const char **a = core->outgoing_addr; *a; a++)
        check_address(&f, "outgoing_addr", *a);
    ask_child(&f);
}
