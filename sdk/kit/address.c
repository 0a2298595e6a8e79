/* See <smtp-gated/kit/address.h>. */
#include <smtp-gated/kit/address.h>

#include <arpa/inet.h>
#include <netinet/in.h>
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
