/* Reads clamd's limits in its own configuration, where it is a file on this machine.
 * clamd calls a message clean that is beyond its limits, unless AlertExceedsMax is set;
 * nothing in its answers tells that from a message it has looked at.
 *
 * A file that is not there, or is of another clamd, is no fault: a clamd elsewhere has
 * its file elsewhere. */
#include "limits.h"
#include <smtp-gated/kit/address.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MEGABYTE UINT64_C(1048576)
#define SLACK 4096 /* what stands before a message */

/* As compiled into clamd. */
struct limits {
    uint64_t stream, file, scan;
    long threads;
    int alerts, ours;
};

static uint64_t size_of(const char *value)
{
    char *end;
    uint64_t n = strtoull(value, &end, 10);
    if (*end == 'k' || *end == 'K')
        return n * 1024;
    return *end == 'm' || *end == 'M' ? n * MEGABYTE : n;
}

static int is_yes(const char *value)
{
    return strcasecmp(value, "yes") == 0 || strcasecmp(value, "true") == 0 ||
           strcmp(value, "1") == 0;
}

/* The same file, whatever links lead to it. */
static int same_path(const char *one, const char *other)
{
    char *a = realpath(one, NULL), *b = realpath(other, NULL);
    int same = a && b ? strcmp(a, b) == 0 : strcmp(one, other) == 0;
    free(a);
    free(b);
    return same;
}

static void take(struct limits *l, const struct clamd *my, const char *key, const char *value)
{
    if (strcmp(key, "StreamMaxLength") == 0)
        l->stream = size_of(value);
    else if (strcmp(key, "MaxFileSize") == 0)
        l->file = size_of(value);
    else if (strcmp(key, "MaxScanSize") == 0)
        l->scan = size_of(value);
    else if (strcmp(key, "MaxThreads") == 0)
        l->threads = strtol(value, NULL, 10);
    else if (strcmp(key, "AlertExceedsMax") == 0)
        l->alerts = is_yes(value);
    else if (strcmp(key, "LocalSocket") == 0 && my->socket.addr.ss_family == AF_UNIX)
        l->ours = same_path(value, my->socket.text);
    else if (strcmp(key, "TCPSocket") == 0 && my->socket.addr.ss_family != AF_UNIX)
        l->ours = (unsigned)atoi(value) == address_port((const struct sockaddr *)&my->socket.addr);
}

static int read_limits(const struct clamd *my, struct limits *l)
{
    char line[512], key[64], value[256];
    FILE *in = fopen(my->config, "re");
    if (!in)
        return 0;
    while (fgets(line, sizeof line, in))
        if (sscanf(line, "%63s %255s", key, value) == 2 && *key != '#')
            take(l, my, key, value);
    fclose(in);
    return l->ours;
}

/* The least that clamd looks at whole; 0 means no limit, to clamd and to us. */
static uint64_t least(const struct clamd *my, const struct limits *l)
{
    const uint64_t all[] = {my->method == INSTREAM ? l->stream : 0, l->file, l->scan};
    uint64_t smallest = UINT64_MAX;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] && all[i] < smallest)
            smallest = all[i];
    return smallest;
}

static int reaches(const struct clamd *my, uint64_t limit)
{
    return limit == UINT64_MAX || (my->max_size && my->max_size + SLACK <= limit);
}

static const char *advice_for(const struct clamd *my, const struct limits *l)
{
    if (!reaches(my, least(my, l)))
        return "max_size is larger than what clamd looks at: lower it, or raise clamd's limits";
    if (!l->alerts)
        return "clamd calls clean what is beyond its limits: set AlertExceedsMax in its "
               "configuration";
    if (!my->per_client || my->per_client >= l->threads)
        return "one client may keep all of clamd's threads busy: set per_client below MaxThreads";
    return "";
}

void limits_compare(struct clamd *my)
{
    struct limits l = {100 * MEGABYTE, 100 * MEGABYTE, 400 * MEGABYTE, 10, 0, 0};
    const char *advice;
    if (!read_limits(my, &l))
        return;
    my->stream_max = l.stream;
    advice = advice_for(my, &l);
    sg_log(NULL, *advice ? SG_WARNING : SG_INFO, "SCAN:LIMITS",
           "max_size=%" PRIu64 ", StreamMaxLength=%" PRIu64 ", MaxFileSize=%" PRIu64
           ", MaxScanSize=%" PRIu64
           ", AlertExceedsMax=%s, MaxThreads=%ld, per_client=%ld, config=%s, result=%s",
           my->max_size, l.stream, l.file, l.scan, l.alerts ? "yes" : "no", l.threads,
           my->per_client, my->config, *advice ? advice : "all of a message is looked at");
}
