/* Every hostile dialogue, through the daemon, to every careless MTA: what an MTA takes
 * as envelope and message is what the checks have let pass.
 *
 *   dialect NOTARY-FILE [key=number …]
 *   dialect names                       the number of each dialogue's first case
 *
 *   case=N     this one only
 *   real=1     the daemon leads to another MTA, which others will ask what it got
 *   parallel=N
 *
 * Prints "mta PORT" and waits for a line "daemon PORT" on its input; the figures are its
 * last line.  The exit status is 1 if there was a complaint. */
#include "../stress/loop.h"
#include "careless.h"
#include "hostile.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* After QUIET_MS nothing more will be answered, and after PATIENCE_MS the MTA and the
 * daemon each wait for the other, as some dialogues make them. */
enum { QUIET_MS = 150, PATIENCE_MS = 2500, ROWS = 20000, KEY = 4096, MOST_HOSTILES = 200 };

static struct {
    unsigned only, real, parallel;
} my = {.only = ~0u, .parallel = 1000};

static struct {
    unsigned cases, taken, honest, complaints;
} figures;

/* ---- what was passed, what was taken ---- */

struct row {
    char *key;
    unsigned number; /* of the case */
};
static struct row taken[ROWS];
static char *passed[ROWS];
static unsigned taken_count, passed_count;
static bool arrived[ROWS]; /* by case */

static const struct hostile *hostile_of(unsigned number)
{
    return &hostiles[number / DIALECTS / PACES % hostile_count];
}

/* Of each dialogue before each MTA the first is shown. */
static void complain(unsigned number, const char *what, const char *more)
{
    static bool shown[MOST_HOSTILES][DIALECTS];
    bool *once = &shown[number / DIALECTS / PACES % hostile_count][number % DIALECTS];
    figures.complaints++;
    if (*once)
        return;
    *once = true;
    fprintf(stderr, "# case %u, %s, %s, before an MTA with %s: %s %s\n", number,
            hostile_of(number)->name, pace_names[number / DIALECTS % PACES],
            dialects[number % DIALECTS].reading.name, what, more);
}

void dialect_taken(unsigned number, const char *what)
{
    if (taken_count == ROWS)
        abort();
    taken[taken_count++] = (struct row){strdup(what), number};
    arrived[number % ROWS] = true;
}

void dialect_told(unsigned number, const char *line)
{
    complain(number, "the MTA is told", line);
}

/* The notary's "<sender> said hash  recipients". */
static void read_notary(FILE *notary)
{
    char line[KEY], from[KEY], said[16], hash[20], to[KEY], key[KEY * 3];
    while (fgets(line, sizeof line, notary)) {
        if (sscanf(line, "%s %15s %19s %s", from, said, hash, to) != 4)
            complain(0, "the checks wrote", line);
        else if (strcmp(said, "passed") == 0 && passed_count < ROWS) {
            snprintf(key, sizeof key, "%s %s %s", from, to, hash);
            passed[passed_count++] = strdup(key);
        }
    }
}

/* Each is used once. */
static bool was_passed(const char *key)
{
    for (unsigned i = 0; i < passed_count; i++)
        if (passed[i] && strcasecmp(passed[i], key) == 0) {
            free(passed[i]);
            passed[i] = NULL;
            return true;
        }
    return false;
}

static void judge(void)
{
    for (unsigned i = 0; i < taken_count; i++)
        if (!was_passed(taken[i].key))
            complain(taken[i].number, "no check has let pass", taken[i].key);
    figures.taken = taken_count;
}

/* ---- the client ---- */

struct client {
    struct endpoint e;
    unsigned number;
    struct bytes text;
    size_t sent;
    uint64_t moved;
    bool shut;
};
static unsigned clients_open;

static enum pace pace_of(const struct client *c)
{
    return (enum pace)(c->number / DIALECTS % PACES);
}

static void quit(struct client *c)
{
    bytes_finish(&c->text);
    clients_open--;
    loop_close(&c->e, false);
}

/* Up to the next place to wait; that itself. */
static size_t next_piece(const struct client *c)
{
    size_t n = 0;
    while (c->sent + n < c->text.n && c->text.p[c->sent + n] != '~')
        n++;
    return n > 1 && pace_of(c) == PACE_BYTES ? 1 : n;
}

static void send_piece(struct client *c)
{
    size_t n = next_piece(c);
    if (n > 0)
        c->sent += loop_write(&c->e, c->text.p + c->sent, n);
    if (c->sent < c->text.n && c->text.p[c->sent] != '~')
        loop_again(&c->e);
    c->moved = loop_now();
}

