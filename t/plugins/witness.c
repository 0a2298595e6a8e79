/* witness - a plugin for the tests of the plugins: routes to a server under an
 * ident, and copies the spool of each message to a file. */
#include <smtp-gated/plugin.h>

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct witness {
    struct sg_endpoint server;
    const char *ident;
    const char *copy;
};

static const struct sg_option options[] = {
    SG_OPT_ENDPOINT(struct witness, server, NULL, "where sessions go"),
    SG_OPT_STRING(struct witness, ident, "", "who the client is"),
    SG_OPT_PATH(struct witness, copy, NULL, "file that gets the spool, appended"), SG_OPT_END};

static struct sg_verdict witness_route(struct sg_session *s, struct sg_route *route, void *self)
{
    const struct witness *w = self;

    (void)s;
    memcpy(&route->server, &w->server.addr, w->server.addrlen);
    route->flags = SG_ROUTE_FIXED;
    strncpy(route->ident, w->ident, sizeof route->ident - 1);
    return sg_pass();
}

static int append(const char *path, int from)
{
    int to = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    char bytes[4096];
    off_t at = 0;
    ssize_t n;

    while ((n = pread(from, bytes, sizeof bytes, at)) > 0 && write(to, bytes, (size_t)n) == n)
        at += n;
    close(to);
    return n == 0 ? 0 : -1;
}

static struct sg_verdict witness_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct witness *w = self;

    (void)s;
    if (w->copy && append(w->copy, sg_mail_fd(m)) < 0)
        return sg_failed("the spool cannot be copied");
    return sg_pass();
}

/* The first message makes the copy, so the sandbox must leave its directory open. */
static int witness_configure(void *self)
{
    const struct witness *my = self;
    char directory[4096];

    if (!my->copy)
        return 0;
    snprintf(directory, sizeof directory, "%s", my->copy);
    return sg_grant(dirname(directory), SG_GRANT_WRITE);
}

SG_PLUGIN(witness, .summary = "give clients an ident, and copy spools", .options = options,
          .configure = witness_configure, .settings_size = sizeof(struct witness),
          .want = SG_WANT_SPOOL, .route = witness_route, .end = witness_end)
