/* See mail.h. */
#include "mail.h"
#include "../../base/check.h"
#include "../../base/log.h"
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

void mail_free(struct mail *m)
{
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
