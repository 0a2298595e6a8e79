/* trace-header - say in the message which client of the NAT it came from.
 *
 * The server sees the proxy's address; the header keeps the client's, so that
 * an abuse report finds the culprit.  The lines are formed anew for each mail,
 * in full or not at all: a cut header line would damage the message.
 *
 * For scanners and scripts there is a second line, in front of the spooled
 * message only: the server never sees it. */
#include <smtp-gated/kit/address.h>
#include <smtp-gated/plugin.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum type { TYPE_NONE, TYPE_GENERIC, TYPE_IP_ONLY };

/* RFC 5322, 2.1.1: what a line may hold; less room for what is not ours. */
enum { NAME_MAX_LENGTH = 76, ABUSE_MAX_LENGTH = 900 };

struct trace_header {
    const char *name;
    int type;
    const char *abuse;
    const char *spool_name;
};

static const char *const types[] = {"none", "generic", "ip-only", NULL};

static const struct sg_option options[] = {
    SG_OPT_STRING(struct trace_header, name, "X-Nat-Received", "The header's name"),
    SG_OPT_ENUM(struct trace_header, type, "generic", types,
                "The header's form: none, generic (three lines, like Received), or ip-only"),
    SG_OPT_STRING(struct trace_header, abuse, NULL,
                  "Where to complain about the client: the last line of the generic form"),
    SG_OPT_STRING(struct trace_header, spool_name, "X-Proxy-Spool-Info",
                  "Name of the line that tells scanners, not the server, where a message is from; "
                  "empty: no such line"),
    SG_OPT_END};

/* RFC 5322, 3.6.8: printable ASCII but the colon. */
static int is_field_name(const char *name)
{
    size_t n = strlen(name);

    for (const char *c = name; *c; c++)
        if (*c < '!' || *c > '~' || *c == ':')
            return 0;
    return n > 0 && n <= NAME_MAX_LENGTH;
}

static int is_one_line(const char *text)
{
    size_t n = strlen(text);

    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return 0;
    return n <= ABUSE_MAX_LENGTH;
}

static int trace_header_configure(void *self)
{
    const struct trace_header *h = self;

    if (!is_field_name(h->name)) {
        sg_config_error("name",
                        "a header's name is 1 to %d printable characters without blanks "
                        "and without the colon, as in \"X-Nat-Received\"",
                        NAME_MAX_LENGTH);
        return -1;
    }
    if (h->spool_name && *h->spool_name && !is_field_name(h->spool_name)) {
        sg_config_error("spool_name",
                        "a header's name is 1 to %d printable characters without "
                        "blanks and without the colon, or empty for none",
                        NAME_MAX_LENGTH);
        return -1;
    }
    if (h->abuse && !is_one_line(h->abuse)) {
        sg_config_error("abuse", "give one line of at most %d characters, such as an address",
                        ABUSE_MAX_LENGTH);
        return -1;
    }
    return 0;
}

/* A text that is whole, or known not to be. */
struct text {
    char *at, *end;
    int cut;
};

static void add(struct text *t, const char *fmt, ...) SG_PRINTF(2, 3);

static void add(struct text *t, const char *fmt, ...)
{
    size_t room = (size_t)(t->end - t->at);
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(t->at, room, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= room)
        t->cut = 1;
    else
        t->at += n;
}

/* Others found the ident out: what would not stand in a header is replaced. */
static void add_ident(struct text *t, const struct sg_session *s)
{
    for (const char *c = sg_ident(s); *c; c++)
        add(t, "%c", *c > ' ' && *c <= '~' && *c != '[' && *c != ']' ? *c : '_');
}

static void add_generic(struct text *t, const struct sg_session *s, const struct trace_header *h)
{
    add(t, "%s: from [%s]:%u [ident%c", h->name, sg_client_ip(s), address_port(sg_client_addr(s)),
        *sg_ident(s) ? ' ' : '-');
    if (*sg_ident(s))
        add_ident(t, s);
    else
        add(t, "empty");
    add(t, "]\r\n\tby %s with TPROXY id %lld.%llu\r\n", sg_proxy_name(),
        (long long)sg_session_start(s), (unsigned long long)sg_session_id(s));
    if (h->abuse && *h->abuse)
        add(t, "\tabuse-to %s\r\n", h->abuse);
}

static struct sg_verdict trace_header_mail(struct sg_session *s, struct sg_mail *m,
                                           const char *reverse_path, const char *parameters,
                                           void *self)
{
    const struct trace_header *h = self;
    char lines[4096];
    struct text t = {lines, lines + sizeof lines, 0};

    (void)reverse_path;
    (void)parameters;
    if (h->type == TYPE_NONE)
        return sg_pass();
    if (h->type == TYPE_GENERIC)
        add_generic(&t, s, h);
    else
        add(&t, "%s: %s\r\n", h->name, sg_client_ip(s));
    if (t.cut || sg_add_header(m, lines) < 0)
        return sg_failed("the header cannot be added");
    return sg_pass();
}

/* In data, because the line counts the messages before this one. */
static struct sg_verdict trace_header_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct trace_header *h = self;
    char line[512], src[ADDRESS_TEXT], dst[ADDRESS_TEXT];
    struct text t = {line, line + sizeof line, 0};

    if (!h->spool_name || !*h->spool_name)
        return sg_pass();
    add(&t, "%s: src=%s, ident=", h->spool_name, address_text_port(sg_client_addr(s), src));
    add_ident(&t, s);
    add(&t, ", dst=%s, trns=%u\r\n", address_text_port(sg_server_addr(s), dst), sg_transaction(s));
    if (t.cut || sg_add_spool_header(m, line) < 0)
        return sg_failed("the line in the spool cannot be added");
    return sg_pass();
}

SG_PLUGIN(trace_header, .summary = "add a header that names the client behind the NAT",
          .options = options, .settings_size = sizeof(struct trace_header),
          .configure = trace_header_configure, .mail = trace_header_mail, .data = trace_header_data)
