/* How a list is written, and what its answers mean.
 *
 * A list answers within 127.0.0.0/8 (RFC 5782, 2.1), from 127.0.0.2 to 127.0.0.254 unless
 * its operator says otherwise.  127.0.0.1 is never a listing: a list must not have it
 * (RFC 5782, 5), and it is where names lead to that somebody has turned off.
 * 127.255.255.0/24 is how lists say that the question was not welcome: wrongly typed, by
 * way of a public resolver, too many.  Both say nothing of the client, whatever `answers`
 * were asked for.  Nor does an address outside, which is what a dead list's domain has in
 * the hands of its next owner, unless it was asked for. */
#include "zone.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MOST 1000

/* -------------------------------------------------------------- reading -- */

static const char *read_weight(const char *text, int *weight)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value == 0 || value < -WEIGHT_MOST || value > WEIGHT_MOST)
        return "after * stands a whole number from -1000 to 1000, but not 0";
    *weight = (int)value;
    return NULL;
}

static const char *read_net(const char *text, struct zone *zone)
{
    static const char wrong[] = "after = stand IPv4 addresses or networks with commas between "
                                "them: 127.0.0.2,127.0.1.0/24";
    struct net net;
    if (net_read(&net, text) < 0 || net.six || net.bits == 0)
        return wrong;
    if (net.bits == 32 && memcmp(net.bytes, "\177\0\0\1", 4) == 0)
        return "127.0.0.1 never is a listing";
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
    size_t label = 0, longest = 0;
    for (const char *c = text; *c; c++) {
        label = *c == '.' ? 0 : label + 1;
        longest = label > longest ? label : longest;
    }
    return n > 0 && !text[n] && *text != '.' && !strstr(text, "..") && longest <= 63;
}

/* Sixteen letters and digits or more, both: nobody chooses that for a name. */
static int is_key(const char *label, size_t n)
{
    size_t digits = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)label[i]))
            return 0;
        digits += isdigit((unsigned char)label[i]) != 0;
    }
    return n >= 16 && digits > 0 && digits < n;
}

/* Who subscribes to a list is given a name of his own in it, which is worth money: what is
 * shown of a zone begins after that key. */
static const char *without_key(const char *name)
{
    for (const char *label = name, *dot; (dot = strchr(label, '.')) && dot[1]; label = dot + 1)
        if (is_key(label, (size_t)(dot - label)))
            name = dot + 1;
    return name;
}

/* Cuts " as NAME" off. */
static const char *read_show(char *text, struct zone *zone)
{
    char *as = strstr(text, " as ");
    if (!as)
        return NULL;
    *as = '\0';
    as += 4;
    if (!is_name(as) || strlen(as) >= sizeof zone->show)
        return "after \" as \" stands the name that is shown for the zone: zen.example.org";
    strcpy(zone->show, as);
    return NULL;
}

const char *zone_parse(const char *text, struct zone *zone)
{
    char copy[512];
    memset(zone, 0, sizeof *zone);
    zone->weight = 1;
    if (strlen(text) >= sizeof copy)
        return "it is too long";
    strcpy(copy, text);
    const char *wrong = read_show(copy, zone);
    char *star = strchr(copy, '*'), *equals;
    if (!wrong && star)
        wrong = read_weight(star + 1, &zone->weight);
    if (star)
        *star = '\0';
    equals = strchr(copy, '=');
    if (!wrong && equals)
        wrong = read_answers(equals + 1, zone);
    if (equals)
        *equals = '\0';
    if (!wrong && !is_name(copy))
        return "it does not begin with the name of a DNS zone";
    if (!wrong && strlen(copy) >= sizeof zone->name)
        return "the zone's name is too long: with an IPv6 address before it, it would be none";
    if (wrong)
        return wrong;
    strcpy(zone->name, copy);
    if (!*zone->show)
        strcpy(zone->show, without_key(zone->name));
    return NULL;
}

/* -------------------------------------------------------------- judging -- */

static int is_usual(const unsigned char *a)
{
    return a[0] == 127 && a[1] == 0 && a[2] == 0 && a[3] >= 2 && a[3] <= 254;
}

enum zone_word zone_judge(const struct zone *zone, const void *address)
{
    static const unsigned char nobody[] = {127, 0, 0, 1}, errors[] = {127, 255, 255};
    const struct net answer = net_make(AF_INET, address, 32);
    if (memcmp(address, errors, sizeof errors) == 0 || memcmp(address, nobody, sizeof nobody) == 0)
        return ZONE_ERROR;
    for (unsigned i = 0; i < zone->count; i++)
        if (net_holds(&zone->nets[i], &answer))
            return ZONE_LISTED;
    if (*(const unsigned char *)address != 127)
        return ZONE_ERROR;
    return zone->count == 0 && is_usual(address) ? ZONE_LISTED : ZONE_UNRELATED;
}
