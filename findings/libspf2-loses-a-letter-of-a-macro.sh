#!/bin/sh
# One would guess that the SPF macro %{d2} of a domain with two labels is that domain: RFC 7208,
# section 7.3, has all labels taken where there are no more of them.
# libspf2 1.2.10 cuts off the first letter where there is nothing to cut: %{d2} of by.example is
# `y.example`, and so is %{d3}; %{d1} and %{d} are right.
# It bites domains whose record has `exists:` or `include:` with such a macro: libspf2 asks for
# another name, finds nothing, and the domain's own servers get `fail`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libspf2-2=1.2.10-7.2+b1 libspf2-dev=1.2.10-7.2+b1 &&
    for package in *.deb; do dpkg-deb -x "$package" .; done)

cat >"$work/ask.c" <<'C'
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>
static void ask(const char *macro, const char *host)
{
    char record[80];
    SPF_dns_server_t *zone = SPF_dns_zone_new(NULL, "zone", 0);
    SPF_server_t *server = SPF_server_new_dns(zone, 0);
    SPF_request_t *request = SPF_request_new(server);
    SPF_response_t *response = NULL;
    snprintf(record, sizeof record, "v=spf1 exists:%s.list.example -all", macro);
    SPF_dns_zone_add_str(zone, "by.example", ns_t_txt, NETDB_SUCCESS, record);
    SPF_dns_zone_add_str(zone, host, ns_t_a, NETDB_SUCCESS, "127.0.0.2");
    SPF_request_set_ipv4_str(request, "192.0.2.7");
    SPF_request_set_env_from(request, "bob@by.example");
    SPF_request_query_mailfrom(request, &response);
    printf("exists:%s.list.example, and there is %s: %s\n", macro, host,
           SPF_strresult(SPF_response_result(response)));
    SPF_response_free(response);
    SPF_request_free(request);
    SPF_server_free(server);
}
int main(void)
{
    int a, b, c;
    SPF_get_lib_version(&a, &b, &c);
    printf("libspf2 %d.%d.%d\n", a, b, c);
    ask("%{d}", "by.example.list.example");
    ask("%{d1}", "example.list.example");
    ask("%{d2}", "by.example.list.example");
    ask("%{d2}", "y.example.list.example");
    ask("%{d3}", "y.example.list.example");
    return 0;
}
C
lib=$(dirname "$(find "$work/usr/lib" -name 'libspf2.so.2' | head -1)")
cc -I"$work/usr/include" -o "$work/ask" "$work/ask.c" "$lib/libspf2.so.2"
LD_LIBRARY_PATH=$lib "$work/ask" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
libspf2 1.2.10
exists:%{d}.list.example, and there is by.example.list.example: pass
exists:%{d1}.list.example, and there is example.list.example: pass
exists:%{d2}.list.example, and there is by.example.list.example: fail
exists:%{d2}.list.example, and there is y.example.list.example: pass
exists:%{d3}.list.example, and there is y.example.list.example: pass
END
