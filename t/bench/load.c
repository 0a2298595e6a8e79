/* The bench's client: many SMTP sessions side by side in one epoll loop.
 *
 *   load HOST PORT [sessions=N] [parallel=N] [mails=N] [size=BYTES] [pipelined=1]
 *        [first=NUMBER] [added=1] [addresses=N] [dialogue=mail|hello|idle|locked]
 *
 * See client.h.  Prints one line of what was measured, NAME=VALUE each, and exits 1
 * when a message was lost or altered, or a session went another way than planned.
 * Idle sessions stay open, once the word "idle" has been printed, until stdin ends. */
#include "client.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define PATIENCE_MS 60000

static struct plan plan = {
    .sessions = 100, .parallel = 20, .mails = 1, .size = 4096, .addresses = 1};
static struct outcome outcome;
static int set;

static const char *const dialogues[] = {"mail", "hello", "idle", "locked"};

static const struct {
    const char *name;
    unsigned *value;
} numbers[] = {
    {"sessions", &plan.sessions},   {"parallel", &plan.parallel},   {"mails", &plan.mails},
    {"size", &plan.size},           {"first", &plan.first},         {"added", &plan.added},
    {"addresses", &plan.addresses}, {"pipelined", &plan.pipelined},
};

static bool parse_dialogue(const char *name)
{
    for (unsigned i = 0; i < sizeof dialogues / sizeof *dialogues; i++)
        if (strcmp(name, dialogues[i]) == 0) {
            plan.dialogue = i;
            return true;
        }
    return false;
}

static bool parse_option(char *option)
{
    char *value = strchr(option, '=');
    if (!value)
        return false;
    *value++ = '\0';
    if (strcmp(option, "dialogue") == 0)
        return parse_dialogue(value);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(option, numbers[i].name) == 0) {
            *numbers[i].value = (unsigned)strtoul(value, NULL, 10);
            return true;
        }
    return false;
}

static void parse(int argc, char **argv)
{
    plan.server.sin_family = AF_INET;
    bool good = argc >= 3 && inet_pton(AF_INET, argv[1], &plan.server.sin_addr) == 1;
    if (good)
        plan.server.sin_port = htons((uint16_t)atoi(argv[2]));
    for (int i = 3; good && i < argc; i++)
        good = parse_option(argv[i]);
    if (!good) {
        fprintf(stderr, "usage: load HOST PORT [NAME=VALUE ...], see t/bench/load.c\n");
        exit(2);
    }
}

/* Another one in the place of a session that is over, or beside one that is idle. */
static void replace(struct client *c)
{
    if (outcome.started >= plan.sessions)
        return;
    client_begin(plan.dialogue == IDLE ? c - c->serial + outcome.started : c, set, &plan, &outcome);
}

static bool all_there(void)
{
    return outcome.ended + outcome.idle >= plan.sessions;
}

static void run(struct client *clients)
{
    struct epoll_event events[256];
    for (unsigned i = 0; i < plan.parallel && i < plan.sessions; i++)
        client_begin(&clients[i], set, &plan, &outcome);
    while (!all_there()) {
        int n = epoll_wait(set, events, 256, PATIENCE_MS);
        if (n == 0) {
            fprintf(stderr, "load: nothing happened for %d s\n", PATIENCE_MS / 1000);
            return;
        }
        for (int i = 0; i < n; i++)
            if (!client_event(events[i].data.ptr, events[i].events))
                replace(events[i].data.ptr);
    }
}

static int by_size(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return x < y ? -1 : x > y;
}

static void print_latency(const char *name, unsigned *values)
{
    unsigned n = outcome.accepted;
    qsort(values, n, sizeof *values, by_size);
    printf(" %s_p50=%u %s_p99=%u", name, n ? values[n / 2] : 0, name,
           n ? values[n - 1 - n / 100] : 0);
}

static void wait_for_stdin(void)
{
    char byte;
    printf("idle\n");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    letters_prepare(letter_lines(plan.size));
    size_t mails = (size_t)plan.sessions * plan.mails + 1;
    outcome.mail = calloc(mails, sizeof *outcome.mail);
    outcome.final = calloc(mails, sizeof *outcome.final);
    struct client *clients =
        calloc(plan.dialogue == IDLE ? plan.sessions : plan.parallel, sizeof *clients);
    if (!outcome.mail || !outcome.final || !clients)
        abort();
    set = epoll_create1(0);
    long long begun = now_us();
    run(clients);
    printf("us=%lld accepted=%u failed=%u", now_us() - begun, outcome.accepted,
           outcome.failed + (all_there() ? 0 : plan.sessions - outcome.ended - outcome.idle));
    print_latency("mail", outcome.mail);
    print_latency("final", outcome.final);
    printf("\n");
    if (plan.dialogue == IDLE && outcome.failed == 0 && all_there())
        wait_for_stdin();
    free(clients);
    unsigned expected = plan.dialogue == MAIL_IT ? plan.sessions * plan.mails : 0;
    return outcome.failed == 0 && all_there() && outcome.accepted == expected ? 0 : 1;
}
