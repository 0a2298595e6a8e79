/* Many random sessions side by side.
 *
 *   campaign [seed=N] [parallel=N] [only=SESSION] [from=SESSION]
 *
 * Prints "mta PORT", then obeys lines on its input: "daemon PORT" says where
 * the daemon is, "run N" makes the next N sessions and prints the figures,
 * "idle" waits until the MTA has no connection any more.  The exit status is 1
 * if there was a complaint.  only= makes one session and prints its dialogue. */
#include "loop.h"
#include "oracle.h"
#include <inttypes.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static unsigned parallel = 150, next_session = 1;
static uint16_t daemon_port;

static void run(unsigned count)
{
    unsigned started = 0, before = tally.sessions;
    while (tally.sessions - before < count) {
        while (started < count && started - (tally.sessions - before) < parallel) {
            client_start(next_session++, daemon_port);
            started++;
        }
        loop_turn();
    }
}

static void wait_idle(void)
{
    static const struct session nobody = {0};
    time_t end = time(NULL) + 30;
    while (sink_open > 0 && time(NULL) < end)
        loop_turn();
    if (sink_open > 0)
        complain(&nobody, "the daemon keeps %u connections to the MTA", sink_open);
    if (tally.fake_greetings > tally.banner_faults)
        complain(&nobody, "%u greetings of the daemon's own for %u faults of the MTA",
                 tally.fake_greetings, tally.banner_faults);
}

static void print_figures(void)
{
    printf("sessions=%u complaints=%u completed=%u bytes=%" PRIu64
           " marked_refused=%u bare_cr_refused=%u takeovers=%u farewells=%u mta_faults=%u"
           " banner_faults=%u client_faults=%u resets=%u\n",
           tally.sessions, tally.complaints, tally.completed, tally.bytes, tally.refused_marked,
           tally.refused_cr, tally.taken_over, tally.farewells, tally.faults, tally.banner_faults,
           tally.left, tally.resets);
    fflush(stdout);
}

static void obey(const char *line)
{
    unsigned n = 0;
    if (sscanf(line, "daemon %u", &n) == 1)
        daemon_port = (uint16_t)n;
    else if (sscanf(line, "run %u", &n) == 1)
        run(n);
    else
        wait_idle();
    print_figures();
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
        else if (strncmp(argv[i], "only=", 5) == 0) {
            next_session = (unsigned)n;
            tracing = true;
        }
    }
}

int main(int argc, char **argv)
{
    char line[128];
    campaign_seed = (uint64_t)time(NULL) * 1000003u % 1000000007u;
    parse(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    fprintf(stderr, "campaign: seed=%" PRIu64 "\n", campaign_seed);
    loop_init();
    printf("mta %u\n", sink_listen());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin))
        obey(line);
    return tally.complaints > 0;
}
