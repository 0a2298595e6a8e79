/* limits - refuse sessions beyond what one client, or the machine, can bear.
 *
 * All of it passes by itself, so it is answered 421: there are clients that give up
 * a mail for good over a 554 in the place of the banner.
 *
 * All of it is decided when the client connects, by numbers the host has
 * anyway, and before the mail server hears of the client.  The counts include
 * the session that asks. */
#include <smtp-gated/kit/address.h>
#include <smtp-gated/plugin.h>

struct limits {
    long per_host, per_ident;
    double load;
    int local;
    const char *message_host, *message_ident, *message_load;
};

static const struct sg_option options[] = {
    SG_OPT_INT(struct limits, per_host, "8", 0, 1000000,
               "How many sessions one client address may have open; 0 means no limit"),
    SG_OPT_INT(struct limits, per_ident, "4", 0, 1000000,
               "How many sessions one address and ident may have open; 0 means no limit.  It binds "
               "only clients whose ident is known"),
    SG_OPT_FLOAT(
        struct limits, load, "0",
        "Refuse everybody while the one-minute load average is above this; 0 means no limit"),
    SG_OPT_BOOL(struct limits, local, "no",
                "Limit programs on this machine and addresses of xclient_from, too, such as an MTA "
                "that sends through the proxy"),
    SG_OPT_STRING(struct limits, message_host,
                  "Too many connections from your address, try again later",
                  "What a client beyond per_host is told"),
    SG_OPT_STRING(struct limits, message_ident, "Too many connections of yours, try again later",
                  "What a client beyond per_ident is told"),
    SG_OPT_STRING(struct limits, message_load, "The system is too busy, try again later",
                  "What clients are told while the load is too high"),
    SG_OPT_END};

/* Valid until the next call. */
static const char *client_name(const struct sg_session *s)
{
    static char name[ADDRESS_TEXT];

    return address_text_port(sg_client_addr(s), name);
}

static struct sg_verdict refuse(const char *enhanced, const char *text, const char *event,
                                const char *detail)
{
    return (struct sg_verdict){.answer = SG_TEMPFAIL,
                               .code = 421,
                               .enhanced = enhanced,
                               .text = text,
                               .event = event,
                               .detail = detail};
}

static struct sg_verdict limits_connect(struct sg_session *s, void *self)
{
    const struct limits *l = self;
    double load = l->load > 0 ? sg_load() : 0;
    unsigned n;

    if (!l->local && sg_client_is_local(s))
        return sg_pass();
    if (load > l->load) {
        sg_log(s, SG_NOTICE, "Rejecting", "connection from %s, load=%f", client_name(s), load);
        return refuse("4.3.2", l->message_load, "load", "LOAD");
    }
    if (l->per_host && (n = sg_sessions_of_client(s)) > (unsigned)l->per_host) {
        sg_log(s, SG_NOTICE, "Rejecting", "(host %u) connection from %s", n, client_name(s));
        return refuse("4.7.0", l->message_host, "maxhost", "MAX_HOST");
    }
    if (l->per_ident && *sg_ident(s) && (n = sg_sessions_of_ident(s)) > (unsigned)l->per_ident) {
        sg_log(s, SG_NOTICE, "Rejecting", "(ident %u) connection from %s [%s]", n, client_name(s),
               sg_ident(s));
        return refuse("4.7.0", l->message_ident, "maxident", "MAX_IDENT");
    }
    return sg_pass();
}

SG_PLUGIN(limits, .summary = "limit the sessions of a client, and all of them by load",
          .options = options, .settings_size = sizeof(struct limits), .connect = limits_connect)
