/* Tunnel: TLS has begun, nothing can be looked at; bytes go both ways as they
 * come, each side at the speed of the other. */
#include "../net/conn.h"
#include "journal.h"
#include "steps.h"

void tunnel_begin(struct session *s, const char *cause)
{
    s->tunnelled = 1;
    session_count(COUNTER_requests_direct);
    journal_direct(s, cause);
    mail_finish(s);
    session_step(s, STEP_tunnel);
}

size_t tunnel_client(struct session *s, const char *bytes, size_t n)
{
    conn_write(&s->server, bytes, n);
    return n;
}

size_t tunnel_server(struct session *s, const char *bytes, size_t n)
{
    conn_write(&s->client, bytes, n);
    return n;
}

/* Half a tunnel goes on: each FIN is passed along behind what came before it; two end
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
    bool over = s->client_ended && s->server_lost;
    if (over && conn_backlog(&s->server) == 0)
        session_finish(s, (enum closed_by)s->closed_by);
}
