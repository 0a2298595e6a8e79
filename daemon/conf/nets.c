/* Networks are kept as 128-bit prefixes, IPv4 in its v4-mapped form, so one
 * comparison serves both families.  Lists are short (people write them), so
 * they are searched from one end to the other. */
#include "nets.h"
#include "../base/check.h"
#include "../base/span.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct net {
    uint8_t bytes[16];
    unsigned bits; /* of 128 */
};

struct sg_nets {
    unsigned count;
    struct net net[];
};

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
#define MAPPED_BITS 96u

static bool to_bytes(const struct sockaddr *addr, uint8_t bytes[16])
{
    if (addr->sa_family == AF_INET6) {
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr, 16);
        return true;
    }
    if (addr->sa_family != AF_INET)
        return false;
    memcpy(bytes, mapped, sizeof mapped);
    memcpy(bytes + sizeof mapped, &((const struct sockaddr_in *)(const void *)addr)->sin_addr, 4);
    return true;
}

static bool same_prefix(const uint8_t a[16], const uint8_t b[16], unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

int sg_nets_contain(const struct sg_nets *nets, const struct sockaddr *addr)
{
    uint8_t bytes[16];
    if (!nets || !addr || !to_bytes(addr, bytes))
        return 0;
    for (unsigned i = 0; i < nets->count; i++)
        if (same_prefix(nets->net[i].bytes, bytes, nets->net[i].bits))
            return 1;
    return 0;
}

static void unmap(struct sockaddr_storage *addr)
{
    const struct sockaddr_in6 six = *(const struct sockaddr_in6 *)(const void *)addr;
    if (addr->ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&six.sin6_addr))
        return;
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = six.sin6_port};
    memcpy(&four.sin_addr, six.sin6_addr.s6_addr + sizeof mapped, 4);
    memset(addr, 0, sizeof *addr);
    memcpy(addr, &four, sizeof four);
}

bool address_parse(const char *text, struct sockaddr_storage *addr)
{
    /* getaddrinfo() also takes "10.1" and "0x7f.1" for IPv4. */
    struct in_addr strict;
    if (!strchr(text, ':') && inet_pton(AF_INET, text, &strict) != 1)
        return false;
    struct addrinfo *found, hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(text, NULL, &hints, &found) != 0)
        return false;
    memset(addr, 0, sizeof *addr);
    memcpy(addr, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    unmap(addr);
    return true;
}

void address_format(const struct sockaddr_storage *addr, struct buffer *out)
{
    char text[NI_MAXHOST];
    socklen_t length =
        addr->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (getnameinfo((const struct sockaddr *)addr, length, text, sizeof text, NULL, 0,
                    NI_NUMERICHOST) == 0)
        buffer_append(out, text, strlen(text));
}

/* "/8" after an address, counted in 128 bits. */
static bool prefix_bits(const char *slash, bool four, unsigned *bits)
{
    unsigned long long number = four ? 32 : 128;
    if (slash && !span_number(span_str(slash + 1), &number))
        return false;
    if (number > (four ? 32 : 128))
        return false;
    *bits = (unsigned)number + (four ? MAPPED_BITS : 0);
    return true;
}

static void clear_host_part(struct net *net)
{
    for (unsigned bit = net->bits; bit < 128; bit++)
        net->bytes[bit / 8] &= (uint8_t) ~(0x80u >> (bit % 8));
}

static void append(struct sg_nets **nets, const struct net *net)
{
    unsigned count = *nets ? (*nets)->count : 0;
    *nets = xrealloc(*nets, sizeof **nets + (count + 1) * sizeof *net);
    (*nets)->net[count] = *net;
    (*nets)->count = count + 1;
}

static void format_net(const struct net *net, struct buffer *out)
{
    char text[INET6_ADDRSTRLEN];
    bool four = net->bits >= MAPPED_BITS && memcmp(net->bytes, mapped, sizeof mapped) == 0;
    unsigned bits = net->bits - (four ? MAPPED_BITS : 0), all = four ? 32 : 128;
    if (four)
        inet_ntop(AF_INET, net->bytes + sizeof mapped, text, sizeof text);
    else
        inet_ntop(AF_INET6, net->bytes, text, sizeof text);
    buffer_printf(out, "%s", text);
    if (bits < all)
        buffer_printf(out, "/%u", bits);
}

bool nets_add(struct sg_nets **nets, const char *text, struct buffer *why)
{
    struct net net, cleared;
    struct sockaddr_storage addr;
    char host[INET6_ADDRSTRLEN + 1];
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    if (length >= sizeof host)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    if (strchr(host, '%') || !address_parse(host, &addr))
        return false;
    if (!prefix_bits(slash, addr.ss_family == AF_INET, &net.bits))
        return false;
    to_bytes((const struct sockaddr *)&addr, net.bytes);
    cleared = net;
    clear_host_part(&cleared);
    if (memcmp(cleared.bytes, net.bytes, sizeof net.bytes) != 0) {
        buffer_printf(why, "a network whose bits after the prefix are 0, perhaps ");
        format_net(&cleared, why);
        return false;
    }
    append(nets, &net);
    return true;
}

bool nets_format(const struct sg_nets *nets, unsigned i, struct buffer *out)
{
    if (!nets || i >= nets->count)
        return false;
    format_net(&nets->net[i], out);
    return true;
}

void nets_destroy(struct sg_nets *nets)
{
    free(nets);
}
