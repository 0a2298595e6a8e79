/* The life of a session as a table, and the way in for everything that happens
 * to it.  A step's row says what it does with bytes and ends of either side, with a
 * hook's answer and with time; NULL means that it is not its business: bytes
 * then wait. */
#include "../../net/loop.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"

struct step_rule {
    size_t (*client)(struct session *s, const char *bytes, size_t n);
    size_t (*server)(struct session *s, const char *bytes, size_t n);
    void (*client_end)(struct session *s);
    void (*server_end)(struct session *s);
    void (*decided)(struct session *s);
    uint64_t (*deadline)(const struct session *s);
    void (*expired)(struct session *s);
};

/* While a hook is pending, its own deadline counts. */
static uint64_t idle_deadline(const struct session *s)
{
    if (s->chain.pending)
        return UINT64_MAX;
    return s->active_at + service.core->timeout_idle;
}

/* RFC 5321, 4.5.3.2.6: the server has the message and may be at work on it; told 421
 * now, the client would send a second copy. */
static bool final_reply_is_due(const struct session *s)
{
    const struct slot *head = slots_head(&s->replies);
    return head && head->mark == MARK_FINAL;
}

static uint64_t relay_deadline(const struct session *s)
{
    return final_reply_is_due(s) ? s->step_at + service.core->timeout_final : idle_deadline(s);
}

static uint64_t direct_deadline(const struct session *s)
{
    return s->active_at + service.core->timeout_direct;
}

static uint64_t connect_deadline(const struct session *s)
{
    return s->step_at + service.core->timeout_connect;
}

static uint64_t takeover_deadline(const struct session *s)
{
    return s->step_at + service.core->timeout_session;
}

#define LINGER_MS 2000u

static uint64_t linger_deadline(const struct session *s)
{
    return s->ending == ENDING_LINGERS ? s->step_at + LINGER_MS : idle_deadline(s);
}

/* The checks have deadlines of their own. */
static uint64_t no_deadline(const struct session *s)
{
    (void)s;
    return UINT64_MAX;
}

static const struct step_rule rules[STEP_COUNT] = {
    [STEP_accept] = {.deadline = no_deadline},
    [STEP_route] = {.client = early_bytes,
                    .client_end = early_end,
                    .decided = route_decided,
                    .deadline = no_deadline},
    [STEP_admit] = {.client = early_bytes, .client_end = early_end, .deadline = no_deadline},
    [STEP_dial] = {.client = early_bytes,
                   .client_end = early_end,
                   .decided = dial_decided,
                   .deadline = connect_deadline,
                   .expired = dial_expired},
    [STEP_greet] = {.client = early_bytes,
                    .server = greet_server,
                    .client_end = early_end,
                    .server_end = greet_server_end,
                    .decided = dial_decided,
                    .deadline = idle_deadline,
                    .expired = dial_expired},
    [STEP_relay] = {.client = relay_client,
                    .server = relay_server,
                    .client_end = relay_client_end,
                    .server_end = relay_server_end,
                    .decided = request_resume,
                    .deadline = relay_deadline,
                    .expired = idle_expired},
    [STEP_message] = {.client = message_client,
                      .server = message_server,
                      .client_end = message_client_end,
                      .server_end = message_server_end,
                      .deadline = idle_deadline,
                      .expired = idle_expired},
    [STEP_chunk] = {.client = chunk_client,
                    .server = relay_server,
                    .client_end = message_client_end,
                    .server_end = relay_server_end,
                    .deadline = idle_deadline,
                    .expired = idle_expired},
    [STEP_verdict] = {.server = verdict_server,
                      .server_end = verdict_server_end,
                      .decided = verdict_decided,
                      .deadline = idle_deadline,
                      .expired = idle_expired},
    [STEP_takeover] = {.client = takeover_client,
                       .client_end = close_now,
                       .deadline = takeover_deadline,
                       .expired = takeover_expired},
    [STEP_tunnel] = {.client = tunnel_client,
                     .server = tunnel_server,
                     .client_end = tunnel_client_end,
                     .server_end = tunnel_server_end,
                     .deadline = direct_deadline,
                     .expired = idle_expired},
    [STEP_close] = {.client = close_client,
                    .client_end = close_client_end,
                    .deadline = linger_deadline,
                    .expired = close_now},
};

/* May the step be given client bytes now? */
bool input_wanted(const struct session *s)
{
    if (!rules[s->step].client)
        return false;
    if ((s->step == STEP_relay || s->step == STEP_takeover) && conn_backlog(&s->client) > 0)
        return false; /* it does not read what it has been told */
    if (s->step == STEP_relay)
        return s->ending != ENDING_ASKED && !s->request && s->sync == SYNC_NONE &&
               s->replies.count < service.core->pipeline_size;
    if (s->step == STEP_chunk && s->chunk.left == 0)
        return false; /* its replies must come first */
    if (s->step == STEP_message || s->step == STEP_chunk)
        return !s->mail || !s->mail->pauses;
    return true;
}

/* All that the client sent has been dealt with, and no more will come. */
static void tell_client_end(struct session *s)
{
    if (!conn_has_ended(&s->client) || s->input.end_told || is_dead(s) || !input_wanted(s))
        return;
    if (!rules[s->step].client_end)
        return;
    s->input.end_told = 1;
    rules[s->step].client_end(s);
}

/* While the server makes up its mind about a message it goes on, or the client would
 * send a second copy. */
