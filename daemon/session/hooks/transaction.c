/* See transaction.h. */
#include "transaction.h"
#include "../../base/log.h"
#include "../../net/loop.h"
#include "observers.h"
#include "../talk/log_session.h"
#include "keeping.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void mail_finish(struct session *s)
{
    struct mail *m = s->mail;
    if (!m)
        return;
    observe_mail_done(s);
    if (m->begun)
        journal_message(s);
    s->mail = NULL;
    mail_free(m);
}

static bool wants_spool(void)
{
    return service.plugins->wants_spool || service.core->spool_leave_on & SPOOL_ALWAYS;
}

/* Which option would help, if one would. */
static enum flaw cannot_keep(const struct mail *m, int error)
{
    const char *why = error == EDQUOT  ? "the messages on disk have reached spool_disk_total"
                      : error == EFBIG ? "it is larger than spool_memory without a spool_path, or "
                                         "than limit_fsize"
                                       : strerror(error);
    session_count(COUNTER_spool_failed);
    journal_spool(m->session, why);
    return FLAW_SPOOL;
}

static enum flaw open_spool(struct mail *m)
{
    char name[48];
    const struct session_slot *slot = m->session->slot;
    snprintf(name, sizeof name, "%" PRId64 ".%" PRIu64 ".%u", slot->start, slot->id,
             slot->transactions);
    m->spool = spool_create(keeping_policy(), name);
    struct span header = span_of(buffer_head(&m->spool_header), buffer_len(&m->spool_header));
    return spool_write(m->spool, header) ? FLAW_NONE : cannot_keep(m, errno);
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

enum flaw mail_open_message(struct session *s)
{
    s->mail->begun = true;
    s->mail->begun_at = loop_now();
    s->slot->transactions++;
    journal_data(s, "GOING", 0);
    return wants_spool() ? open_spool(s->mail) : FLAW_NONE;
}

enum flaw mail_body(struct session *s, struct span bytes)
{
    struct mail *m = s->mail;
    if (m->flaw || bytes.n == 0)
        return FLAW_NONE;
    m->size += bytes.n;
    if (service.core->size_limit && m->size > service.core->size_limit)
        return FLAW_SIZE;
    drop_spool(m);
    if (m->spool && !spool_write(m->spool, bytes))
        return cannot_keep(m, errno);
    observe_body(s, bytes.p, bytes.n);
    return FLAW_NONE;
}

void mail_leave_spool(struct mail *m, const char *event, bool failed)
{
    unsigned on = service.core->spool_leave_on;
    bool keep = on & SPOOL_ALWAYS || (failed && on & SPOOL_ERROR) ||
                (event && strcmp(event, "virus") == 0 && on & SPOOL_VIRUS) ||
                (event && strcmp(event, "spam") == 0 && on & SPOOL_SPAM);
    if (!keep || !m->spool)
        return;
    if (spool_keep(m->spool))
        keeping_left();
    else
        log_note(3, "the spool of session %" PRIu64 " cannot be kept: %m", m->session->slot->id);
}
