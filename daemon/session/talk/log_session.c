/* See log_session.h. */
#include "log_session.h"
#include "../../base/digest.h"
#include "../../base/clock.h"
#include "../../base/log.h"
#include "../../net/loop.h"
#include "../../smtp/queue_id.h"
#include "../model/mail.h"
#include "../model/client_told.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *who(const struct session *s)
{
    return s->ident ? s->ident : "";
}
static uint64_t number(const struct session *s)
{
    return s->slot->id;
}

void journal_step(const struct session *s, unsigned from, unsigned to)
{
    if (log_wants(7))
        log_event(7, number(s), "STEP", "from=%s, to=%s", step_name(from), step_name(to));
}

#define NEW_FIELDS "on=%s, src=%s, ident=%s, dst=%s, id=%" PRId64 ".%" PRIu64

void journal_new(struct session *s)
{
    char on[ADDRESS_TEXT_PORT], src[ADDRESS_TEXT_PORT], dst[ADDRESS_TEXT_PORT], text[512];
    unsigned here = scoreboard_sessions(service.board);
    unsigned same = scoreboard_count(service.board, &s->slot->client, s->ident);
    address_text_port(session_local(s), on);
    address_text_port(&s->peer, src);
    address_text_port(&s->target, dst);
    s->announced = 1;
    snprintf(text, sizeof text, "NEW (%u/%u) " NEW_FIELDS, here, same, on, src, who(s), dst,
             s->slot->start, number(s));
    log_event_as(5, number(s), text, "NEW", NEW_FIELDS ", sessions=%u, same=%u", on, src, who(s),
                 dst, s->slot->start, number(s), here, same);
}

static const char *const closers[] = {"client", "server", "timeout", "admin"};

void journal_close(const struct session *s)
{
    const struct session_slot *slot = s->slot;
    const char *by = closers[s->closed_by];
    int64_t seconds = clock_between(slot->start, loop_time());
    char text[512];
    if (s->slot->taken_over) {
        const char *why = s->ended_with ? s->ended_with : "";
        snprintf(text, sizeof text, "CLOSE:TAKEN%s%s", *why ? " " : "", why);
        log_event_as(*why ? 6 : 7, number(s), text, "CLOSE:TAKEN", "src=%s, ident=%s, reason=%s",
                     s->client_ip, who(s), why);
        return;
    }
    if (!s->tunnelled) {
        log_event(5, number(s), "CLOSE",
                  "by=%s, rcv=%" PRIu64 "/%" PRIu64 ", trns=%u, rcpts=%u, auth=%u, time=%" PRId64
                  ", src=%s, ident=%s",
                  by, slot->from_client, slot->from_server, slot->transactions, s->rcpts, s->auths,
                  seconds, s->client_ip, who(s));
        return;
    }
    snprintf(text, sizeof text,
             "CLOSE:DIRECT by=%s rcv=%" PRIu64 "/%" PRIu64 ", time=%" PRId64 ", src=%s, ident=%s",
             by, slot->from_client, slot->from_server, seconds, s->client_ip, who(s));
    log_event_as(5, number(s), text, "CLOSE:DIRECT",
                 "by=%s, rcv=%" PRIu64 "/%" PRIu64 ", time=%" PRId64 ", src=%s, ident=%s", by,
                 slot->from_client, slot->from_server, seconds, s->client_ip, who(s));
}

void journal_taken(const struct session *s)
{
    char text[700];
    const char *reason = s->reason ? s->reason : "";
    snprintf(text, sizeof text, "SESSION TAKEOVER: src=%s, ident=%s, trns=%u, reason=%s",
             s->client_ip, who(s), s->slot->transactions, reason);
    log_event_as(4, number(s), text, "TAKEOVER", "src=%s, ident=%s, trns=%u, reason=%s",
                 s->client_ip, who(s), s->slot->transactions, reason);
}

void journal_refused(const struct session *s, const char *text)
{
    char src[ADDRESS_TEXT_PORT];
    address_text_port(&s->peer, src);
    log_event(5, number(s), "REFUSED", "src=%s, ident=%s, reason=%s", src, who(s), text);
}

