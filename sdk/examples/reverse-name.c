/* reverse-name - refuse clients whose address has no name in the DNS.
 *
 * The kit asks, and nothing waits for it but this client.  Its server is dialled
 * meanwhile. */
#include <smtp-gated/kit/dns.h>
#include <stdlib.h>
#include <sys/socket.h>

struct reverse_name {
    const char **nameservers;
    uint64_t patience;
    /* Below the options is room for the plugin's own: zeroed, one for each conf.d file. */
    char *servers;
    struct dns *dns;
};

static const struct sg_option options[] = {
    SG_OPT_STRINGS(struct reverse_name, nameservers, NULL,
                   "Whom to ask, as IP or IP:port; the system's servers if not set"),
    SG_OPT_DURATION(struct reverse_name, patience, "5s", "How long to wait for an answer"),
    SG_OPT_END};

/* What a session keeps: the question that is open. */
struct lookup {
    struct sg_session *session;
    struct dns_question *question;
    sg_ticket ticket;
};

static struct sg_verdict judge(struct sg_session *s, const struct dns_answer *answer)
{
    if (answer->outcome == DNS_FOUND) {
        sg_note(s, "reverse.name", answer->records[0].data);
        return sg_pass();
    }
    if (answer->outcome == DNS_NOTHING)
        return sg_answer(SG_REJECT, "Your address has no name");
    return sg_failed(answer->reason);
}

/* The ticket is alive: when it died, `cancel` has dropped the question. */
static void on_answer(const struct dns_answer *answer, void *arg)
{
    struct lookup *l = arg;

    l->question = NULL;
    sg_resume(l->ticket, judge(l->session, answer));
}

static struct sg_verdict reverse_name_connect(struct sg_session *s, void *self)
{
    const struct reverse_name *my = self;
    const struct sockaddr *client = sg_client_addr(s);
    struct lookup *l = sg_session_state(s, self);
    const struct dns_answer *known;
    char name[DNS_NAME];

    if (dns_reverse(client, client->sa_family == AF_INET6 ? "ip6.arpa" : "in-addr.arpa", name) < 0)
        return sg_pass();
    known = dns_known(my->dns, DNS_PTR, name);
    if (known)
        return judge(s, known);
    l->session = s;
    l->ticket = sg_defer(s);
    l->question = dns_ask(my->dns, DNS_PTR, name, on_answer, l);
    return sg_pending();
}

/* Called before the session's memory goes. */
static void reverse_name_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct lookup *l = sg_session_state(s, self);

    (void)ticket;
    dns_cancel(l->question);
    l->question = NULL;
}

static int reverse_name_configure(void *self)
{
    struct reverse_name *my = self;

    my->servers = dns_configure(my->nameservers);
    return my->servers ? 0 : -1;
}

static int reverse_name_start(void *self)
{
    struct reverse_name *my = self;

    my->dns = dns_open(my->servers, my->patience);
    return my->dns ? 0 : -1;
}

static void reverse_name_stop(void *self)
{
    struct reverse_name *my = self;

    dns_close(my->dns);
}

static void reverse_name_release(void *self)
{
    struct reverse_name *my = self;

    free(my->servers);
}

SG_PLUGIN(reverse_name, .summary = "refuse clients whose address has no name", .options = options,
          .settings_size = sizeof(struct reverse_name), .session_size = sizeof(struct lookup),
          .configure = reverse_name_configure, .start = reverse_name_start,
          .stop = reverse_name_stop, .release = reverse_name_release,
          .connect = reverse_name_connect, .cancel = reverse_name_cancel)
