/* The functions plugins call about a mail (plugin.h has their contracts). */
#include "../../base/check.h"
#include "../../net/conn.h"
#include "api.h"
#include "../model/mail.h"
#include <errno.h>

const char *sg_reverse_path(const struct sg_mail *m)
{
    return mail_seen(m)->reverse_path;
}
unsigned sg_rcpt_count(const struct sg_mail *m)
{
    return mail_seen(m)->rcpt_count;
}
uint64_t sg_mail_size(const struct sg_mail *m)
{
    return mail_seen(m)->size;
}
uint64_t sg_mail_declared_size(const struct sg_mail *m)
{
    return mail_seen(m)->declared;
}
int sg_mail_is_bdat(const struct sg_mail *m)
{
    return mail_seen(m)->bdat;
}

/* The n-th of the strings that stand in rcpts: two for each recipient. */
static const char *rcpt_string(const struct mail *m, unsigned n)
{
    if (n / 2 >= m->rcpt_count)
        return NULL;
    const char *p = buffer_at(&m->rcpts, 0);
    while (n--)
        p += strlen(p) + 1;
    return p;
}

const char *sg_rcpt(const struct sg_mail *m, unsigned i)
{
    return rcpt_string(mail_seen(m), 2 * i);
}

const char *sg_rcpt_parameters(const struct sg_mail *m, unsigned i)
{
    return rcpt_string(mail_seen(m), 2 * i + 1);
}

const char *sg_mail_parameters(const struct sg_mail *m)
{
    return mail_seen(m)->parameters;
}

const char *sg_mail_name(const struct sg_mail *m)
{
    const struct spool *spool = mail_seen(m)->spool;
    return spool ? spool_name(spool) : NULL;
}

int sg_mail_fd(struct sg_mail *m)
{
    struct mail *mail = mail_of(m);
    return mail->spool ? spool_file(mail->spool) : -1;
}

const char *sg_mail_path(struct sg_mail *m)
{
    struct mail *mail = mail_of(m);
    if (mail->spool)
        return spool_path(mail->spool);
    errno = ENOENT;
    return NULL;
}

struct sg_spool *sg_spool_ref(struct sg_mail *m)
{
    struct mail *mail = mail_of(m);
    return mail->spool && spool_file(mail->spool) >= 0 ? spool_ref(mail->spool) : NULL;
}

struct sg_spool *sg_text_ref(struct sg_mail *m, const char **text, size_t *n)
{
    struct mail *mail = mail_of(m);
    struct span whole = mail->spool ? spool_text(mail->spool) : span_of(NULL, 0);
    *text = whole.p;
    *n = whole.n;
    return whole.p ? spool_ref(mail->spool) : NULL;
}

int sg_spool_fd(const struct sg_spool *s)
{
    return spool_fd(s);
}
void sg_spool_unref(struct sg_spool *s)
{
    spool_unref(s);
}

static size_t mail_size(const struct plugin *p)
{
    return p->desc.mail_size;
}

void *sg_mail_state(struct sg_mail *m, const void *self)
{
    return api_state(&mail_of(m)->states, self, mail_size);
}

/* Header lines: each ended by CRLF, no other CR or LF.  None is empty or begins with a dot,
 * which would end the header or the message; the first continues nothing. */
static bool well_formed(const char *lines)
{
    if (*lines == '\0' || *lines == ' ' || *lines == '\t')
        return false;
    while (*lines) {
        size_t n = strcspn(lines, "\r\n");
        if (n == 0 || *lines == '.' || strncmp(lines + n, "\r\n", 2) != 0)
            return false;
        lines += n + 2;
    }
    return true;
}

static int add_lines(const struct mail *mail, struct buffer *to, const char *lines)
{
    if (mail->begun || !well_formed(lines))
        return -1;
    buffer_append(to, lines, strlen(lines));
    return 0;
}

int sg_add_header(struct sg_mail *m, const char *lines)
{
    return add_lines(mail_of(m), &mail_of(m)->header, lines);
}

int sg_add_spool_header(struct sg_mail *m, const char *lines)
{
    return add_lines(mail_of(m), &mail_of(m)->spool_header, lines);
}

void sg_mail_pause(struct sg_mail *m)
{
    mail_of(m)->pauses++;
}

void sg_mail_go_on(struct sg_mail *m)
{
    struct mail *mail = mail_of(m);
    check(mail->pauses > 0);
    if (--mail->pauses == 0)
        service.entry->wake(mail->session);
}
