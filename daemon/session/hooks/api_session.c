/* The functions plugins call about a session (plugin.h has their contracts). */
#include "../../base/check.h"
#include "../../net/loop.h"
#include "../../plugin/whose.h"
#include "../../smtp/ehlo.h"
#include "api.h"
#include "api_offload.h"
#include "../model/mail.h"
#include "../model/notes.h"
#include "../talk/log_session.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

const struct sockaddr *sg_client_addr(const struct sg_session *s)
{
    return &seen(s)->peer.sa;
}
int sg_client_fd(const struct sg_session *s)
{
    return conn_fd(&seen(s)->client);
}
const char *sg_client_ip(const struct sg_session *s)
{
    return seen(s)->client_ip;
}
const char *sg_server_ip(const struct sg_session *s)
{
    return seen(s)->server_ip;
}
const char *sg_ident(const struct sg_session *s)
{
    return seen(s)->ident ? seen(s)->ident : "";
}
const char *sg_helo_name(const struct sg_session *s)
{
    return seen(s)->helo ? seen(s)->helo : "";
}
const char *sg_proxy_name(void)
{
    return service.core->proxy_name;
}
uint64_t sg_session_id(const struct sg_session *s)
{
    return seen(s)->slot->id;
}
int64_t sg_session_start(const struct sg_session *s)
{
    return seen(s)->slot->start;
}
unsigned sg_transaction(const struct sg_session *s)
{
    return seen(s)->slot->transactions;
}
unsigned sg_rcpts_total(const struct sg_session *s)
{
    return seen(s)->rcpts;
}
uint64_t sg_bytes_from_client(const struct sg_session *s)
{
    return seen(s)->slot->from_client;
}
uint64_t sg_bytes_from_server(const struct sg_session *s)
{
    return seen(s)->slot->from_server;
}
int sg_authenticated(const struct sg_session *s)
{
    return seen(s)->authenticated;
}
int sg_auth_offered(const struct sg_session *s)
{
    return (seen(s)->offers & EHLO_AUTH) != 0;
}
int sg_early_line(const struct sg_session *s)
{
    return seen(s)->early_line;
}
int sg_tls_started(const struct sg_session *s)
{
    return seen(s)->tunnelled;
}
int sg_taken_over(const struct sg_session *s)
{
    return seen(s)->slot->taken_over;
}
struct sg_mail *sg_current_mail(struct sg_session *s)
{
    return api_mail(session_of(s)->mail);
}

const struct sockaddr *sg_server_addr(const struct sg_session *s)
{
    return seen(s)->target.sa.sa_family == AF_UNSPEC ? NULL : &seen(s)->target.sa;
}

const struct sockaddr *sg_outgoing_addr(const struct sg_session *s)
{
    static union address here;
    if (conn_fd(&seen(s)->server) < 0)
        return NULL;
    here = address_local(conn_fd(&seen(s)->server));
    return here.sa.sa_family == AF_UNSPEC ? NULL : &here.sa;
}

const struct sockaddr *sg_local_addr(const struct sg_session *s)
{
    return &session_local((struct session *)(uintptr_t)s)->sa;
}

/* From another machine nothing can come to a loopback address, and who connects to one
 * of the machine's other addresses from here has that address himself.  A client that a
 * trusted peer told of did not come to our address: its own says where it is. */
int sg_client_is_local(const struct sg_session *s)
{
    const union address *peer = &seen(s)->peer;
    const union address *local = session_local((struct session *)(uintptr_t)s);
    return address_is_loopback(peer) || address_same_ip(peer, local) ||
           (!seen(s)->told && address_is_loopback(local)) ||
           sg_nets_contain(service.core->xclient_from, &peer->sa);
}

unsigned sg_sessions_of_client(const struct sg_session *s)
{
    return scoreboard_count(service.board, &seen(s)->slot->client, NULL);
}

unsigned sg_sessions_of_ident(const struct sg_session *s)
{
    return scoreboard_count(service.board, &seen(s)->slot->client, sg_ident(s));
}

int sg_skips_authenticated(const void *self)
{
    const struct plugin *p = plugin_of_self(service.plugins, self);
    return p && p->common.skip_authenticated;
}

void *api_state(void ***states, const void *self, size_t (*size)(const struct plugin *p))
{
    const struct plugin *p = plugin_of_self(service.plugins, self);
    if (!p || size(p) == 0)
        return NULL;
    if (!*states)
        *states = xcalloc(service.plugins->count, sizeof **states);
    if (!(*states)[p->index])
        (*states)[p->index] = xcalloc(1, size(p));
    return (*states)[p->index];
}

static size_t session_size(const struct plugin *p)
{
    return p->desc.session_size;
}

void *sg_session_state(struct sg_session *s, const void *self)
{
    return api_state(&session_of(s)->states, self, session_size);
}

void sg_note(struct sg_session *s, const char *name, const char *value)
{
    notes_set(&session_of(s)->notes, name, value);
}

const char *sg_noted(const struct sg_session *s, const char *name)
{
    return notes_get(seen(s)->notes, name);
}

void sg_log(const struct sg_session *s, enum sg_level level, const char *event, const char *fields,
            ...)
{
    char named[512];
    va_list ap;
    va_start(ap, fields);
    if (s)
        log_event_v((int)level, seen(s)->slot->id, event, fields, ap);
    else
        log_event_v((int)level, 0, event, whose_fields(event, fields, named, sizeof named), ap);
    va_end(ap);
}

static const char *may_log(unsigned which, int refused, const char *address,
                           char out[SG_LOG_ADDRESS])
{
    if (!journal_shows(which, refused ? 550 : 250, address, out, SG_LOG_ADDRESS))
        strcpy(out, "-");
    return out;
}

const char *sg_log_mail_from(const char *reverse_path, int refused, char out[SG_LOG_ADDRESS])
{
    return may_log(service.core->log_mail_from, refused, reverse_path, out);
}

const char *sg_log_rcpt_to(const char *forward_path, int refused, char out[SG_LOG_ADDRESS])
{
    return may_log(service.core->log_rcpt_to, refused, forward_path, out);
}

struct uv_loop_s *sg_loop(void)
{
    return loop_uv();
}
uint64_t sg_now(void)
{
    return loop_now();
}
int64_t sg_time(void)
{
    return loop_time();
}

/* A chroot may have no /proc, from which the C library reads it; the kernel tells it, too. */
static double read_load(void)
{
    double load;
    struct sysinfo info;
    if (getloadavg(&load, 1) == 1)
        return load;
    return sysinfo(&info) == 0 ? (double)info.loads[0] / (1 << SI_LOAD_SHIFT) : 0;
}

double sg_load(void)
{
    static uint64_t read_at;
    static double load;
    if (read_at && loop_now() - read_at < 1000)
        return load;
    load = read_load();
    read_at = loop_now();
    return load;
}

int sg_offload(void (*work)(void *), void (*done)(void *), void *arg)
{
    return chore_begin(work, done, arg);
}

void sg_request_reload(const void *self, const char *why)
{
    const struct plugin *p = plugin_of_self(service.plugins, self);
    const uint32_t generation = atomic_load(&service.board->generation);
    if (atomic_exchange(&service.board->wish, generation) == generation)
        return; /* nobody has heard the one before yet */
    log_event(5, 0, "RELOAD:ASKED", "reason=%s, plugin=%s", why, p ? p->label : "?");
}

void sg_close_session(struct sg_session *s)
{
    struct session *session = session_of(s);
    if (session->ending == ENDING_NONE)
        session->ending = ENDING_ASKED;
}
