/* How an address stands in a zone. */
#include "dns_inner.h"

#include <netinet/in.h>
#include <stdio.h>

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
