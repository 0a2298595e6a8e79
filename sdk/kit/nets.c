/* See <smtp-gated/kit/nets.h>.
 *
 * Networks hold one another or have nothing in common.  So, sorted by where they
 * begin and without those that lie in another, they lie side by side, and the only
 * one that can hold an address is the last that does not begin after it. */
#include <smtp-gated/kit/nets.h>
#include <smtp-gated/plugin.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE 256

struct nets {
    struct net *all;
    size_t count, room;
    int sorted;
};

/* ------------------------------------------------------------------ one -- */

static int same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return memcmp(a, b, whole) == 0 && (!rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

static void clear_behind(struct net *net)
{
    for (unsigned bit = net->bits; bit < 8 * sizeof net->bytes; bit++)
        net->bytes[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
}

/* With what stands after the prefix. */
static struct net around(int family, const void *address, unsigned prefix)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct net net = {.six = family != AF_INET};
    unsigned most = net.six ? 128 : 32;
    if (net.six && prefix >= 96 && memcmp(address, mapped, sizeof mapped) == 0)
        return around(AF_INET, (const char *)address + sizeof mapped, prefix - 96);
    memcpy(net.bytes, address, most / 8);
    net.bits = (unsigned char)(prefix < most ? prefix : most);
    return net;
}

struct net net_make(int family, const void *address, unsigned prefix)
{
    struct net net = around(family, address, prefix);
    clear_behind(&net);
    return net;
}

int net_of(struct net *net, const struct sockaddr *addr)
{
    if (addr->sa_family == AF_INET)
        *net = around(AF_INET, &((const struct sockaddr_in *)(const void *)addr)->sin_addr, 32);
    else if (addr->sa_family == AF_INET6)
        *net = around(AF_INET6, &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr, 128);
    else
        return -1;
    return 0;
}

int net_holds(const struct net *outer, const struct net *inner)
{
    return outer->six == inner->six && outer->bits <= inner->bits &&
           same_bits(outer->bytes, inner->bytes, outer->bits);
}

/* Digits only; -1: none, or more than `most`. */
static int read_prefix(const char *text, int most)
{
    size_t digits = strspn(text, "0123456789");
    int prefix = digits > 0 && digits < 4 && !text[digits] ? atoi(text) : -1;
    return prefix <= most ? prefix : -1;
}

int net_read(struct net *net, const char *text)
{
    unsigned char address[16];
    char host[INET6_ADDRSTRLEN];
    size_t n = strcspn(text, "/");
    int family = memchr(text, ':', n) ? AF_INET6 : AF_INET, most = family == AF_INET ? 32 : 128;
    int prefix = text[n] ? read_prefix(text + n + 1, most) : most;
    if (n >= sizeof host || prefix < 0)
        return -1;
    memcpy(host, text, n);
    host[n] = '\0';
    if (inet_pton(family, host, address) != 1)
        return -1;
    struct net given = around(family, address, (unsigned)prefix);
    *net = net_make(family, address, (unsigned)prefix);
    return memcmp(given.bytes, net->bytes, sizeof given.bytes) == 0 ? 0 : -1;
}

/* ----------------------------------------------------------------- many -- */

struct nets *nets_create(void)
{
    return sg_alloc(sizeof(struct nets));
}

void nets_destroy(struct nets *nets)
{
    if (nets)
        free(nets->all);
    free(nets);
}

static void grow(struct nets *nets)
{
    nets->room = nets->room ? 2 * nets->room : 16;
    struct net *more = sg_alloc(nets->room * sizeof *more);
    if (nets->count > 0)
        memcpy(more, nets->all, nets->count * sizeof *more);
    free(nets->all);
    nets->all = more;
}

void nets_add(struct nets *nets, const struct net *net)
{
    if (nets->count == nets->room)
        grow(nets);
    nets->all[nets->count++] = *net;
    nets->sorted = 0;
}

/* IPv4 first, then by where they begin. */
static int compare_begin(const struct net *x, const struct net *y)
{
    return x->six != y->six ? x->six - y->six : memcmp(x->bytes, y->bytes, sizeof x->bytes);
}

/* Of those that begin at the same place the larger first. */
static int compare(const void *a, const void *b)
{
    const struct net *x = a, *y = b;
    int order = compare_begin(x, y);
    return order ? order : (int)x->bits - (int)y->bits;
}

static void sort(struct nets *nets)
{
    size_t kept = 0;
    if (nets->count)
        qsort(nets->all, nets->count, sizeof *nets->all, compare);
    for (size_t i = 0; i < nets->count; i++)
        if (kept == 0 || !net_holds(&nets->all[kept - 1], &nets->all[i]))
            nets->all[kept++] = nets->all[i];
    nets->count = kept;
    nets->sorted = 1;
}

int nets_contain(struct nets *nets, const struct sockaddr *addr)
{
    struct net wanted;
    if (net_of(&wanted, addr) < 0)
        return 0;
    if (!nets->sorted)
        sort(nets);
    size_t from = 0, behind = nets->count; /* the first that begins after it is in between */
    while (from < behind) {
        size_t middle = from + (behind - from) / 2;
        if (compare_begin(&nets->all[middle], &wanted) > 0)
            behind = middle;
        else
            from = middle + 1;
    }
    return from > 0 && net_holds(&nets->all[from - 1], &wanted);
}

/* ---------------------------------------------------------------- files -- */

/* 0, or -1: the line has something else than a network or nothing. */
static int take_line(struct nets *nets, char *line)
{
    static const char blanks[] = " \t\r\n";
    struct net net;
    line[strcspn(line, "#;")] = '\0';
    line += strspn(line, blanks);
    char *end = line + strlen(line);
    while (end > line && strchr(blanks, end[-1]))
        *--end = '\0';
    if (!*line)
        return 0;
    if (net_read(&net, line) < 0)
        return -1;
    nets_add(nets, &net);
    return 0;
}

static int take_file(struct nets *nets, FILE *file, const char *path, char *why, size_t size)
{
    char line[LINE];
    for (unsigned number = 1; fgets(line, sizeof line, file); number++)
        if (!strchr(line, '\n') && !feof(file)) {
            snprintf(why, size, "%s:%u: the line is too long", path, number);
            return -1;
        } else if (take_line(nets, line) < 0) {
            snprintf(why, size, "%s:%u: '%s' is not an address or network", path, number, line);
            return -1;
        }
    if (ferror(file))
        snprintf(why, size, "%s: %s", path, strerror(errno));
    return ferror(file) ? -1 : 0;
}

int nets_load(struct nets *nets, const char *path, char *why, size_t size)
{
    struct nets fresh = {.count = 0};
    FILE *file = fopen(path, "re");
    if (!file) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return -1;
    }
    int rc = take_file(&fresh, file, path, why, size);
    fclose(file);
    for (size_t i = 0; rc == 0 && i < fresh.count; i++)
        nets_add(nets, &fresh.all[i]);
    free(fresh.all);
    if (rc == 0)
        sort(nets);
    return rc;
}
