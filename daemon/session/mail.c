/* See mail.h. */
#include "mail.h"
#include "../base/check.h"
#include "../base/log.h"
#include "../net/loop.h"
#include "events.h"
#include "journal.h"
#include "keeping.h"
#include "steps.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct mail *mail_begin(struct session *s, const struct path *path, uint64_t declared)
{
    struct mail *m = xcalloc(1, sizeof *m);
    m->session = s;
    m->reverse_path = span_dup(path->mailbox.address);
    m->parameters = span_dup(path->parameters);
    m->declared = declared;
    s->mail = m;
    s->mail_serial++;
    return m;
}

void mail_finish(struct session *s)
{
    struct mail *m = s->mail;
    if (!m)
        return;
    observe_mail_done(s);
    if (m->begun)
        journal_message(s);
    s->mail = NULL;
    if (m->states)
        for (unsigned i = 0; i < service.plugins->count; i++)
            free(m->states[i]);
    free(m->states);
    free(m->missed);
    spool_unref(m->spool);
    buffer_finish(&m->rcpts);
    buffer_finish(&m->header);
    buffer_finish(&m->spool_header);
    buffer_finish(&m->tail);
    buffer_finish(&m->checks);
    free(m->reply);
    buffer_finish(&m->words);
    free(m->reverse_path);
    free(m->parameters);
    free(m);
}

void mail_answered(struct mail *m, bool ours, int code, struct span text)
{
    if (!m || !log_wants(6))
        return;
    free(m->reply);
    m->reply = span_dup(text);
    m->code = (uint16_t)code;
    m->ours = ours;
}

void mail_add_rcpt(struct mail *m, const char *note)
{
    size_t address = strlen(note) + 1;
    buffer_append(&m->rcpts, note, address + strlen(note + address) + 1);
    m->rcpt_count++;
}

void mail_miss(struct mail *m, const struct plugin *p)
{
    if (!m)
        return;
    if (!m->missed)
        m->missed = xcalloc(service.plugins->count, sizeof *m->missed);
    m->missed[p->index] = true;
}

bool mail_missed(const struct mail *m, const struct plugin *p)
{
    return m && m->missed && m->missed[p->index];
}

static bool wants_spool(void)
{
    return service.plugins->wants_spool || service.core->spool_leave_on & SPOOL_ALWAYS;
}

static void cannot_keep(struct mail *m)
{
    keeping_failed(m->session, errno);
    message_flaw(m->session, FLAW_SPOOL);
}

static void open_spool(struct mail *m)
{
    char name[48];
    const struct session_slot *slot = m->session->slot;
    snprintf(name, sizeof name, "%" PRId64 ".%" PRIu64 ".%u", slot->start, slot->id,
             slot->transactions);
    m->spool = spool_create(keeping_policy(), name);
    struct span header = span_of(buffer_head(&m->spool_header), buffer_len(&m->spool_header));
    if (!spool_write(m->spool, header))
        cannot_keep(m);
}

/* Beyond what any check reads.  Nobody has asked for it yet: that is done at its end. */
static void drop_spool(struct mail *m)
{
    if (!m->spool || m->size <= service.plugins->spool_most ||
        service.core->spool_leave_on & SPOOL_ALWAYS)
        return;
    spool_unref(m->spool);
    m->spool = NULL;
    session_count(COUNTER_spool_outgrown);
}

void mail_open_message(struct session *s)
{
    s->mail->begun = true;
    s->mail->begun_at = loop_now();
    s->slot->transactions++;
    journal_data(s, "GOING", 0);
    if (wants_spool())
        open_spool(s->mail);
}

void mail_body(struct session *s, struct span bytes)
{
    struct mail *m = s->mail;
    if (m->flaw || bytes.n == 0)
        return;
    m->size += bytes.n;
    if (service.core->size_limit && m->size > service.core->size_limit) {
        message_flaw(s, FLAW_SIZE);
        return;
    }
    drop_spool(m);
    if (m->spool && !spool_write(m->spool, bytes)) {
        cannot_keep(m);
        return;
    }
    observe_body(s, bytes.p, bytes.n);
}

void mail_leave_spool(struct mail *m, const char *event, bool failed)
{
    unsigned on = service.core->spool_leave_on;
    bool keep = on & SPOOL_ALWAYS || (failed && on & SPOOL_ERROR) ||
                (event && strcmp(event, "virus") == 0 && on & SPOOL_VIRUS) ||
                (event && strcmp(event, "spam") == 0 && on & SPOOL_SPAM);
    if (keep && m->spool && !spool_keep(m->spool))
        log_note(3, "the spool of session %" PRIu64 " cannot be kept: %m", m->session->slot->id);
}
