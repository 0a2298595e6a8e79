/* See <smtp-gated/kit/scan.h>. */
#include <smtp-gated/kit/scan.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Bytes that could end the field, or a word or a comment of it, are '?'. */
static const char *harmless(char *to, size_t size, const char *from, const char *forbidden)
{
    size_t n = 0;
    for (; *from && n + 1 < size; from++, n++)
        to[n] = (char)(*from > ' ' && *from <= '~' && !strchr(forbidden, *from) ? *from : '?');
    to[n] = '\0';
    return to;
}

/* As far as one can tell: a client that has said HELO gives no parameters, and is
 * offered nothing. */
static const char *protocol(const struct sg_session *s, const struct sg_mail *m)
{
    if (sg_authenticated(s))
        return "ESMTPA";
    return sg_auth_offered(s) || sg_mail_is_bdat(m) || *sg_mail_parameters(m) ? "ESMTP" : "SMTP";
}

static const char *date(char to[40])
{
    time_t now = (time_t)sg_time();
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(to, 40, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    return to;
}

size_t scan_trace(char to[SCAN_TRACE_SIZE], struct sg_session *s, struct sg_mail *m)
{
    char helo[256], sender[512], when[40];
    int v6 = sg_client_addr(s)->sa_family == AF_INET6;
    const char *name = sg_helo_name(s);
    int n = snprintf(to, SCAN_TRACE_SIZE,
                     "X-Envelope-From: <%s>\r\n"
                     "Received: from %s (unknown [%s%s])\r\n"
                     "\tby %s (smtp-gated) with %s id %" PRId64 ".%" PRIu64 ";\r\n"
                     "\t%s\r\n",
                     harmless(sender, sizeof sender, sg_reverse_path(m), "<>"),
                     harmless(helo, sizeof helo, *name ? name : "unknown", "()<>;,\\\"@"),
                     v6 ? "IPv6:" : "", sg_client_ip(s), sg_proxy_name(), protocol(s, m),
                     sg_session_start(s), sg_session_id(s), date(when));
    return n < SCAN_TRACE_SIZE ? (size_t)n : SCAN_TRACE_SIZE - 1;
}