static bool is_quiet(const struct client *c)
{
    return loop_now() - c->moved >= QUIET_MS;
}

/* All said, and nothing more is answered: it sends no more, and waits for the end. */
static void go_on(struct client *c)
{
    if (c->sent == c->text.n) {
        if (!c->shut && is_quiet(c)) {
            shutdown(c->e.fd, SHUT_WR);
            c->moved = loop_now();
            c->shut = true;
        }
        return;
    }
    if (c->text.p[c->sent] == '~') {
        if (!is_quiet(c))
            return;
        c->sent++;
    }
    if (c->e.writable)
        send_piece(c);
}

static void client_turn(struct endpoint *e)
{
    static char room[16384];
    struct client *c = (struct client *)e;
    ssize_t n = e->readable ? loop_read(e, room, sizeof room) : -1;
    if (n > 0) {
        c->moved = loop_now();
        loop_again(e);
    }
    if (n == 0 || n == -2) {
        quit(c);
        return;
    }
    if (c->shut && loop_now() - c->moved > PATIENCE_MS)
        quit(c);
    else
        go_on(c);
}

static void never_wait(struct bytes *text)
{
    size_t n = 1; /* the banner is waited for */
    for (size_t i = 1; i < text->n; i++)
        if (text->p[i] != '~')
            text->p[n++] = text->p[i];
    text->n = n;
}

static void begin(unsigned number, uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)) {
        perror("dialect: connect");
        exit(2);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct client *c = calloc(1, sizeof *c);
    loop_add(&c->e, fd, client_turn);
    c->number = number;
    c->moved = loop_now();
    bytes_text(&c->text, "~");
    hostile_text(hostile_of(number), number, &c->text);
    if (pace_of(c) == PACE_AT_ONCE)
        never_wait(&c->text);
    clients_open++;
}

/* ---- all of them ---- */

/* An MTA that cannot be told what is honest: it never says 354. */
static bool is_hopeless(unsigned number)
{
    return dialects[number % DIALECTS].data_250;
}

static void count_honest(unsigned number)
{
    figures.cases++;
    if (my.real || !hostile_of(number)->honest || is_hopeless(number))
        return;
    figures.honest++;
    if (!arrived[number])
        complain(number, "an honest message did not arrive", "");
}

static void run(uint16_t port, FILE *notary)
{
    const unsigned all = hostile_count * PACES * DIALECTS, step = my.real ? DIALECTS : 1;
    const unsigned first = my.only < all ? my.only : 0, end = my.only < all ? my.only + 1 : all;
    for (unsigned number = first; number < end; number += step) {
        begin(number, port);
        while (clients_open >= my.parallel)
            loop_turn();
    }
    while (clients_open > 0 || careless_open > 0)
        loop_turn();
    read_notary(notary);
    judge();
    for (unsigned number = first; number < end; number += step)
        count_honest(number);
}

/* A session has two descriptors here. */
static void have_descriptors(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void parse(int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        unsigned n = (unsigned)strtoul(argv[i] + strcspn(argv[i], "=") + 1, NULL, 10);
        if (strncmp(argv[i], "case=", 5) == 0)
            my.only = n;
        else if (strncmp(argv[i], "real=", 5) == 0)
            my.real = n;
        else if (strncmp(argv[i], "parallel=", 9) == 0)
            my.parallel = n;
    }
}

static int print_names(void)
{
    for (unsigned i = 0; i < hostile_count; i++)
        printf("%u %s\n", i * PACES * DIALECTS, hostiles[i].name);
    return 0;
}

int main(int argc, char **argv)
{
    char line[64];
    unsigned port;
    if (argc == 2 && strcmp(argv[1], "names") == 0)
        return print_names();
    FILE *notary = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!notary) {
        fprintf(stderr, "usage: dialect NOTARY-FILE [key=value…]\n");
        return 2;
    }
    parse(argc, argv);
    have_descriptors();
    signal(SIGPIPE, SIG_IGN);
    loop_init();
    printf("mta %u\n", careless_listen());
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin) || sscanf(line, "daemon %u", &port) != 1)
        return 2;
    run((uint16_t)port, notary);
    printf("cases=%u taken=%u honest=%u complaints=%u\n", figures.cases, figures.taken,
           figures.honest, figures.complaints);
    return figures.complaints > 0;
}
