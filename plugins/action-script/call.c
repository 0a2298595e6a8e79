/* See call.h.  A value that is not known is there and empty, or 0, as it was in
 * 1.4, so that a script with `set -u` goes on working. */
#include "call.h"

#include <inttypes.h>
#include <smtp-gated/kit/address.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* ------------------------------------------------------------------ list -- */

static void grow(struct call *c)
{
    c->room = c->room ? 2 * c->room : 64;
    char **more = sg_alloc(c->room * sizeof *more);

    if (c->count > 0)
        memcpy(more, c->env, c->count * sizeof *more);
    free(c->env);
    c->env = more;
}

/* entry is ours from here on. */
static void append(struct call *c, char *entry)
{
    if (c->count + 1 >= c->room)
        grow(c);
    c->env[c->count++] = entry;
}

SG_PRINTF(2, 3) static void put(struct call *c, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    size_t size = (size_t)vsnprintf(NULL, 0, fmt, ap) + 1;
    char *entry = sg_alloc(size);
    vsnprintf(entry, size, fmt, again);
    va_end(again);
    va_end(ap);
    append(c, entry);
}

static int has(const struct call *c, const char *entry)
{
    size_t name = strcspn(entry, "=") + 1;

    for (size_t i = 0; i < c->count; i++)
        if (strncmp(c->env[i], entry, name) == 0)
            return 1;
    return 0;
}

/* After ours, which win. */
static void inherit(struct call *c)
{
    for (char **at = environ; *at; at++)
        if (!has(c, *at))
            append(c, sg_strdup(*at));
}

/* ----------------------------------------------------------------- facts -- */

static const char *known(const char *text)
{
    return text ? text : "";
}

static void put_addresses(struct call *c, const struct sg_session *s)
{
    char ip[ADDRESS_TEXT];

    put(c, "SOURCE_IP=%s", sg_client_ip(s));
    put(c, "SOURCE_PORT=%u", address_port(sg_client_addr(s)));
    put(c, "TARGET_IP=%s", sg_server_ip(s));
    put(c, "TARGET_PORT=%u", address_port(sg_server_addr(s)));
    put(c, "LOCAL_IP=%s", address_text(sg_local_addr(s), ip));
    put(c, "LOCAL_PORT=%u", address_port(sg_local_addr(s)));
}

static void put_session(struct call *c, const struct sg_session *s)
{
    put(c, "PROXY_NAME=%s", sg_proxy_name());
    put(c, "IDENT=%s", sg_ident(s));
    put(c, "IDENT_COUNT=%u", *sg_ident(s) ? sg_sessions_of_ident(s) : 0);
    put(c, "HELO=%s", sg_helo_name(s));
    put(c, "RCPTS_TOTAL=%u", sg_rcpts_total(s));
    put(c, "TRANSACTION=%u", sg_transaction(s));
    put(c, "AUTH=%d", sg_authenticated(s));
}

static void put_mail(struct call *c, const struct sg_mail *m)
{
    put(c, "MAIL_FROM=%s", m ? sg_reverse_path(m) : "");
    put(c, "SIZE=%" PRIu64, m ? sg_mail_size(m) : 0);
    put(c, "SPOOL_NAME=%s", m ? known(sg_mail_name(m)) : "");
}

static void put_find(struct call *c, const struct sg_session *s, const char *event,
                     const char *found, const char *detail)
{
    const char *score = sg_noted(s, "spam.score");
    const char *locked = sg_noted(s, "lock.event");
    int ours = locked && strcmp(locked, event) == 0;
    const char *duration = ours ? sg_noted(s, "lock.duration") : NULL;

    put(c, "FOUND=%s", found);
    put(c, "VIRUS_NAME=%s", strcmp(event, "virus") == 0 ? detail : "");
    put(c, "SPAM_SCORE=%s", score ? score : "0.000");
    put(c, "LOCK_FILE=%s", ours ? known(sg_noted(s, "lock.file")) : "");
    put(c, "LOCK_DURATION=%s", duration ? duration : "0");
}

static void put_time(struct call *c, const struct sg_session *s)
{
    const time_t start = (time_t)sg_session_start(s);
    char text[128] = "";
    struct tm tm;

    if (localtime_r(&start, &tm))
        strftime(text, sizeof text, "%c", &tm);
    put(c, "TIME=%s", text);
    put(c, "UNIXTIME=%" PRId64, sg_session_start(s));
}

/* ------------------------------------------------------------------ call -- */

static void arguments(struct call *c, const char *command, const struct sg_session *s,
                      const char *found)
{
    const char *ident = sg_ident(s);
    const char *const words[] = {command, found, sg_client_ip(s), *ident ? ident : "-",
                                 sg_server_ip(s)};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        c->argv[i] = sg_strdup(words[i]);
}

void call_make(struct call *c, const char *command, struct sg_session *s, const char *event,
               const char *found, const char *detail)
{
    memset(c, 0, sizeof *c);
    arguments(c, command, s, found);
    put_find(c, s, event, found, detail);
    put_addresses(c, s);
    put_session(c, s);
    put_mail(c, sg_current_mail(s));
    put_time(c, s);
    inherit(c);
}

void call_finish(struct call *c)
{
    for (size_t i = 0; i < sizeof c->argv / sizeof *c->argv; i++)
        free(c->argv[i]);
    for (size_t i = 0; i < c->count; i++)
        free(c->env[i]);
    free(c->env);
    memset(c, 0, sizeof *c);
}
