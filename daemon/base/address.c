/* See address.h. */
#include "address.h"
#include "decimal.h"
#include <arpa/inet.h>
#include <string.h>

static union address unmapped(const struct sockaddr_in6 *in6)
{
    union address a = {0};
    if (!IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
        a.in6 = *in6;
        return a;
    }
    a.in.sin_family = AF_INET;
    a.in.sin_port = in6->sin6_port;
    memcpy(&a.in.sin_addr, &in6->sin6_addr.s6_addr[12], 4);
    return a;
}

bool address_read(int family, const char *text, union address *a)
{
    union address read = {.sa = {.sa_family = (sa_family_t)family}};
    void *to = family == AF_INET ? (void *)&read.in.sin_addr : (void *)&read.in6.sin6_addr;
    if (inet_pton(family, text, to) != 1)
        return false;
    *a = address_from(&read.sa);
    return true;
}

union address address_from(const struct sockaddr *sa)
{
    union address a = {0};
    if (sa->sa_family == AF_INET)
        memcpy(&a.in, sa, sizeof a.in);
    else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        a = unmapped(&in6);
    }
    return a;
}

socklen_t address_len(const union address *a)
{
    return a->sa.sa_family == AF_INET6 ? sizeof a->in6 : sizeof a->in;
}

uint16_t address_port(const union address *a)
{
    return ntohs(a->sa.sa_family == AF_INET6 ? a->in6.sin6_port : a->in.sin_port);
}

void address_set_port(union address *a, uint16_t port)
{
    if (a->sa.sa_family == AF_INET6)
        a->in6.sin6_port = htons(port);
    else
        a->in.sin_port = htons(port);
}

/* What inet_ntop(3) makes, which takes 1,700 instructions for it. */
static void put_dotted(char *at, const struct in_addr *in)
{
    unsigned char byte[4];
    memcpy(byte, in, sizeof byte);
    for (size_t i = 0; i < sizeof byte; i++) {
        at = decimal_put(at, byte[i]);
        *at++ = i + 1 < sizeof byte ? '.' : '\0';
    }
}

void address_text(const union address *a, char text[ADDRESS_TEXT])
{
    text[0] = '\0';
    if (a->sa.sa_family == AF_INET)
        put_dotted(text, &a->in.sin_addr);
    else if (a->sa.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &a->in6.sin6_addr, text, ADDRESS_TEXT);
}

void address_text_port(const union address *a, char text[ADDRESS_TEXT_PORT])
{
    bool six = a->sa.sa_family == AF_INET6; /* whose port would be taken for a part of it */
    *text = '[';
    address_text(a, text + six);
    text += strlen(text);
    if (six)
        *text++ = ']';
    *text = ':';
    *decimal_put(text + 1, address_port(a)) = '\0';
}

struct in6_addr address_in6(const union address *a)
{
    struct in6_addr in6 = {0};
    if (a->sa.sa_family == AF_INET6)
        return a->in6.sin6_addr;
    in6.s6_addr[10] = in6.s6_addr[11] = 0xff;
    memcpy(&in6.s6_addr[12], &a->in.sin_addr, 4);
    return in6;
}

bool address_same_ip(const union address *a, const union address *b)
{
    struct in6_addr x = address_in6(a), y = address_in6(b);
    return memcmp(&x, &y, sizeof x) == 0;
}

bool address_is_any(const union address *a)
{
    return a->sa.sa_family == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr)
                                       : a->in.sin_addr.s_addr == htonl(INADDR_ANY);
}

bool address_is_loopback(const union address *a)
{
    if (a->sa.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&a->in6.sin6_addr);
    return a->sa.sa_family == AF_INET && ntohl(a->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

union address address_local(int fd)
{
    struct sockaddr_storage ss = {0};
    socklen_t len = sizeof ss;
    if (getsockname(fd, (struct sockaddr *)&ss, &len) != 0)
        ss.ss_family = AF_UNSPEC;
    return address_from((struct sockaddr *)&ss);
}
