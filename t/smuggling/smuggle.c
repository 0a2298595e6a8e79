/* The matrix live.
 *
 *   smuggle NOTARY-FILE [key=number …]
 *
 *   stride=N    every Nth case only (default 1)
 *   from=N      beginning with case N
 *   count=N     at most N of them
 *   reject=1    the daemon has bare_newline = reject
 *   header=1    it adds a header
 *   passing=1   only look-alikes that may pass: no bare CR
 *   real=1      the daemon leads to another MTA, which others will ask what it got
 *   model=N     the MTA reads like this one (default: all in turn)
 *   parallel=N
 *
 * Prints "mta PORT" and waits for a line "daemon PORT" on its input; the figures are
 * its last line.  The exit status is 1 if there was a complaint. */
#include "talk.h"
#include "models.h"
#include <signal.h>
#include <time.h>

enum { BATCH = 20000, IDLE_SECONDS = 60 };

static struct {
    unsigned stride, from, count, model, parallel, reject, header, passing, real;
} my = {.stride = 1, .count = CASES, .model = MODELS, .parallel = 100};

static const struct {
    const char *name;
    unsigned *value;
} keys[] = {{"stride", &my.stride}, {"from", &my.from},         {"count", &my.count},
            {"model", &my.model},   {"parallel", &my.parallel}, {"reject", &my.reject},
            {"header", &my.header}, {"passing", &my.passing},   {"real", &my.real}};

static void settle(unsigned most)
{
    while (clients_open > most)
        loop_turn();
}

static void wait_idle(void)
{
    time_t end = time(NULL) + IDLE_SECONDS;
    settle(0);
    while (mta_open > 0 && time(NULL) < end)
        loop_turn();
    if (mta_open > 0)
        complain(NULL, "%u connections are never closed", mta_open);
}

static bool has_bare_cr(const struct look_alike *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->p[i] == '\r' && (i + 1 == l->n || l->p[i + 1] != '\n'))
            return true;
    return false;
}

static void run(uint16_t port, FILE *notary)
{
    unsigned begun = 0;
    for (unsigned n = my.from; n < CASES && begun < my.count; n += my.stride) {
        struct talk *t = calloc(1, sizeof *t);
        if (!case_make(n, &t->plan) || (my.passing && has_bare_cr(&t->plan.look))) {
            free(t);
            continue;
        }
        judge_begin(t);
        client_start(t, !my.reject, my.real, port);
        begun++;
        settle(my.parallel);
        if (begun % BATCH == 0) {
            wait_idle();
            judge_batch(notary, my.real);
        }
    }
    wait_idle();
    judge_batch(notary, my.real);
}

static void parse(int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        size_t n = strcspn(argv[i], "=");
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            if (strlen(keys[k].name) == n && strncmp(keys[k].name, argv[i], n) == 0)
                *keys[k].value = (unsigned)strtoul(argv[i] + n + 1, NULL, 10);
    }
}

int main(int argc, char **argv)
{
    char line[64];
    unsigned port;
    FILE *notary = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!notary) {
        fprintf(stderr, "usage: smuggle NOTARY-FILE [key=value…]\n");
        return 2;
    }
    parse(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    loop_init();
    mta_reads(my.model, my.header);
    printf("mta %u\n", mta_listen());
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin) || sscanf(line, "daemon %u", &port) != 1)
        return 2;
    run((uint16_t)port, notary);
    printf("cases=%u messages=%u refused=%u flawed=%u loose=%u complaints=%u\n", figures.cases,
           figures.messages, figures.refused, figures.flawed, figures.loose, figures.complaints);
    return figures.complaints > 0;
}
