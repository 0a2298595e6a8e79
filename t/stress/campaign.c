/* Many random sessions side by side.
 *
 *   campaign [seed=N] [parallel=N] [only=SESSION] [from=SESSION] [slow=N] [dying=1]
 *
 * Prints "mta PORT", then obeys lines on its input, and prints the figures
 * behind each:
 *
 *   daemon PORT      where the daemon is
 *   run N            makes the next N sessions, to their end
 *   start N          makes them while it goes on listening
 *   figures          nothing but that
 *   cut-off PORT…    the worker of these clients will be killed
 *   allow EXCUSE     fire.h; forbid EXCUSE
 *   mta gone         nobody listens where the MTA was; mta here: it is back
 *   idle             waits until the MTA has no connection any more
 *
 * The exit status is 1 if there was a complaint.  only= makes one session and
 * prints its dialogue; slow=N makes one in N slow, dying=1 the MTAs die. */
#include "fire.h"
#include "mta.h"
#include "oracle.h"
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static unsigned parallel = 150, next_session = 1, wanted, started;
static uint16_t daemon_port;

/* As many of the wanted sessions as may go side by side. */
static void feed(void)
{
    while (started < wanted && started - tally.sessions < parallel) {
        client_start(next_session++, daemon_port);
        started++;
    }
}

static void run(const char *count)
{
    wanted += (unsigned)strtoul(count, NULL, 10);
    while (tally.sessions < wanted) {
        feed();
        loop_turn();
    }
}

static void wait_idle(const char *nothing)
{
    (void)nothing;
    static const struct session nobody = {0};
    time_t end = time(NULL) + 30;
    while (sink_open > 0 && time(NULL) < end)
        loop_turn();
    if (sink_open > 0)
        complain(&nobody, "the daemon keeps %u connections to the MTA", sink_open);
    if (tally.own_greetings > tally.banner_faults)
        complain(&nobody, "%u greetings of the daemon's own for %u faults of the MTA",
                 tally.own_greetings, tally.banner_faults);
}

static void print_deaths(void)
{
    for (unsigned stage = 0; temper.dying && stage <= KINDS; stage++)
        for (unsigned way = 0; mta_stages[stage] && way < WAYS_TO_DIE; way++)
            printf(" died_%s_%s=%u", mta_stages[stage], mta_ways[way], mta_deaths[stage][way]);
}

static void print_figures(void)
{
    printf("sessions=%u complaints=%u completed=%u bytes=%" PRIu64
           " marked_refused=%u bare_cr_refused=%u takeovers=%u farewells=%u mta_faults=%u"
           " banner_faults=%u client_faults=%u resets=%u"
           " cut_off=%u adrift=%u windows=%u unheard=%u unchecked=%u undialled=%u",
           tally.sessions, tally.complaints, tally.completed, tally.bytes, tally.refused_marked,
           tally.refused_cr, tally.taken_over, tally.farewells, tally.faults, tally.banner_faults,
           tally.left, tally.resets, tally.cut_off, tally.adrift, tally.windows, tally.unheard,
           fire_excused(EXCUSE_CHECK), fire_excused(EXCUSE_DIAL));
    print_deaths();
    putchar('\n');
    fflush(stdout);
}

/* ---- orders ---- */

static void set_daemon(const char *port)
{
    daemon_port = (uint16_t)strtoul(port, NULL, 10);
}

static void begin(const char *count)
{
    wanted += (unsigned)strtoul(count, NULL, 10);
}

static void cut_off(const char *ports)
{
    for (char *end; *ports; ports = end) {
        sessions_cut_off((unsigned)strtoul(ports, &end, 10));
        if (end == ports)
            return;
    }
}

static void allow(const char *excuse)
{
    if (!fire_allow(excuse))
        exit(2);
}

static void forbid(const char *excuse)
{
    if (!fire_forbid(excuse))
        exit(2);
}

static void mta(const char *what)
{
    if (strcmp(what, "gone") == 0)
        sink_gone();
    else
        sink_here();
}

static void nothing(const char *more)
{
    (void)more;
}

static const struct {
    const char *word;
    void (*obey)(const char *more);
} orders[] = {{"daemon", set_daemon}, {"run", run},         {"start", begin},
              {"idle", wait_idle},    {"cut-off", cut_off}, {"allow", allow},
              {"forbid", forbid},     {"mta", mta},         {"figures", nothing}};

static void obey(char *line)
{
    line[strcspn(line, "\n")] = '\0';
    size_t word = strcspn(line, " ");
    const char *more = line[word] ? line + word + 1 : "";
    line[word] = '\0';
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (strcmp(orders[i].word, line) == 0)
            orders[i].obey(more);
    print_figures();
}

/* False: nobody orders any more.  While sessions are under way they are not kept waiting. */
static bool take_orders(void)
{
    static char line[65536];
    struct pollfd in = {.fd = 0, .events = POLLIN};
    bool busy = tally.sessions < wanted || sink_open > 0;
    if (poll(&in, 1, busy ? 0 : -1) <= 0)
        return true;
    if (!fgets(line, sizeof line, stdin))
        return false;
    obey(line);
    return true;
}

static void parse(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = strchr(argv[i], '=');
        unsigned long long n = value ? strtoull(value + 1, NULL, 10) : 0;
        if (strncmp(argv[i], "seed=", 5) == 0)
            campaign_seed = n;
        else if (strncmp(argv[i], "parallel=", 9) == 0)
            parallel = (unsigned)n;
        else if (strncmp(argv[i], "from=", 5) == 0)
            next_session = (unsigned)n;
        else if (strncmp(argv[i], "slow=", 5) == 0)
            temper.slow = (unsigned)n;
        else if (strncmp(argv[i], "dying=", 6) == 0)
            temper.dying = n > 0;
        else if (strncmp(argv[i], "only=", 5) == 0) {
            next_session = (unsigned)n;
            tracing = true;
        }
    }
}

int main(int argc, char **argv)
{
    campaign_seed = (uint64_t)time(NULL) * 1000003u % 1000000007u;
    parse(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    fprintf(stderr, "campaign: seed=%" PRIu64 "\n", campaign_seed);
    loop_init();
    setvbuf(stdin, NULL, _IONBF, 0); /* nothing hides from poll() */
    printf("mta %u\n", sink_listen());
    fflush(stdout);
    while (take_orders()) {
        feed();
        loop_turn();
    }
    return tally.complaints > 0;
}
