/* Telling the server who the client is: a PROXY header (haproxy's PROXY protocol,
 * version 1 or 2) before anything else, or XCLIENT (Postfix' XCLIENT_README) before the
 * client's own greeting. */
#include "../../smtp/ehlo.h"
#include "../model/greeting.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdio.h>

enum stage { AWAIT_BANNER, AWAIT_EHLO, AWAIT_XCLIENT, HANDED_OVER };

static void write_line(struct session *s, const union address *local)
{
    char line[160], to[ADDRESS_TEXT];
    address_text(local, to);
    int n = snprintf(line, sizeof line, "PROXY %s %s %s %u %u\r\n",
                     s->peer.sa.sa_family == AF_INET6 ? "TCP6" : "TCP4", s->client_ip, to,
                     address_port(&s->peer), address_port(local));
    conn_write(&s->server, line, (size_t)n);
}

/* Version 2 without TLVs is what all servers take: 28 bytes, with IPv6 52. */
static void write_header(struct session *s, const union address *local)
{
    static const char signature[] = "\r\n\r\n\0\r\nQUIT\n\x21"; /* version 2, PROXY */
    struct {
        char bytes[52];
        size_t n;
    } h = {.n = 0};
    const bool six = s->peer.sa.sa_family == AF_INET6;
    const char family = six ? 0x21 : 0x11; /* TCP */
    const uint16_t ports[] = {htons(address_port(&s->peer)), htons(address_port(local))};
    const size_t size = six ? sizeof(struct in6_addr) : sizeof(struct in_addr);
    const uint16_t length = htons((uint16_t)(2 * size + sizeof ports));
    const struct {
        const void *p;
        size_t n;
    } parts[] = {
        {signature, sizeof signature - 1},
        {&family, 1},
        {&length, sizeof length},
        {six ? (const void *)&s->peer.in6.sin6_addr : &s->peer.in.sin_addr, size},
        {six ? (const void *)&local->in6.sin6_addr : &local->in.sin_addr, size},
        {ports, sizeof ports},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; h.n += parts[i++].n)
        memcpy(h.bytes + h.n, parts[i].p, parts[i].n);
    conn_write(&s->server, h.bytes, h.n);
}

void handover_begin(struct session *s)
{
    s->greeting->handover = s->route_flags & SG_ROUTE_XCLIENT ? AWAIT_BANNER : HANDED_OVER;
    if (s->route_flags & SG_ROUTE_PROXY_V2)
        write_header(s, session_local(s));
    else if (s->route_flags & SG_ROUTE_PROXY)
        write_line(s, session_local(s));
}

static bool offers_xclient(const struct reply *r)
{
    struct buffer ignored = {0};
    struct ehlo_policy policy = {0};
    unsigned offers = r->code == 250 ? ehlo_filter(r->raw, &policy, &ignored) : 0;
    buffer_finish(&ignored);
    return offers & EHLO_XCLIENT;
}

static void send_ehlo(struct session *s)
{
    char line[300];
    int n = snprintf(line, sizeof line, "EHLO %s\r\n", service.core->proxy_name);
    conn_write(&s->server, line, (size_t)n);
}

static void send_xclient(struct session *s)
{
    char line[160];
    int n = snprintf(line, sizeof line, "XCLIENT ADDR=%s%s NAME=[UNAVAILABLE]\r\n",
                     s->peer.sa.sa_family == AF_INET6 ? "IPV6:" : "", s->client_ip);
    conn_write(&s->server, line, (size_t)n);
}

static bool fail(struct session *s)
{
    char text[200];
    snprintf(text, sizeof text, "%s (XCLIENT)", service.core->msg_connect_failed);
    greet_fail(s, text);
    return false;
}

/* It will not have this client, or nobody now: that is the client's greeting.  Of 5xx only
 * those of RFC 5321, 4.2.3 and RFC 7504 are: others are about what we said. */
static bool is_refusal(const struct reply *r)
{
    return r->code / 100 == 4 || r->code == 554 || r->code == 521;
}

bool handover_reply(struct session *s, uint8_t *stage, const struct reply *r)
{
    if (*stage == HANDED_OVER || is_refusal(r))
        return true;
    switch ((enum stage) * stage) {
    case AWAIT_BANNER:
        if (r->code != 220)
            return fail(s);
        send_ehlo(s);
        *stage = AWAIT_EHLO;
        return false;
    case AWAIT_EHLO:
        if (!offers_xclient(r))
            return fail(s);
        send_xclient(s);
        *stage = AWAIT_XCLIENT;
        return false;
    default:
        break;
    }
    if (r->code != 220)
        return fail(s);
    *stage = HANDED_OVER;
    return true;
}
