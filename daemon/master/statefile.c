/* Two formats, one source.  "human" has columns, "flat" has one key a line;
 * both name what 1.4 named, in its order, because people's scripts read them.
 * The column that was a pid holds the session's number, and the row that named
 * six finds but printed five prints six.
 *
 * Slots are written by their workers while this reads them: a row may be a mix
 * of two moments, but is bounded.  And a worker may have been taken over: whatever
 * stands in the scoreboard, rows are printable, and the master lives. */
#include "statefile.h"
#include "../base/check.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "paths.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum statefile_type { FLAT, HUMAN, HUMAN_SLOTS, FLAT_SLOTS };

/* Numbers in both formats: a group is one human line, a row one flat key. */
static const struct {
    const char *group, *name, *key;
    enum counter counter;
} numbers[] = {
    {"Found:    ", "viruses", "found.viruses", COUNTER_found_virus},
    {"Found:    ", "spam", "found.spams", COUNTER_found_spam},
    {"Found:    ", "no-auth", "found.noauths", COUNTER_found_noauth},
    {"Found:    ", "spf", "found.spf", COUNTER_found_spf},
    {"Found:    ", "regex", "found.regex", COUNTER_found_regex},
    {"Found:    ", "earlytalk", "found.earlytalk", COUNTER_found_earlytalk},
    {"Requests: ", "total", "requests.total", COUNTER_requests_total},
    {"Requests: ", "direct", "requests.direct", COUNTER_requests_direct},
    {"Requests: ", "empty", "requests.empty", COUNTER_requests_empty},
    {"Rejects:  ", "host", "rejects.host", COUNTER_rejects_host},
    {"Rejects:  ", "ident", "rejects.ident", COUNTER_rejects_ident},
    {"Rejects:  ", "lock", "rejects.lock", COUNTER_rejects_lock},
    {"Rejects:  ", "dnsbl", "rejects.dnsbl", COUNTER_rejects_dnsbl},
    {"Rejects:  ", "rate", "rejects.rate", COUNTER_rejects_rate},
    {"Rejects:  ", "ratelimit", "rejects.ratelimit", COUNTER_rejects_ratelimit},
    {"Rejects:  ", "other", "rejects.other", COUNTER_rejects_other},
    {"Errors:   ", "pipeline", "errors.pipeline", COUNTER_errors_pipeline},
    {"Auth:     ", "accepted", "auth.accepts", COUNTER_auth_accepted},
    {"Auth:     ", "rejected", "auth.rejects", COUNTER_auth_rejected},
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

/* All counters, by the names that the manual has. */
static const char *const counters[] = {
#define COUNTER(name, text) [COUNTER_##name] = #name,
#include "../base/counters.def"
#undef COUNTER
};

static bool has_number(unsigned counter)
{
    for (unsigned i = 0; i < NUMBERS; i++)
        if (numbers[i].counter == counter)
            return true;
    return false;
}

static unsigned long long value_of(const struct scoreboard *b, unsigned row)
{
    return scoreboard_sum(b, numbers[row].counter);
}

/* What has never been is the beginning of time, as 1.4 had it: its readers want a date. */
static const char *time_text(int64_t when)
{
    static char text[64];
    const time_t t = (time_t)when;
    const struct tm *local = localtime(&t); /* NULL: no year has so many digits */
    if (!local || strftime(text, sizeof text, "%c", local) == 0)
        return "?";
    return text;
}

void format_uptime(char *out, size_t room, int64_t seconds, const char *blank)
{
    snprintf(out, room, "%lldd%s%lldh%s%lldm%s%llds", (long long)(seconds / 86400), blank,
             (long long)(seconds / 3600 % 24), blank, (long long)(seconds / 60 % 60), blank,
             (long long)(seconds % 60));
}

static void print_resources(FILE *out)
{
    struct rusage r = {0};
    getrusage(RUSAGE_SELF, &r);
    fprintf(out, "Resource: %ld/%ld/%ld/%ld (maxrss/ixrss/idrss/isrss)\n", r.ru_maxrss, r.ru_ixrss,
            r.ru_idrss, r.ru_isrss);
}

static void print_human_numbers(const struct scoreboard *b, FILE *out)
{
    for (unsigned i = 0, end; i < NUMBERS; i = end) {
        fputs(numbers[i].group, out);
        for (end = i; end < NUMBERS && numbers[end].group == numbers[i].group; end++)
            fprintf(out, "%s%llu", end > i ? "/" : "", value_of(b, end));
        for (unsigned n = i; n < end; n++)
            fprintf(out, "%s%s", n > i ? "/" : " (", numbers[n].name);
        fputs(")\n", out);
    }
    fprintf(out, "Plugins:  %u/%u (quarantined/quarantines)\n", b->quarantined, b->quarantines);
    for (unsigned i = 0; i < COUNTER_COUNT; i++)
        if (!has_number(i))
            fprintf(out, "Counter:  %llu (%s)\n", (unsigned long long)scoreboard_sum(b, i),
                    counters[i]);
}

static void print_plugin_counters(const struct scoreboard *b, FILE *out,
                                  void (*print)(const struct plugin_counter *, FILE *))
{
    struct plugin_counter counter;
    for (unsigned i = 0; i < SCOREBOARD_COUNTERS; i++)
        if (scoreboard_declared(b, i, &counter))
            print(&counter, out);
}

static void print_human_counter(const struct plugin_counter *c, FILE *out)
{
    fprintf(out, "Counter:  %llu (%s %s)\n", (unsigned long long)c->value, c->label, c->name);
}

static void print_flat_counter(const struct plugin_counter *c, FILE *out)
{
    fprintf(out, "plugins.%s.%s: %llu\n", c->label, c->name, (unsigned long long)c->value);
}

static void print_human(const struct scoreboard *b, int64_t now, FILE *out)
{
    char uptime[64];
    format_uptime(uptime, sizeof uptime, clock_between(b->start, now), " ");
    fprintf(out, "Version:      %s\n", PACKAGE_VERSION);
    fprintf(out, "Compile date: %s\n", __DATE__ " " __TIME__);
    fprintf(out, "Dump time:    %s\n", time_text(now));
    fprintf(out, "Start time:   %s\n", time_text(b->start));
    fprintf(out, "Restart time: %s\n", time_text(b->restart));
    fprintf(out, "Last crash:   %s\n", time_text(b->last_crash));
    fprintf(out, "Last BUG:     %s\n", time_text(b->last_bug));
    fprintf(out, "Uptime:   %s\n", uptime);
    print_resources(out);
    fprintf(out, "Children: %u/%u/%u/%u (current/max/crashed/bugs)\n", scoreboard_sessions(b),
            b->sessions_max, b->crashes, b->bugs);
    print_human_numbers(b, out);
    print_plugin_counters(b, out, print_human_counter);
    fprintf(out, "\n%6s %-14s %-8s %-5s %-5s %-15s %-15s %4s %8s %8s %7s %s\n", "slot", "pid",
            "state", "flags", "time", "source", "target", "trns", "cli_rx", "srv_rx", "kbps",
            "ident");
}

static void print_flat(const struct scoreboard *b, int64_t now, FILE *out)
{
    char uptime[64];
    format_uptime(uptime, sizeof uptime, clock_between(b->start, now), " ");
    fprintf(out, "version: %s\n", PACKAGE_VERSION);
    fprintf(out, "time.dump.unix: %lld\n", (long long)now);
    fprintf(out, "time.dump.string: %s\n", time_text(now));
    fprintf(out, "time.start.unix: %lld\n", (long long)b->start);
    fprintf(out, "time.start.string: %s\n", time_text(b->start));
    fprintf(out, "time.restart.unix: %lld\n", (long long)b->restart);
    fprintf(out, "time.restart.string: %s\n", time_text(b->restart));
    fprintf(out, "uptime.ticks: %lld\n", (long long)clock_between(b->start, now));
    fprintf(out, "uptime.string: %s\n", uptime);
    print_resources(out);
    fprintf(out, "children.current: %u\n", scoreboard_sessions(b));
    fprintf(out, "children.max: %u\n", b->sessions_max);
    fprintf(out, "children.crashes: %u\n", b->crashes);
    fprintf(out, "children.crash_last: %lld\n", (long long)b->last_crash);
    fprintf(out, "children.bugs: %u\n", b->bugs);
    fprintf(out, "children.bug_last: %lld\n", (long long)b->last_bug);
    for (unsigned i = 0; i < NUMBERS; i++)
        fprintf(out, "%s: %llu\n", numbers[i].key, value_of(b, i));
    fprintf(out, "plugins.quarantined: %u\n", b->quarantined);
    fprintf(out, "plugins.quarantines: %u\n", b->quarantines);
    for (unsigned i = 0; i < COUNTER_COUNT; i++)
        fprintf(out, "counters.%s: %llu\n", counters[i], (unsigned long long)scoreboard_sum(b, i));
    print_plugin_counters(b, out, print_flat_counter);
}

/* v4-mapped addresses as IPv4; the unknown address as "-". */
static const char *address_text(const struct in6_addr *a, char *text)
{
    if (IN6_IS_ADDR_UNSPECIFIED(a))
        return "-";
    if (IN6_IS_ADDR_V4MAPPED(a))
        return inet_ntop(AF_INET, &a->s6_addr[12], text, INET6_ADDRSTRLEN);
    return inet_ntop(AF_INET6, a, text, INET6_ADDRSTRLEN);
}

static char flag_of(const struct session_slot *s)
{
    const char flag = s->auth;
    return flag > ' ' && flag <= '~' ? flag : '.';
}

/* What the client's machine, or another's, calls its user. */
static const char *ident_text(const struct session_slot *s, char *text)
{
    size_t n = 0;
    for (char c; n < sizeof s->ident - 1 && (c = s->ident[n]) != '\0'; n++)
        text[n] = c >= ' ' && c <= '~' ? c : '?';
    text[n] = '\0';
    return text;
}

static void print_human_slot(unsigned i, const struct session_slot *s, int64_t now, FILE *out)
{
    char source[INET6_ADDRSTRLEN], target[INET6_ADDRSTRLEN], ident[sizeof s->ident];
    const long long age = clock_between(s->start, now);
    const double kbps = age > 0 ? (double)s->from_client * 8 / 1024 / (double)age : 0;
    fprintf(out, "%6u %-14llu %-8s %-5c %02lld:%02lld %-15s %-15s %4u %8llu %8llu %7.1f %s\n", i,
            (unsigned long long)s->id, activity_name(s->activity), flag_of(s), age / 60, age % 60,
            address_text(&s->client, source), address_text(&s->server, target), s->transactions,
            (unsigned long long)s->from_client, (unsigned long long)s->from_server, kbps,
            ident_text(s, ident));
}

static void print_flat_slot(unsigned i, const struct session_slot *s, int64_t now, FILE *out)
{
    char source[INET6_ADDRSTRLEN];
    (void)now;
    fprintf(out, "slot.%u.pid: %llu\n", i, (unsigned long long)s->id);
    fprintf(out, "slot.%u.start.unix: %lld\n", i, (long long)s->start);
    fprintf(out, "slot.%u.start.string: %s\n", i, time_text(s->start));
    fprintf(out, "slot.%u.state: %s\n", i, activity_name(s->activity));
    fprintf(out, "slot.%u.src.ip: %s\n", i, address_text(&s->client, source));
    fprintf(out, "slot.%u.flags: %c\n", i, flag_of(s));
}

static void print_slots(const struct scoreboard *b, int64_t now, FILE *out,
                        void (*print)(unsigned, const struct session_slot *, int64_t, FILE *))
{
    unsigned high = atomic_load(&b->slots_high);
    for (unsigned i = 0; i < high && i < SCOREBOARD_SESSIONS; i++)
        if (atomic_load(&b->slots[i].owner) != 0)
            print(i, &b->slots[i], now, out);
}

static void print_state(int type, const struct scoreboard *b, FILE *out)
{
    const int64_t now = time(NULL);
    const bool flat = type == FLAT || type == FLAT_SLOTS;
    if (flat)
        print_flat(b, now, out);
    else
        print_human(b, now, out);
    if (type == HUMAN_SLOTS || type == FLAT_SLOTS)
        print_slots(b, now, out, flat ? print_flat_slot : print_human_slot);
}

/* -1 where none is asked for. */
static gid_t group_of(const struct core *core)
{
    const char *name = core->statefile_group;
    const struct group *g = name && *name ? getgrnam(name) : NULL;
    if (g)
        return g->gr_gid;
    return name && *name ? (gid_t)strtoul(name, NULL, 10) : (gid_t)-1;
}

static bool write_to(const char *path, const struct core *core, const struct scoreboard *board)
{
    unlink(path); /* what an earlier master left; never written through */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
        return false;
    bool ok = fchown(fd, (uid_t)-1, group_of(core)) == 0 && fchmod(fd, core->statefile_perm) == 0;
    print_state(core->statefile_type, board, out);
    ok = ok && !ferror(out);
    return fclose(out) == 0 && ok;
}

void statefile_write(const struct core *core, const struct scoreboard *board)
{
    if (!core->statefile || !*core->statefile)
        return;
    char *fresh = xasprintf("%s.tmp", core->statefile);
    path_make_parent(fresh);
    if (!write_to(fresh, core, board) || rename(fresh, core->statefile) < 0)
        log_note(LOG_ERR, "cannot write the statefile %s: %s", core->statefile, strerror(errno));
    free(fresh);
}

#define SUM(counter) (unsigned long long)scoreboard_sum(b, COUNTER_##counter)

void statefile_farewell(const struct scoreboard *b)
{
    char uptime[64];
    char *text;
    format_uptime(uptime, sizeof uptime, clock_between(b->start, time(NULL)), "");
    text =
        xasprintf("uptime=%s maxchildren=%u crash=%u@%lld bugs=%u@%lld found=%llu/%llu/%llu/%llu "
                  "requests=%llu/%llu/%llu rejects=%llu/%llu/%llu/%llu/%llu/%llu/%llu/%llu",
                  uptime, b->sessions_max, b->crashes, (long long)b->last_crash, b->bugs,
                  (long long)b->last_bug, SUM(found_virus), SUM(found_spam), SUM(found_noauth),
                  SUM(found_spf), SUM(requests_total), SUM(requests_direct), SUM(requests_empty),
                  SUM(rejects_host), SUM(rejects_ident), SUM(rejects_lock), SUM(rejects_dnsbl),
                  SUM(found_regex), SUM(rejects_rate), SUM(rejects_ratelimit), SUM(rejects_other));
    log_event_as(LOG_NOTICE, 0, text, "EXIT",
                 "uptime=%s, maxchildren=%u, crashes=%u, requests=%llu", uptime, b->sessions_max,
                 b->crashes, SUM(requests_total));
    free(text);
}
