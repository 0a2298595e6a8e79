/* See <smtp-gated/kit/address.h>. */
#include <smtp-gated/kit/address.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct sockaddr_in *four(const struct sockaddr *addr)
{
    return addr && addr->sa_family == AF_INET ? (const void *)addr : NULL;
}

static const struct sockaddr_in6 *six(const struct sockaddr *addr)
{
    return addr && addr->sa_family == AF_INET6 ? (const void *)addr : NULL;
}

/* Puts the digits of n at `at`, without a NUL; returns where they end. */
static char *put_number(char *at, unsigned n)
{
    char digits[10];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

/* The same text as inet_ntop(3), which takes 1,700 instructions: some plugins need it for
 * every mail. */
static void put_dotted(char *at, const struct in_addr *in)
{
    unsigned char byte[4];

    memcpy(byte, in, sizeof byte);
    for (size_t i = 0; i < sizeof byte; i++) {
        at = put_number(at, byte[i]);
        *at++ = i + 1 < sizeof byte ? '.' : '\0';
    }
}

const char *address_text(const struct sockaddr *addr, char text[ADDRESS_TEXT])
{
    *text = '\0';
    if (four(addr))
        put_dotted(text, &four(addr)->sin_addr);
    else if (six(addr))
        inet_ntop(AF_INET6, &six(addr)->sin6_addr, text, ADDRESS_TEXT);
    return text;
}

const char *address_text_port(const struct sockaddr *addr, char text[ADDRESS_TEXT])
{
    char ip[ADDRESS_TEXT], *at = text;
    size_t n = strlen(address_text(addr, ip));

    if (n > 0 && six(addr))
        *at++ = '[';
    memcpy(at, ip, n + 1);
    at += n;
    if (n > 0 && six(addr))
        *at++ = ']';
    if (n > 0) {
        *at = ':';
        *put_number(at + 1, address_port(addr)) = '\0';
    }
    return text;
}

unsigned address_port(const struct sockaddr *addr)
{
    if (four(addr))
        return ntohs(four(addr)->sin_port);
    return six(addr) ? ntohs(six(addr)->sin6_port) : 0;
}

int address_is_loopback(const struct sockaddr *addr)
{
    if (four(addr))
        return ntohl(four(addr)->sin_addr.s_addr) >> 24 == 127;
    return six(addr) && IN6_IS_ADDR_LOOPBACK(&six(addr)->sin6_addr);
}

static int is_public_four(uint32_t a)
{
    static const struct {
        uint32_t net;
        int bits;
    } others[] = {{0, 8},           {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
                  {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0a80000, 16}, {0xe0000000, 3}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if ((a ^ others[i].net) >> (32 - others[i].bits) == 0)
            return 0;
    return 1;
}

int address_is_public(const struct sockaddr *addr)
{
    if (four(addr))
        return is_public_four(ntohl(four(addr)->sin_addr.s_addr));
    return six(addr) && six(addr)->sin6_addr.s6_addr[0] >> 5 == 1; /* 2000::/3 */
}

/* ------------------------------------------------------ as people write -- */

/* Digits only, 1 to 65535; 0: it is none. */
static unsigned read_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long port = digits > 0 && digits < 6 && !text[digits] ? strtoul(text, NULL, 10) : 0;
    return port <= 65535 ? (unsigned)port : 0;
}

/* Cuts "HOST", "HOST:PORT", "[HOST]" or "[HOST]:PORT"; a bare IPv6 address has
 * more than one colon.  NULL: it is none of them. */
static char *cut_port(char *item, unsigned *port)
{
    char *colon = strchr(item, ':'), *end = strchr(item, ']');
    if (*item == '[') {
        if (!end || (end[1] && end[1] != ':'))
            return NULL;
        if (end[1])
            *port = read_port(end + 2);
        *end = '\0';
        return item + 1;
    }
    if (colon && !strchr(colon + 1, ':')) {
        *port = read_port(colon + 1);
        *colon = '\0';
    }
    return item;
}

/* "fe80::1%eth0" is an address on one interface, by its name or number, and one of that
 * kind means nothing without. */
static bool read_six(struct sockaddr_in6 *to, char *host, unsigned port)
{
    char *zone = strchr(host, '%');
    if (zone)
        *zone++ = '\0';
    to->sin6_family = AF_INET6;
    to->sin6_port = htons((uint16_t)port);
    if (inet_pton(AF_INET6, host, &to->sin6_addr) != 1)
        return false;
    if (zone)
        to->sin6_scope_id = if_nametoindex(zone);
    if (zone && to->sin6_scope_id == 0 && zone[strspn(zone, "0123456789")] == '\0')
        to->sin6_scope_id = (uint32_t)strtoul(zone, NULL, 10);
    return to->sin6_scope_id || (!zone && !IN6_IS_ADDR_LINKLOCAL(&to->sin6_addr));
}

static bool read_four(struct sockaddr_in *to, const char *host, unsigned port)
{
    to->sin_family = AF_INET;
    to->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &to->sin_addr) == 1;
}

int address_read(struct address_place *to, const char *text, unsigned port)
{
    enum { LONGEST = 80 }; /* an address, the name of an interface */
    char copy[LONGEST + 8], address[LONGEST];
    memset(to, 0, sizeof *to);
    if (strlen(text) >= sizeof copy || strpbrk(text, " ,"))
        return -1;
    strcpy(copy, text);
    char *host = cut_port(copy, &port);
    if (!host || port == 0 || strlen(host) >= sizeof address)
        return -1;
    strcpy(address, host);
    if (strchr(host, ':')) {
        to->addrlen = sizeof(struct sockaddr_in6);
        snprintf(to->text, sizeof to->text, "[%s]:%u", address, port);
        return read_six((void *)&to->addr, host, port) ? 0 : -1;
    }
    to->addrlen = sizeof(struct sockaddr_in);
    snprintf(to->text, sizeof to->text, "%s:%u", address, port);
    return *text != '[' && read_four((void *)&to->addr, host, port) ? 0 : -1;
}
