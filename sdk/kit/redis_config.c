/* What people write: is it complete, is it one thing, and does Redis take us. */
#include "redis_inner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT = 6379 };

/* -------------------------------------------------------------- servers -- */

static bool is_set(const char *text)
{
    return text && *text;
}

static bool is_list(const char *const *list)
{
    return list && *list;
}

static int wrong(const char *option, const char *why)
{
    sg_config_error(option, "%s", why);
    return -1;
}

/* Where to ask is said once. */
static int check_places(const struct redis_options *o)
{
    if ((o->server.text != NULL) + is_list(o->sentinels) + is_list(o->cluster) > 1)
        return wrong(is_list(o->cluster) ? "cluster" : "sentinels",
                     "only one of server, sentinels and cluster may be set");
    if (is_list(o->sentinels) && !is_set(o->master))
        return wrong("sentinels", "needs master besides: the name that the Sentinels watch");
    if (is_set(o->master) && !is_list(o->sentinels))
        return wrong("master", "needs sentinels besides: the Sentinels to ask");
    if (is_list(o->cluster) && o->database)
        return wrong("database", "a cluster has only database 0");
    return 0;
}

static int read_places(struct redis_plan *plan, const struct redis_options *o)
{
    struct address_place *place = plan->places;
    plan->count = 1;
    if (!o->server.text)
        return address_read(place, "127.0.0.1", PORT);
    place->addr = o->server.addr;
    place->addrlen = o->server.addrlen;
    snprintf(place->text, sizeof place->text, "%s", o->server.text);
    return 0;
}

/* ------------------------------------------------------------- password -- */

/* The first line, without its end. */
static char *read_secret(const char *path)
{
    enum { LONGEST = 1024 };
    FILE *in = fopen(path, "re");
    char *line = in ? sg_alloc(LONGEST) : NULL;
    const char *read = in ? fgets(line, LONGEST, in) : NULL;
    if (!in || ferror(in))
        sg_config_error("password_file", "cannot be read: %s", strerror(errno));
    if (in)
        fclose(in);
    if (in)
        line[strcspn(line, "\r\n")] = '\0';
    if (read && *line)
        return line;
    if (in && !read)
        sg_config_error("password_file", "is empty; its first line is to be the password");
    else if (in)
        sg_config_error("password_file", "its first line is empty; it is to be the password");
    free(line);
    return NULL;
}

static int read_password(struct redis_plan *plan, const struct redis_options *o)
{
    plan->user = is_set(o->user) ? o->user : NULL;
    plan->password = is_set(o->password) ? o->password : NULL;
    if (plan->password && is_set(o->password_file))
        return wrong("password_file", "only one of password and password_file may be set");
    if (is_set(o->password_file)) {
        plan->secret = read_secret(o->password_file);
        if (!plan->secret)
            return -1;
        plan->password = plan->secret;
    }
    if (plan->user && !plan->password)
        return wrong("user", "needs password or password_file besides");
    return 0;
}

/* ---------------------------------------------------------------- Redis -- */

/* Whose option is to blame. */
static const char *option_of(enum redis_step step, const struct redis_options *o)
{
    if (step == REDIS_SELECT)
        return "database";
    if (is_set(o->password_file))
        return "password_file";
    return is_set(o->password) ? "password" : NULL;
}

static int ask_redis(const struct redis_plan *plan, const struct redis_options *o)
{
    enum redis_step step = REDIS_PING;
    char why[REDIS_REASON];
    if (!redis_probe(plan, &plan->places[0], &step, why, sizeof why))
        return 0;
    sg_config_error(option_of(step, o), "Redis at %s does not take us: %s%s", plan->places[0].text,
                    why, plan->password ? "" : "; no password is set");
    return -1;
}

static int check_rest(const struct redis_options *o)
{
    if (o->prefix && strpbrk(o->prefix, "{} \t"))
        return wrong("prefix", "is to have neither braces nor blanks");
    if (o->tls)
        return wrong("tls", "this smtp-gated was built with a hiredis that has no TLS");
    if (is_list(o->sentinels) || is_list(o->cluster))
        return wrong(is_list(o->cluster) ? "cluster" : "sentinels", "is not there yet");
    return 0;
}

int redis_configure(struct redis_options *o)
{
    struct redis_plan *plan = o->plan = sg_alloc(sizeof *plan);
    plan->database = o->database;
    plan->prefix = o->prefix ? o->prefix : "";
    plan->timeout = o->redis_timeout;
    if (check_places(o) == 0 && check_rest(o) == 0 && read_places(plan, o) == 0 &&
        read_password(plan, o) == 0 && ask_redis(plan, o) == 0)
        return 0;
    redis_release(o);
    return -1;
}

void redis_release(struct redis_options *o)
{
    if (o->plan && o->plan->secret) {
        explicit_bzero(o->plan->secret, strlen(o->plan->secret));
        free(o->plan->secret);
    }
    free(o->plan);
    o->plan = NULL;
}
