/* A trusted peer says who its client is.  From then on the one who was told of is the client in
 * everything that is counted, checked and logged, so the `connect` hooks, which were not asked for
 * the peer, are asked now, and those of `helo` for the name it greeted the peer with.
 *
 * XCLIENT begins the session anew, with a banner; an objection stands in its place.  XFORWARD
 * is an aside: Postfix gives up a mail with 451 if it is refused.  So an objection is kept
 * until MAIL, whose reply the client gets to hear. */
#include "../model/client_told.h"
#include "../../base/check.h"
#include "../../net/conn.h"
#include "../../smtp/ehlo.h"
#include "../../smtp/told.h"
#include "../hooks/deciders.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdio.h>
#include <stdlib.h>

enum { ASK_CONNECT = 1, ASK_HELO = 2 };

bool told_is_trusted(const struct session *s)
{
    const union address *peer = s->told ? &s->told->peer : &s->peer;
    return sg_nets_contain(service.core->xclient_from, &peer->sa);
}

/* All readers of the client's address see the new one. */
static void become(struct session *s, const union address *client)
{
    s->peer = *client;
    address_text(&s->peer, s->client_ip);
    s->slot->client = address_in6(&s->peer);
    s->slot->client_port = address_port(&s->peer);
    scoreboard_index(service.board, s->slot);
}

static void apply(struct session *s, const struct told *told, const char *verb)
{
    if (!s->told) {
        s->told = xcalloc(1, sizeof *s->told);
        s->told->peer = s->peer;
    }
    s->told->asked = 0;
    if (told->address) {
        bool known = told->client.sa.sa_family != AF_UNSPEC;
        s->told->refused = false;
        s->told->asked = known ? ASK_CONNECT : 0;
        become(s, known ? &told->client : &s->told->peer);
    }
    if (told->port && s->told->asked & ASK_CONNECT) {
        address_set_port(&s->peer, told->port_number);
        s->slot->client_port = told->port_number;
    }
    if (told->helo && told->helo_name[0]) {
        free(s->helo);
        s->helo = xstrdup(told->helo_name);
        s->told->asked |= ASK_HELO;
    }
    if (told->login) {
        s->authenticated = told->logged_in;
        s->slot->auth = told->logged_in ? 'A' : '.';
    }
    journal_told(s, verb);
}

static void keep_objection(struct session *s, enum hook hook)
{
    struct objection o = hook_refused(s, hook);
    s->told->refused = true;
    s->told->code = o.code;
    snprintf(s->told->enhanced, sizeof s->told->enhanced, "%s", o.enhanced);
    snprintf(s->told->text, sizeof s->told->text, "%s", o.text);
}

bool told_refuses(struct session *s)
{
    if (!s->told || !s->told->refused)
        return false;
    answer(s, s->told->code, s->told->enhanced, "%s", s->told->text);
    return true;
}

/* GO when all hooks have been asked, or one has objected; DONE: the session is over. */
static enum outcome ask_hooks(struct session *s, struct request *r)
{
    for (;;) {
        if (r->hook >= 0 && decision_objects(chain_decision(&s->chain))) {
            if (r->command.verb == VERB_XFORWARD) {
                keep_objection(s, (enum hook)r->hook);
                return GO;
            }
            refuse_session(s, (enum hook)r->hook);
            return DONE;
        }
        if (s->told->asked == 0)
            return GO;
        bool connect = s->told->asked & ASK_CONNECT;
        s->told->asked &= connect ? ~(unsigned)ASK_CONNECT : 0;
        r->hook = connect ? HOOK_connect : HOOK_helo;
        if (!ask(s, (enum hook)r->hook, connect ? NULL : s->helo, NULL))
            return WAIT;
    }
}

/* To a server that would know, too, so that its log has the client. */
static void forward_told(struct session *s, const struct command *c)
{
    struct slot slot = {.verb = (uint8_t)c->verb};
    struct span rest = c->arg, word;
    conn_write(&s->server, "XFORWARD", 8);
    while ((word = span_word(&rest)).n > 0) {
        conn_write(&s->server, " ", 1);
        conn_write(&s->server, word.p, word.n);
    }
    conn_write(&s->server, "\r\n", 2);
    slots_push(&s->replies, slot);
}

/* GO: the peer is now the client that it told of. */
static enum outcome take_client(struct session *s, struct request *r)
{
    bool xclient = r->command.verb == VERB_XCLIENT;
    struct told told;
    if (s->mail) {
        answer(s, 503, "5.5.1", "Error: MAIL transaction in progress");
        return DONE;
    }
    if (slots_awaited(&s->replies)) /* of the session that was before */
        return wait_for_replies(s);
    if (!told_parse(r->command.arg, xclient, &told)) {
        answer(s, 501, "5.5.4", "Bad %s attributes", verb_name(r->command.verb));
        return DONE;
    }
    apply(s, &told, verb_name(r->command.verb));
    r->checked = true;
    r->hook = -1;
    return GO;
}

enum outcome told_take(struct session *s, struct request *r)
{
    enum outcome o = r->checked ? GO : take_client(s, r);
    if (o == GO)
        o = ask_hooks(s, r);
    if (o != GO)
        return o;
    if (r->command.verb == VERB_XCLIENT) {
        s->offers = 0;
        answer(s, 220, NULL, "ESMTP");
    } else if (s->offers & EHLO_XFORWARD)
        forward_told(s, &r->command);
    else
        answer_plain(s, 250, "2.0.0", "OK");
    return DONE;
}