static uint64_t end_of_life(const struct session *s)
{
    return s->step == STEP_close || final_reply_is_due(s) ? UINT64_MAX : s->end_at;
}

static void arm_timer(struct session *s)
{
    uint64_t at = rules[s->step].deadline(s), hooks = chain_deadline(&s->chain);
    uint64_t end = end_of_life(s);
    if (end < at)
        at = end;
    if (hooks < at)
        at = hooks;
    if (at == UINT64_MAX)
        return;
    if (!s->timer.link || at < s->timer.at)
        timer_arm(&s->timer, at);
}

/* Nobody sends faster than the other side takes. */
static void regulate(struct conn *from, const struct conn *to, bool also)
{
    bool stop = (conn_is_open(to) && conn_backlog(to) > 0) || also;
    if (!conn_is_open(from) || stop == conn_is_paused(from))
        return;
    if (stop)
        conn_pause(from);
    else
        conn_resume(from);
}

static void settle(struct session *s)
{
    if (s->ending == ENDING_ASKED && s->step != STEP_close && !s->chain.pending &&
        !slots_head(&s->replies)) {
        session_finish(s, BY_ADMIN);
        return;
    }
    if (conn_is_open(&s->server))
        conn_flush(&s->server);
    conn_flush(&s->client);
    regulate(&s->client, &s->server, conn_backlog(&s->client) > 0 && s->step != STEP_close);
    regulate(&s->server, &s->client, false);
    if (s->input.held && input_wanted(s)) {
        s->input.held = 0;
        conn_again(&s->client);
    } else if (conn_kept(&s->client) == 0)
        tell_client_end(s);
}

/* Also a session that ends needs its timer: the client may not read the end. */
void session_settle(struct session *s)
{
    if (!is_dead(s))
        settle(s);
    if (!is_dead(s))
        arm_timer(s);
}

static void wake(struct session *s)
{
    if (!s->input.busy)
        session_settle(s);
}

/* ---- events of the connections ---- */

static size_t client_data(struct conn *c, const char *bytes, size_t n)
{
    struct session *s = subject_of(c, client);
    size_t used = 0;
    enum step was;
    s->active_at = loop_now();
    s->input.busy = 1;
    do {
        was = s->step;
        if (!input_wanted(s))
            break;
        used += rules[was].client(s, bytes + used, n - used);
    } while (!is_dead(s) && used < n && s->step != was);
    s->input.busy = 0;
    if (is_dead(s))
        return n;
    s->slot->from_client += used;
    s->input.held = used < n && !input_wanted(s);
    tell_client_end(s);
    session_settle(s);
    return used;
}

static size_t server_data(struct conn *c, const char *bytes, size_t n)
{
    struct session *s = subject_of(c, server);
    size_t used = 0;
    enum step was;
    s->active_at = loop_now();
    do {
        was = s->step;
        if (!rules[was].server)
            break;
        used += rules[was].server(s, bytes + used, n - used);
    } while (!is_dead(s) && conn_is_open(&s->server) && used < n && s->step != was);
    if (is_dead(s))
        return n;
    s->slot->from_server += used;
    s->server_left = n - used;
    session_settle(s);
    return used;
}

static void client_end(struct conn *c)
{
    struct session *s = subject_of(c, client);
    tell_client_end(s);
    session_settle(s);
}

static void server_end(struct conn *c)
{
    struct session *s = subject_of(c, server);
    if (rules[s->step].server_end)
        rules[s->step].server_end(s);
    session_settle(s);
}

static void client_error(struct conn *c, int error)
{
    (void)error;
    session_close(subject_of(c, client), BY_CLIENT);
}

static void server_error(struct conn *c, int error)
{
    struct session *s = subject_of(c, server);
    if (s->step == STEP_dial) {
        dial_failed(s, error);
        session_settle(s);
    } else
        server_end(c);
}

static void drained(struct session *s)
{
    if (s->step == STEP_close && (s->ending != ENDING_LINGERS || conn_has_ended(&s->client)))
        close_now(s);
    session_settle(s);
}

static void client_low(struct conn *c)
{
    drained(subject_of(c, client));
}
static void server_low(struct conn *c)
{
    struct session *s = subject_of(c, server);
    if (s->step == STEP_tunnel)
        tunnel_drained(s);
    session_settle(s);
}

static void server_connected(struct conn *c)
{
    struct session *s = subject_of(c, server);
    dial_connected(s);
    session_settle(s);
}

static const struct conn_ops client_ops = {
    .data = client_data, .end = client_end, .low_water = client_low, .error = client_error};
const struct conn_ops server_ops = {.data = server_data,
                                    .end = server_end,
                                    .low_water = server_low,
                                    .error = server_error,
                                    .connected = server_connected};

/* ---- time, and answers of plugins ---- */

static void fire(struct timer *t)
{
    struct session *s = subject_of(t, timer);
    uint64_t now = loop_now();
    if (is_dead(s))
        return;
    if (s->chain.pending)
        chain_expire(&s->chain, now);
    if (!is_dead(s) && end_of_life(s) <= now)
        life_over(s);
    else if (!is_dead(s) && rules[s->step].deadline(s) <= now && rules[s->step].expired)
        rules[s->step].expired(s);
    session_settle(s);
}

static void decided(struct session *s)
{
    s->active_at = loop_now();
    if (rules[s->step].decided)
        rules[s->step].decided(s);
    session_settle(s);
}

const struct entry session_entry = {
    .client = &client_ops, .fire = fire, .decided = decided, .wake = wake};
