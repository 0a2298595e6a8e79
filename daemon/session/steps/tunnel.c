/* Tunnel: TLS has begun, nothing can be looked at; bytes go both ways as they
 * come, each side at the speed of the other.
 *
 * That it is TLS shows in the first bytes of either side.  Two who agree on a 220 and go on
 * in the clear would have their mail passed unseen. */
#include "../../net/conn.h"
#include "../../smtp/record.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"

void tunnel_begin(struct session *s, const char *cause)
{
    s->tunnelled = 1;
    session_count(COUNTER_requests_direct);
    journal_direct(s, cause);
    mail_finish(s);
    session_step(s, STEP_tunnel);
}

static void not_tls(struct session *s, enum closed_by side)
{
    journal_not_tls(s, side);
    slots_finish(&s->replies);
    answer(s, 421, "4.7.0", "%s: no TLS after STARTTLS", service.core->msg_proto_error);
    session_linger(s, side);
}

size_t tunnel_client(struct session *s, const char *bytes, size_t n)
{
    enum record_start start = s->tls.client ? RECORD_TLS : record_of_client(bytes, n);
    if (start == RECORD_NONE)
        not_tls(s, BY_CLIENT);
    if (start != RECORD_TLS)
        return start == RECORD_NONE ? n : 0;
    s->tls.client = 1;
    conn_write(&s->server, bytes, n);
    return n;
}

size_t tunnel_server(struct session *s, const char *bytes, size_t n)
{
    enum record_start start = s->tls.server ? RECORD_TLS : record_of_server(bytes, n);
    if (start == RECORD_NONE)
        not_tls(s, BY_SERVER);
    if (start != RECORD_TLS)
        return start == RECORD_NONE ? n : 0;
    s->tls.server = 1;
    conn_write(&s->client, bytes, n);
    return n;
}

/* Half a tunnel goes on: each FIN is passed along after what came before it; two end
 * it, when the server has all that the client said. */
void tunnel_client_end(struct session *s)
{
    conn_shutdown(&s->server);
    s->closed_by = BY_CLIENT;
    tunnel_drained(s);
}

void tunnel_server_end(struct session *s)
{
    conn_shutdown(&s->client);
    s->closed_by = BY_SERVER;
    tunnel_drained(s);
}

void tunnel_drained(struct session *s)
{
    bool over = conn_has_ended(&s->client) && server_is_gone(s);
    if (over && conn_backlog(&s->server) == 0)
        session_finish(s, (enum closed_by)s->closed_by);
}