void journal_unserved(const struct session *s, const char *text)
{
    log_event(4, number(s), "UNSERVED", "src=%s, ident=%s, dst=%s, reason=%s", s->client_ip, who(s),
              s->server_ip, text);
}

void journal_helo(const struct session *s, const char *verb, const char *name)
{
    if (service.core->log_helo)
        log_event(6, number(s), verb, "src=%s, ident=%s, helo=%.48s", s->client_ip, who(s), name);
}

bool journal_shows(unsigned which, int code, const char *address, char *out, size_t room)
{
    unsigned wanted = code / 100 == 2 ? LOG_ACCEPTED : LOG_REJECTED;
    size_t most = (size_t)service.core->email_length;
    if (!(which & wanted))
        return false;
    if (which & LOG_BASE64)
        digest_base64(address, out, room);
    else
        snprintf(out, room, "%.*s", (int)(most && most < room ? most : room - 1), address);
    return true;
}

void journal_mail(const struct session *s, const char *address, int code)
{
    char a[300], text[400];
    if (!journal_shows(service.core->log_mail_from, code, address, a, sizeof a))
        return;
    if (code == 250)
        snprintf(text, sizeof text, "MAIL FROM <%s>", a);
    else
        snprintf(text, sizeof text, "MAIL FROM <%s> rejected [%d]", a, code);
    log_event_as(code == 250 ? 6 : 5, number(s), text, "MAIL", "from=%s, code=%d", a, code);
}

void journal_rcpt(const struct session *s, const char *address, int code)
{
    char a[300], text[400];
    if (!journal_shows(service.core->log_rcpt_to, code, address, a, sizeof a))
        return;
    snprintf(text, sizeof text, "RCPT TO: %d<%s>", code, a);
    log_event_as(6, number(s), text, "RCPT", "to=%s, code=%d", a, code);
}

/* " <a> <b>", as far as addresses are logged at all. */
static void add_rcpts(const struct mail *m, char *out, size_t room)
{
    const char *at = buffer_head(&m->rcpts), *end = at + buffer_len(&m->rcpts);
    size_t n = 0;
    while (at < end && n + 4 < room) {
        char a[300];
        if (journal_shows(service.core->log_rcpt_to, 250, at, a, sizeof a))
            n += (size_t)snprintf(out + n, room - n, "%s<%s>", n ? " " : "", a);
        at += strlen(at) + 1;
        at += strlen(at) + 1;
    }
    if (n == 0)
        snprintf(out, room, "-");
}

static const char *result_of(const struct mail *m)
{
    if (!m->code)
        return "aborted";
    return m->ours ? "refused" : m->code / 100 == 2 ? "delivered" : "rejected";
}

void journal_check(struct mail *m, const struct plugin *p, const char *what, uint64_t ms)
{
    if (!log_wants(6))
        return;
    buffer_printf(&m->checks, "%s%s:%s:%" PRIu64 "ms", buffer_len(&m->checks) ? " " : "", p->label,
                  what, ms);
}

void journal_message(const struct session *s)
{
    const struct mail *m = s->mail;
    char from[304] = "-", to[600];
    if (!log_wants(6))
        return;
    if (journal_shows(service.core->log_mail_from, 250, m->reverse_path, from + 1,
                      sizeof from - 2)) {
        *from = '<';
        strcat(from, ">");
    }
    add_rcpts(m, to, sizeof to);
    struct span reply = span_str(m->reply ? m->reply : "");
    struct span id = m->ours || m->code / 100 != 2 ? span_of(NULL, 0) : queue_id(reply);
    log_event(6, number(s), "MAIL:DONE",
              "result=%s, code=%u, queue=%.*s, size=%" PRIu64 ", time=%.3f, src=%s, ident=%s, "
              "dst=%s, rcpts=%u, from=%s, checks=%.*s, reply=%.*s, to=%s",
              result_of(m), m->code, (int)id.n, id.n ? id.p : "", m->size,
              (double)(loop_now() - m->begun_at) / 1000, s->client_ip, who(s), s->server_ip,
              m->rcpt_count, from, (int)buffer_len(&m->checks),
              buffer_len(&m->checks) ? buffer_head(&m->checks) : "",
              (int)(reply.n < 300 ? reply.n : 300), reply.p, to);
}

