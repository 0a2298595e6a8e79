/* See replies_out.h. */
#include "replies_out.h"
#include "../../base/check.h"
#include "../../smtp/ehlo.h"
#include "../../smtp/reply.h"
#include "placeholders.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* RFC 5321, 4.5.3.1.5: a reply line has at most 512 octets. */
#define REPLY_MAX 512

static void queue(struct session *s, const char *reply, size_t n)
{
    if (!slots_head(&s->replies)) {
        conn_write(&s->client, reply, n);
        return;
    }
    struct slot slot = {.verb = VERB_UNKNOWN, .local = span_dup(span_of(reply, n))};
    slots_push(&s->replies, slot);
}

/* " [ID]", or nothing. */
static int put_reference(const struct session *s, int code, char *out, size_t room)
{
    *out = '\0';
    if (code < 400 || !service.core->reply_reference)
        return 0;
    return snprintf(out, room, " [%" PRIu64 "]", s->slot->id);
}

/* In a takeover all is refused, and counted otherwise. */
static void note_refusal(struct session *s)
{
    s->refused++;
    s->refused_row++;
    session_count(COUNTER_refused_commands);
}

static void say(struct session *s, int code, const char *enhanced, const char *name,
                const char *text)
{
    char line[REPLY_MAX + 1], reference[32];
    bool with = enhanced && *enhanced && ((s->offers & EHLO_ENHANCED) || !s->greeted);
    int behind = put_reference(s, code, reference, sizeof reference);
    int n = snprintf(line, sizeof line, "%d %s%s%s%s%s", code, with ? enhanced : "",
                     with ? " " : "", name, *name ? " " : "", text);
    size_t len = n < 0 ? 0 : (size_t)n, most = REPLY_MAX - 2 - (size_t)behind;
    if (len > most)
        len = most;
    len += (size_t)snprintf(line + len, sizeof line - len, "%s", reference);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = ' ';
    line[len] = '\r';
    line[len + 1] = '\n';
    if (code >= 500 && s->step == STEP_relay)
        note_refusal(s);
    queue(s, line, len + 2);
}

void answer(struct session *s, int code, const char *enhanced, const char *fmt, ...)
{
    char text[REPLY_MAX], filled[REPLY_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    placeholders_fill(s, text, s->reason ? s->reason : "", filled, sizeof filled);
    say(s, code, enhanced, service.core->proxy_name, filled);
}

void answer_plain(struct session *s, int code, const char *enhanced, const char *text)
{
    say(s, code, enhanced, "", text);
}

void pass_lines(struct session *s, struct span lines)
{
    struct buffer mended = {0};
    if (reply_is_plain(lines)) {
        conn_write(&s->client, lines.p, lines.n);
        return;
    }
    reply_write_plain(lines, &mended);
    conn_write(&s->client, buffer_head(&mended), buffer_len(&mended));
    buffer_finish(&mended);
}

void pass_reply(struct session *s, const struct reply *reply)
{
    struct buffer agreed = {0};
    if (reply->plain && !reply->mixed) {
        conn_write(&s->client, reply->raw.p, reply->raw.n);
        return;
    }
    if (!reply->mixed) {
        pass_lines(s, reply->raw);
        return;
    }
    reply_write_agreed(reply, &agreed);
    conn_write(&s->client, buffer_head(&agreed), buffer_len(&agreed));
    buffer_finish(&agreed);
}

void answers_release(struct session *s)
{
    const struct slot *head;
    while ((head = slots_head(&s->replies)) != NULL && head->local) {
        struct slot slot = slots_pop(&s->replies);
        conn_write(&s->client, slot.local, strlen(slot.local));
        free(slot.local);
        free(slot.note);
    }
}

void answers_owed(struct session *s, int code, const char *enhanced, const char *text)
{
    struct slots owed = s->replies;
    s->replies = (struct slots){0};
    while (slots_head(&owed)) {
        struct slot slot = slots_pop(&owed);
        if (slot.local)
            conn_write(&s->client, slot.local, strlen(slot.local));
        else
            answer(s, code, enhanced, "%s", text);
        free(slot.local);
        free(slot.note);
    }
    slots_finish(&owed);
}

/* What an objection is worth where the plugin does not say. */
static const struct {
    int reject, tempfail;
    const char *reject_enhanced, *tempfail_enhanced;
} defaults[HOOK_COUNT] = {
    [HOOK_route] = {554, 421, "5.7.1", "4.3.0"}, [HOOK_connect] = {554, 421, "5.7.1", "4.3.0"},
    [HOOK_greet] = {554, 421, "5.7.1", "4.3.0"}, [HOOK_helo] = {550, 451, "5.7.1", "4.7.1"},
    [HOOK_auth] = {535, 454, "5.7.8", "4.7.0"},  [HOOK_mail] = {550, 451, "5.7.1", "4.7.1"},
    [HOOK_rcpt] = {550, 451, "5.7.1", "4.7.1"},  [HOOK_data] = {550, 451, "5.7.1", "4.7.1"},
    [HOOK_end] = {550, 451, "5.7.1", "4.7.1"},
};

struct objection objection_of(const struct session *s, const struct decision *d, enum hook hook)
{
    struct objection o;
    bool later = d->answer == SG_TEMPFAIL;
    o.code = d->code ? d->code : later ? defaults[hook].tempfail : defaults[hook].reject;
    const char *enhanced =
        o.code < 500 ? defaults[hook].tempfail_enhanced : defaults[hook].reject_enhanced;
    if (d->failed)
        enhanced = o.code < 500 ? "4.3.0" : "5.3.0";
    snprintf(o.enhanced, sizeof o.enhanced, "%s", d->enhanced ? d->enhanced : enhanced);
    const char *text = d->text ? d->text : service.core->msg_temp_unavail;
    const char *reason = d->detail && *d->detail ? d->detail : d->event;
    placeholders_fill(s, text, reason ? reason : "", o.text, sizeof o.text);
    return o;
}
