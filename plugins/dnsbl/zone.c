/* How a list is written, and what its answers mean.
 *
 * A list answers within 127.0.0.0/8 (RFC 5782, 2.1).  127.255.255.0/24 is how
 * lists say that the question was not welcome: wrongly typed, by way of a public
 * resolver, too many.  It says nothing of the client, whatever `answers` were
 * asked for.  Nor does an address outside, which is what a dead list's domain
 * has in the hands of its next owner; so does not what was asked for. */
#include "zone.h"

#include <stdlib.h>
#include <string.h>

#define WEIGHT_MOST 1000

/* -------------------------------------------------------------- reading -- */

static const char *read_weight(const char *text, int *weight)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value == 0 || value < -WEIGHT_MOST || value > WEIGHT_MOST)
        return "behind * stands a whole number from -1000 to 1000, but not 0";
    *weight = (int)value;
    return NULL;
}

static const char *read_net(const char *text, struct zone *zone)
{
    static const char wrong[] = "behind = stand IPv4 addresses or networks with commas between "
                                "them: 127.0.0.2,127.0.1.0/24";
    struct net net;
    if (net_read(&net, text) < 0 || net.six || net.bits == 0)
        return wrong;
    if (zone->count == ZONE_NETS)
        return "there are more than 16 answers";
    zone->nets[zone->count++] = net;
    return NULL;
}

static const char *read_answers(char *text, struct zone *zone)
{
    const char *wrong = NULL;
    for (char *next = text; next && !wrong; text = next) {
        next = strchr(text, ',');
        if (next)
            *next++ = '\0';
        wrong = read_net(text, zone);
    }
    return wrong;
}

static int is_name(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    return n > 0 && !text[n] && *text != '.' && !strstr(text, "..");
}

const char *zone_parse(const char *text, struct zone *zone)
{
    char copy[512];
    memset(zone, 0, sizeof *zone);
    zone->weight = 1;
    if (strlen(text) >= sizeof copy)
        return "it is too long";
    strcpy(copy, text);
    char *star = strchr(copy, '*'), *equals;
    const char *wrong = star ? read_weight(star + 1, &zone->weight) : NULL;
    if (star)
        *star = '\0';
    equals = strchr(copy, '=');
    if (!wrong && equals)
        wrong = read_answers(equals + 1, zone);
    if (equals)
        *equals = '\0';
    if (!wrong && (!is_name(copy) || strlen(copy) >= sizeof zone->name))
        return "it does not begin with the name of a DNS zone";
    if (!wrong)
        strcpy(zone->name, copy);
    return wrong;
}

/* -------------------------------------------------------------- judging -- */

enum zone_word zone_judge(const struct zone *zone, const void *address)
{
    static const struct net usual = {.bits = 8, .bytes = {127}};
    static const struct net errors = {.bits = 24, .bytes = {127, 255, 255}};
    const struct net answer = net_make(AF_INET, address, 32);
    if (net_holds(&errors, &answer))
        return ZONE_ERROR;
    for (unsigned i = 0; i < zone->count; i++)
        if (net_holds(&zone->nets[i], &answer))
            return ZONE_LISTED;
    if (!net_holds(&usual, &answer))
        return ZONE_ERROR;
    return zone->count ? ZONE_UNRELATED : ZONE_LISTED;
}
