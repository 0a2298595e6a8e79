/* See envelope.h.  A line that is written as everybody reads it goes on as it is; any
 * other is built anew. */
#include "envelope.h"
#include "../../base/check.h"
#include "../../net/conn.h"
#include "../../smtp/reading.h"
#include "../model/mail.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <inttypes.h>
#include <stdio.h>

enum path_reading envelope_read(struct request *r)
{
    const char *keyword = r->command.verb == VERB_MAIL ? "FROM" : "TO";
    bool names = service.core->display_names == NAMES_STRIP;
    return path_parse(r->command.arg, keyword, names, &r->path, &r->room);
}

/* Parameters of extensions that EHLO never offers here: PRDR brings replies that no
 * command asked for, TRANSID (CHECKPOINT) a message that begins in its middle. */
static bool not_offered(struct span parameters)
{
    struct span value;
    return parameter_find(parameters, "PRDR", &value) ||
           parameter_find(parameters, "TRANSID", &value);
}

bool envelope_take(struct session *s, struct request *r)
{
    bool sender = r->command.verb == VERB_MAIL;
    enum path_reading reading = envelope_read(r);
    r->first = r->path.mailbox.address;
    r->second = r->path.parameters;
    if (reading == PATH_PARAMETERS)
        answer(s, 555, "5.5.4", "Bad or repeated parameter");
    else if (reading != PATH_FINE)
        answer(s, reading == PATH_AMBIGUOUS ? 553 : 501, sender ? "5.1.7" : "5.1.3",
               "Bad %s address syntax", sender ? "sender" : "recipient");
    else if (!sender || !not_offered(r->path.parameters))
        return true;
    else
        answer(s, 555, "5.5.4", "Unsupported option");
    return false;
}

/* As the server will count it: with the header that goes before the message. */
static uint64_t size_at_server(const struct mail *m)
{
    uint64_t size = m->declared + buffer_len(&m->header);
    return size < READING_NUMBER_MAX ? size : READING_NUMBER_MAX;
}

static void write_parameters(struct session *s, enum verb verb, struct span parameters)
{
    struct span rest = parameters;
    while (rest.n) {
        char size[48];
        struct span word = span_word(&rest);
        if (!word.n)
            return;
        conn_write(&s->server, " ", 1);
        if (verb != VERB_MAIL || word.n < 5 || strncasecmp(word.p, "SIZE=", 5) != 0 ||
            !s->mail->declared) {
            conn_write(&s->server, word.p, word.n);
            continue;
        }
        int n = snprintf(size, sizeof size, "SIZE=%" PRIu64, size_at_server(s->mail));
        conn_write(&s->server, size, (size_t)n);
    }
}

/* For the reply: the address and the parameters, each with its NUL. */
static char *note_of(const struct path *p)
{
    struct span address = p->mailbox.address;
    char *note = xmalloc(address.n + p->parameters.n + 2);
    memcpy(note, address.p, address.n);
    note[address.n] = '\0';
    memcpy(note + address.n + 1, p->parameters.p, p->parameters.n);
    note[address.n + 1 + p->parameters.n] = '\0';
    return note;
}

static void write_anew(struct session *s, const struct command *c, const struct path *path)
{
    const char *keyword = c->verb == VERB_MAIL ? "MAIL FROM:<" : "RCPT TO:<";
    struct slot slot = {.verb = (uint8_t)c->verb, .mail = s->mail_serial, .note = note_of(path)};
    conn_write(&s->server, keyword, strlen(keyword));
    conn_write(&s->server, path->mailbox.sent.p, path->mailbox.sent.n);
    conn_write(&s->server, ">", 1);
    write_parameters(s, c->verb, path->parameters);
    conn_write(&s->server, "\r\n", 2);
    await_reply(s, slot);
}

/* Does SIZE= need another number, or another spelling of it? */
static bool needs_size(const struct mail *m, const struct path *path)
{
    struct span value;
    if (!m->declared)
        return false;
    return buffer_len(&m->header) ||
           (parameter_find(path->parameters, "SIZE", &value) && value.n && *value.p == '0');
}

void envelope_forward(struct session *s, const struct request *r)
{
    const struct command *c = &r->command;
    const struct path *path = &r->path;
    if (path->canonical && !c->padded && !(c->verb == VERB_MAIL && needs_size(s->mail, path)))
        forward(s, &r->line, c, note_of(path));
    else
        write_anew(s, c, path);
}
