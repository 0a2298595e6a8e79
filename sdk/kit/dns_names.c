/* Names and addresses: whom to ask, and how an address stands in a zone. */
#include "dns_inner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT 53
#define INPUT 64 /* as long as an item may be */
#define ITEM (INPUT + sizeof "[]:4294967295,")

/* -------------------------------------------------------------- servers -- */

/* Digits only, 1 to 65535; 0: it is none. */
static unsigned read_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long port = digits > 0 && digits < 6 && !text[digits] ? strtoul(text, NULL, 10) : 0;
    return port <= 65535 ? (unsigned)port : 0;
}

/* Cuts "HOST", "HOST:PORT", "[HOST]" or "[HOST]:PORT"; a bare IPv6 address has
 * more than one colon.  NULL: it is none of them. */
static const char *cut_port(char *item, unsigned *port)
{
    char *colon = strchr(item, ':'), *end = strchr(item, ']');
    *port = PORT;
    if (*item == '[') {
        if (!end || (end[1] && end[1] != ':'))
            return NULL;
        *port = end[1] ? read_port(end + 2) : PORT;
        *end = '\0';
        return item + 1;
    }
    if (colon && !strchr(colon + 1, ':')) {
        *port = read_port(colon + 1);
        *colon = '\0';
    }
    return item;
}

static bool write_server(const char *item, char *to)
{
    unsigned char address[16];
    char copy[INPUT];
    unsigned port;
    if (strlen(item) >= sizeof copy)
        return false;
    memcpy(copy, item, strlen(item) + 1);
    const char *host = cut_port(copy, &port);
    if (!host || port == 0)
        return false;
    if (inet_pton(AF_INET6, host, address) == 1)
        snprintf(to, ITEM, "[%s]:%u,", host, port);
    else if (*item != '[' && inet_pton(AF_INET, host, address) == 1)
        snprintf(to, ITEM, "%s:%u,", host, port);
    else
        return false;
    return true;
}

/* As c-ares finds them in resolv.conf. */
static char *system_servers(void)
{
    ares_channel channel;
    struct ares_addr_port_node *servers = NULL, *s;
    char *text = NULL, host[INET6_ADDRSTRLEN];
    size_t count = 0, at = 0;
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS || ares_init(&channel) != ARES_SUCCESS)
        return NULL;
    if (ares_get_servers_ports(channel, &servers) == ARES_SUCCESS && servers) {
        for (s = servers; s; s = s->next)
            count++;
        text = sg_alloc(count * ITEM);
        for (s = servers; s; s = s->next) {
            inet_ntop(s->family, &s->addr, host, sizeof host);
            at += (size_t)sprintf(text + at, s->family == AF_INET6 ? "[%s]:%d," : "%s:%d,", host,
                                  s->udp_port ? s->udp_port : PORT);
        }
    }
    ares_free_data(servers);
    ares_destroy(channel);
    ares_library_cleanup();
    return text;
}

char *dns_servers(const char *const *nameservers, const char **wrong)
{
    size_t count = 0, at = 0;
    while (nameservers && nameservers[count])
        count++;
    char *text = count ? sg_alloc(count * ITEM) : system_servers();
    *wrong = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!write_server(nameservers[i], text + at)) {
            *wrong = nameservers[i];
            free(text);
            return NULL;
        }
        at += strlen(text + at);
    }
    if (text && *text)
        text[strlen(text) - 1] = '\0'; /* the last comma */
    return text;
}

/* ------------------------------------------------------------ addresses -- */

static void reverse_4(const unsigned char *a, char *to)
{
    sprintf(to, "%u.%u.%u.%u", a[3], a[2], a[1], a[0]);
}

static void reverse_6(const unsigned char *a, char *to)
{
    for (int i = 15; i >= 0; i--)
        to += sprintf(to, i ? "%x.%x." : "%x.%x", a[i] & 15u, a[i] >> 4);
}

int dns_reverse(const struct sockaddr *addr, const char *zone, char name[DNS_NAME])
{
    char digits[64];
    if (addr->sa_family == AF_INET)
        reverse_4((const void *)&((const struct sockaddr_in *)(const void *)addr)->sin_addr,
                  digits);
    else if (addr->sa_family == AF_INET6)
        reverse_6((const void *)&((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr,
                  digits);
    else
        return -1;
    int n = snprintf(name, DNS_NAME, "%s.%s", digits, zone);
    return n > 0 && n < DNS_NAME ? 0 : -1;
}