void journal_data(const struct session *s, const char *what, int code)
{
    char event[32], text[48];
    if (!log_wants(7))
        return;
    snprintf(event, sizeof event, "DATA:%s", what);
    if (code)
        snprintf(text, sizeof text, "%s [%d]", event, code);
    else
        snprintf(text, sizeof text, "%s", event);
    log_event_as(7, number(s), text, event, "code=%d", code);
}

void journal_spool(const struct session *s, const char *why)
{
    log_event(3, number(s), "SPOOL:FAILED", "src=%s, ident=%s, result=%s", s->client_ip, who(s),
              why);
}

void journal_scanning(const struct session *s, uint64_t size)
{
    if (log_wants(7))
        log_event(7, number(s), "DATA:SCANNING", "size=%" PRIu64 ", src=%s, ident=%s", size,
                  s->client_ip, who(s));
}

void journal_auth(const struct session *s, int code)
{
    char text[200];
    const char *what = code == 235 ? "AUTH:ACCEPT" : code == 334 ? "AUTH:CHALLENGE" : "AUTH:REJECT";
    if (code == 235 || code == 334) {
        log_event(code == 235 ? 6 : 7, number(s), what, "src=%s, ident=%s", s->client_ip, who(s));
        return;
    }
    snprintf(text, sizeof text, "AUTH:REJECT [%d] src=%s, ident=%s", code, s->client_ip, who(s));
    log_event_as(5, number(s), text, what, "code=%d, src=%s, ident=%s", code, s->client_ip, who(s));
}

void journal_direct(const struct session *s, const char *cause)
{
    log_event(6, number(s), "DIRECT:GOING", "cause=%s", cause);
}

void journal_not_tls(const struct session *s, enum closed_by side)
{
    log_event(4, number(s), "DIRECT:NOT_TLS", "side=%s, src=%s, ident=%s", closers[side],
              s->client_ip, who(s));
}

void journal_told(const struct session *s, const char *verb)
{
    char src[ADDRESS_TEXT_PORT], peer[ADDRESS_TEXT_PORT];
    address_text_port(&s->peer, src);
    address_text_port(&s->told->peer, peer);
    log_event(5, number(s), "TOLD", "src=%s, ident=%s, peer=%s, by=%s, helo=%.48s", src, who(s),
              peer, verb, s->helo ? s->helo : "");
}

void journal_refusals(const struct session *s)
{
    if (s->refused)
        log_event(5, number(s), "COMMANDS:REFUSED", "count=%" PRIu32 ", src=%s, ident=%s",
                  s->refused, s->client_ip, who(s));
}

void journal_filtered(const struct session *s, const char *verb)
{
    char event[32];
    snprintf(event, sizeof event, "%s:FILTERED", verb);
    log_event(6, number(s), event, "src=%s, ident=%s", s->client_ip, who(s));
}

void journal_plugin(const struct session *s, const struct plugin *p, const char *what,
                    const char *text)
{
    static const struct {
        const char *what, *event;
        int level;
    } rows[] = {{"error", "PLUGIN:ERROR", 3},
                {"timeout", "PLUGIN:TIMEOUT", 4},
                {"log_only", "PLUGIN:LOG_ONLY", 5}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].what, what) == 0)
            log_event(rows[i].level, number(s), rows[i].event,
                      "hook=%s, plugin=%s, src=%s, ident=%s, result=%s",
                      hook_name((enum hook)s->chain.hook), p->label, s->client_ip, who(s), text);
}

void journal_verdict(const struct session *s, enum hook hook, const struct decision *d, int code,
                     const char *text)
{
    log_event(5, number(s), "VERDICT", "hook=%s, plugin=%s, code=%d, src=%s, ident=%s, text=%s",
              hook_name(hook), d->by ? d->by->label : "", code, s->client_ip, who(s), text);
}
