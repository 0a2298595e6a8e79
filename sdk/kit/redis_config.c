/* What people write: is it complete, is it one thing, and does Redis take us. */
#include "redis_inner.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT = 6379, SENTINEL_PORT = 26379, SENTINEL_MOST = 500 }; /* ms: there are others */

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

static int read_list(struct redis_plan *plan, const char *option, const char *const *list,
                     unsigned port)
{
    for (; *list; list++) {
        if (plan->count == REDIS_PLACES) {
            sg_config_error(option, "%d are enough", REDIS_PLACES);
            return -1;
        }
        if (address_read(&plan->places[plan->count++], *list, port) < 0) {
            sg_config_error(option, "'%s' is to be IP or IP:port; names are not looked up", *list);
            return -1;
        }
    }
    return 0;
}

static int read_places(struct redis_plan *plan, const struct redis_options *o)
{
    struct address_place *place = plan->places;
    if (is_list(o->sentinels)) {
        plan->kind = REDIS_SENTINELS;
        plan->login.master = true;
        plan->master = o->master;
        return read_list(plan, "sentinels", o->sentinels, SENTINEL_PORT);
    }
    if (is_list(o->cluster)) {
        plan->kind = REDIS_CLUSTER;
        return read_list(plan, "cluster", o->cluster, PORT);
    }
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
    struct redis_login *login = &plan->login, *sentinel = &plan->sentinel;
    login->user = is_set(o->user) ? o->user : NULL;
    login->password = is_set(o->password) ? o->password : NULL;
    sentinel->user = is_set(o->sentinel_user) ? o->sentinel_user : NULL;
    sentinel->password = is_set(o->sentinel_password) ? o->sentinel_password : NULL;
    if (login->password && is_set(o->password_file))
        return wrong("password_file", "only one of password and password_file may be set");
    if (is_set(o->password_file) && *o->password_file != '/')
        return wrong("password_file", "is to be an absolute path, one that begins with /");
    if (is_set(o->password_file)) {
        plan->secret = read_secret(o->password_file);
        if (!plan->secret)
            return -1;
        login->password = plan->secret;
    }
    if (login->user && !login->password)
        return wrong("user", "needs password or password_file besides");
    if (sentinel->user && !sentinel->password)
        return wrong("sentinel_user", "needs sentinel_password besides");
    return 0;
}

/* ---------------------------------------------------------------- Redis -- */

/* Whose option is to blame. */
static const char *option_of(enum redis_step step, const struct redis_options *o)
{
    if (step == REDIS_SELECT)
        return "database";
    if (step == REDIS_TLS)
        return "tls";
    if (is_set(o->password_file))
        return "password_file";
    return is_set(o->password) ? "password" : NULL;
}

static int ask_server(const struct redis_plan *plan, const struct redis_options *o,
                      const struct address_place *place)
{
    enum redis_step step = REDIS_PING;
    char why[REDIS_REASON];
    if (!redis_probe(&plan->login, place, NULL, NULL, &step, why))
        return 0;
    sg_config_error(option_of(step, o), "Redis at %s does not take us: %s%s", place->text, why,
                    plan->login.password ? "" : "; no password is set");
    return -1;
}

/* 1: *master is where it says; 0: it does not say. */
static int ask_sentinel(const struct redis_plan *plan, const struct address_place *sentinel,
                        struct address_place *master)
{
    const char *const words[] = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", plan->master, NULL};
    enum redis_step step;
    char why[REDIS_REASON];
    struct redisReply *reply = NULL;
    if (redis_probe(&plan->sentinel, sentinel, words, &reply, &step, why)) {
        sg_config_error(plan->sentinel.password ? "sentinel_password" : "sentinels",
                        "the Sentinel at %s does not take us: %s", sentinel->text, why);
        return -1;
    }
    const bool known = redis_place_of(reply, master);
    if (reply && !known)
        sg_config_error("master", "the Sentinel at %s does not know it", sentinel->text);
    const int result = !reply ? 0 : known ? 1 : -1;
    freeReplyObject(reply);
    return result;
}

/* The first Sentinel that knows, and the master it names; or the first server. */
static int ask_redis(const struct redis_plan *plan, const struct redis_options *o)
{
    struct address_place master = plan->places[0];
    int known = plan->kind == REDIS_SENTINELS ? 0 : 1;
    for (unsigned i = 0; i < plan->count && known == 0; i++)
        known = ask_sentinel(plan, &plan->places[i], &master);
    return known == 1 ? ask_server(plan, o, &master) : known;
}

static int read_tls(struct redis_plan *plan, const struct redis_options *o)
{
    const char *part = is_set(o->tls_ca)     ? "tls_ca"
                       : is_set(o->tls_cert) ? "tls_cert"
                       : is_set(o->tls_key)  ? "tls_key"
                       : is_set(o->tls_name) ? "tls_name"
                                             : NULL;
    if (!o->tls)
        return part ? wrong(part, "needs tls = yes besides") : 0;
    if (is_set(o->tls_cert) != is_set(o->tls_key))
        return wrong(is_set(o->tls_cert) ? "tls_cert" : "tls_key",
                     "tls_cert and tls_key go together");
    if (o->server.text && *o->server.text == '/')
        return wrong("tls", "a socket on this machine has no TLS");
    plan->tls = redis_tls_create(o);
    plan->login.tls = plan->sentinel.tls = plan->tls;
    return plan->tls ? 0 : -1;
}

static int check_rest(const struct redis_options *o)
{
    if (o->prefix && strpbrk(o->prefix, "{} \t"))
        return wrong("prefix", "is to have neither braces nor blanks");
    return 0;
}

int redis_configure(struct redis_options *o)
{
    struct redis_plan *plan = o->plan = sg_alloc(sizeof *plan);
    plan->login.database = o->database;
    plan->prefix = o->prefix ? o->prefix : "";
    plan->timeout = plan->login.patience = o->redis_timeout;
    plan->sentinel.patience = o->redis_timeout < SENTINEL_MOST ? o->redis_timeout : SENTINEL_MOST;
    if (check_places(o) == 0 && check_rest(o) == 0 && read_places(plan, o) == 0 &&
        read_password(plan, o) == 0 && read_tls(plan, o) == 0 && ask_redis(plan, o) == 0)
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
    if (o->plan)
        redis_tls_destroy(o->plan->tls);
    free(o->plan);
    o->plan = NULL;
}
