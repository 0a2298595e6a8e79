/* The scoreboard: slots, limits, the index, and what is left of a worker that
 * was killed at any instant. */
#include "unit.h"

#include "../../daemon/base/scoreboard.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Pids nobody has: claims are made in the name of workers that do not run. */
enum { ANN = 1 << 23, BOB };

static struct scoreboard *fresh(void)
{
    int fd;
    struct scoreboard *b = scoreboard_create(&fd);
    assert_non_null(b);
    close(fd);
    return b;
}

static void done(struct scoreboard *b)
{
    munmap(b, sizeof *b);
}

static struct in6_addr v4(unsigned char last)
{
    struct in6_addr a = {0};

    a.s6_addr[10] = a.s6_addr[11] = 0xff;
    a.s6_addr[12] = 10;
    a.s6_addr[15] = last;
    return a;
}

static struct session_slot *open_session(struct scoreboard *b, pid_t pid, unsigned char client,
                                         const char *ident)
{
    struct session_slot *s = scoreboard_claim_session(b, pid, 1000);

    assert_non_null(s);
    s->client = v4(client);
    strncpy(s->ident, ident, sizeof s->ident - 1);
    scoreboard_index(b, s);
    return s;
}

static unsigned owned_slots(const struct scoreboard *b)
{
    unsigned count = 0;

    for (unsigned i = 0; i < SCOREBOARD_SESSIONS; i++)
        count += b->slots[i].owner || b->hash[i] || b->upstream[i];
    return count;
}

static void gives_clean_slots(void **state)
{
    struct scoreboard *b = fresh();
    struct session_slot *s;

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    s = open_session(b, ANN, 1, "ident");
    s->transactions = 7;
    s->auth = 'A';
    scoreboard_release_session(b, s);
    assert_ptr_equal(scoreboard_claim_session(b, ANN, 10), s);
    assert_int_equal(s->owner, ANN);
    assert_int_equal(s->transactions, 0);
    assert_int_equal(s->auth, '.');
    assert_string_equal(s->ident, "");
    done(b);
}

static void keeps_the_limit(void **state)
{
    struct scoreboard *b = fresh();
    struct session_slot *s;

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    scoreboard_claim_worker(b, BOB, 1, 1);
    s = scoreboard_claim_session(b, ANN, 2);
    assert_non_null(scoreboard_claim_session(b, BOB, 2));
    assert_null(scoreboard_claim_session(b, ANN, 2));
    assert_null(scoreboard_claim_session(b, BOB, 2));
    assert_int_equal(scoreboard_sessions(b), 2);
    scoreboard_release_session(b, s);
    assert_non_null(scoreboard_claim_session(b, BOB, 2));
    assert_int_equal(b->sessions_max, 2);
    done(b);
}

static void wants_a_worker(void **state)
{
    struct scoreboard *b = fresh();

    (void)state;
    assert_null(scoreboard_claim_session(b, ANN, 10));
    done(b);
}

static void takes_the_lowest_again(void **state)
{
    struct scoreboard *b = fresh();
    struct session_slot *s[50];

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    for (unsigned turn = 0; turn < 3; turn++) {
        for (unsigned i = 0; i < COUNT(s); i++)
            s[i] = scoreboard_claim_session(b, ANN, 100);
        for (unsigned i = 0; i < COUNT(s); i++)
            scoreboard_release_session(b, s[i]);
    }
    assert_int_equal(b->slots_high, COUNT(s));
    done(b);
}

static void uses_every_slot(void **state)
{
    struct scoreboard *b = fresh();

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    for (unsigned i = 0; i < SCOREBOARD_SESSIONS; i++)
        assert_non_null(scoreboard_claim_session(b, ANN, SCOREBOARD_SESSIONS));
    assert_null(scoreboard_claim_session(b, ANN, SCOREBOARD_SESSIONS));
    scoreboard_release_session(b, &b->slots[77777]);
    assert_ptr_equal(scoreboard_claim_session(b, ANN, SCOREBOARD_SESSIONS), &b->slots[77777]);
    done(b);
}

/* Another process released it, so it is not on our stack. */
static void finds_what_others_released(void **state)
{
    struct scoreboard *b = fresh();

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    scoreboard_claim_worker(b, BOB, 1, 1);
    for (unsigned i = 0; i < 10; i++)
        assert_non_null(scoreboard_claim_session(b, i == 4 ? BOB : ANN, 100));
    scoreboard_release_worker(b, BOB);
    assert_ptr_equal(scoreboard_claim_session(b, ANN, 100), &b->slots[4]);
    done(b);
}

static void counts_clients(void **state)
{
    struct scoreboard *b = fresh();
    const struct in6_addr one = v4(1), two = v4(2), three = v4(3);
    struct session_slot *s;

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    s = open_session(b, ANN, 1, "ann");
    open_session(b, ANN, 1, "bob");
    open_session(b, ANN, 1, "");
    open_session(b, ANN, 2, "ann");
    assert_int_equal(scoreboard_count(b, &one, NULL), 3);
    assert_int_equal(scoreboard_count(b, &one, "ann"), 1);
    assert_int_equal(scoreboard_count(b, &one, ""), 1);
    assert_int_equal(scoreboard_count(b, &one, "an"), 0);
    assert_int_equal(scoreboard_count(b, &two, NULL), 1);
    assert_int_equal(scoreboard_count(b, &three, NULL), 0);
    scoreboard_release_session(b, s);
    assert_int_equal(scoreboard_count(b, &one, NULL), 2);
    assert_int_equal(scoreboard_count(b, &one, "ann"), 0);
    done(b);
}

/* The hash keeps 16 bits of an address, so among 200,000 many collide. */
static void tells_colliding_clients_apart(void **state)
{
    struct scoreboard *b = fresh();
    struct session_slot *s;
    struct in6_addr other = v4(9);

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    s = open_session(b, ANN, 9, "");
    for (uint32_t i = 1; i < 200000; i++) {
        memcpy(&other.s6_addr[0], &i, sizeof i);
        assert_int_equal(scoreboard_count(b, &other, NULL), 0);
    }
    assert_int_equal(scoreboard_count(b, &s->client, NULL), 1);
    done(b);
}

static void knows_its_upstream_sockets(void **state)
{
    struct scoreboard *b = fresh();
    const struct in6_addr here = v4(1), there = v4(2);
    struct session_slot *s;

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    s = open_session(b, ANN, 5, "");
    assert_false(scoreboard_is_upstream(b, &here, 0));
    s->upstream_local = here;
    s->upstream_local_port = 40000;
    scoreboard_index(b, s);
    assert_true(scoreboard_is_upstream(b, &here, 40000));
    assert_false(scoreboard_is_upstream(b, &here, 40001));
    assert_false(scoreboard_is_upstream(b, &there, 40000));
    scoreboard_release_session(b, s);
    assert_false(scoreboard_is_upstream(b, &here, 40000));
    done(b);
}

static void frees_a_lost_worker(void **state)
{
    struct scoreboard *b = fresh();
    const struct in6_addr one = v4(1);

    (void)state;
    scoreboard_claim_worker(b, ANN, 1, 0);
    scoreboard_claim_worker(b, BOB, 1, 1);
    for (unsigned i = 0; i < 5; i++)
        open_session(b, i < 3 ? ANN : BOB, 1, "");
    assert_int_equal(scoreboard_release_worker(b, ANN), 3);
    assert_int_equal(scoreboard_sessions(b), 2);
    assert_int_equal(scoreboard_count(b, &one, NULL), 2);
    assert_null(scoreboard_worker(b, ANN));
    assert_non_null(scoreboard_worker(b, BOB));
    assert_int_equal(scoreboard_release_worker(b, ANN), 0);
    done(b);
}

static void keeps_the_counters_of_the_dead(void **state)
{
    struct scoreboard *b = fresh();
    struct worker_slot *w = scoreboard_claim_worker(b, ANN, 1, 0);

    (void)state;
    scoreboard_add(w, COUNTER_found_virus, 2);
    scoreboard_release_worker(b, ANN);
    assert_ptr_equal(scoreboard_claim_worker(b, BOB, 2, 0), w);
    scoreboard_add(w, COUNTER_found_virus, 3);
    assert_int_equal(scoreboard_sum(b, COUNTER_found_virus), 5);
    assert_int_equal(w->generation, 2);
    done(b);
}

static void names_activities(void **state)
{
    (void)state;
    assert_string_equal(activity_name(ACT_start), "start");
    assert_string_equal(activity_name(ACT_quit), "quit");
    assert_string_equal(activity_name(ACT_COUNT), "?");
    assert_string_equal(activity_name(255), "?");
}

static void refuses_a_stranger_s_segment(void **state)
{
    int fd;
    struct scoreboard *b = scoreboard_create(&fd);

    (void)state;
    assert_non_null(b);
    assert_int_equal(ftruncate(fd, 4096), -1); /* sealed */
    b->layout++;
    assert_null(scoreboard_attach(fd));
    assert_int_equal(errno, EPROTO);
    b->layout--;
    assert_non_null(scoreboard_attach(fd));
    assert_null(scoreboard_attach(open("/dev/null", O_RDONLY)));
    done(b);
}

/* Opens and closes for ever, as fast as it can. */
static void rush(struct scoreboard *b, unsigned limit)
{
    struct session_slot *s[8];
    unsigned count = 0;

    scoreboard_claim_worker(b, getpid(), 1, 0);
    for (;;) {
        struct session_slot *more =
            count < COUNT(s) ? scoreboard_claim_session(b, getpid(), limit) : NULL;
        if (more) {
            more->client = v4((unsigned char)count);
            more->upstream_local_port = 7;
            scoreboard_index(b, more);
            s[count++] = more;
        } else if (count > 0) {
            scoreboard_release_session(b, s[--count]);
        }
    }
}

static pid_t rusher(struct scoreboard *b, unsigned limit)
{
    pid_t pid = fork();

    if (pid == 0)
        rush(b, limit);
    return pid;
}

static void bury(struct scoreboard *b, pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    scoreboard_release_worker(b, pid);
}

/* Until it has opened this many sessions more; it runs, so that comes. */
static void let_run(const struct scoreboard *b, uint64_t sessions)
{
    const uint64_t until = b->next_session + sessions * 1000;

    while (atomic_load(&b->next_session) < until)
        sched_yield();
}

static void leaks_nothing_when_killed_anywhere(void **state)
{
    struct scoreboard *b = fresh();

    (void)state;
    for (unsigned i = 0; i < repeats(300); i++) {
        pid_t one = rusher(b, 100), two = rusher(b, 100);
        let_run(b, random_below(500));
        bury(b, one);
        let_run(b, random_below(50));
        bury(b, two);
        assert_int_equal(scoreboard_sessions(b), 0);
        assert_int_equal(owned_slots(b), 0);
    }
    assert_true(b->slots_high < 200);
    assert_true(b->workers_high <= 2);
    done(b);
}

/* Rushers want more than there is; who looks never sees more than the limit owned. */
static void keeps_the_limit_among_processes(void **state)
{
    struct scoreboard *b = fresh();
    pid_t pids[4];

    (void)state;
    for (unsigned i = 0; i < COUNT(pids); i++)
        pids[i] = rusher(b, 10);
    for (unsigned i = 0; i < repeats(200); i++) {
        let_run(b, 50);
        assert_true(b->sessions_max <= 10);
    }
    for (unsigned i = 0; i < COUNT(pids); i++)
        bury(b, pids[i]);
    done(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a slot that is used again is clean", gives_clean_slots),
        TEST("the limit holds over all workers", keeps_the_limit),
        TEST("who is no worker gets no session", wants_a_worker),
        TEST("slots are used again before new ones are", takes_the_lowest_again),
        TEST("every slot can be used", uses_every_slot),
        TEST("a slot that somebody else gave back is found", finds_what_others_released),
        TEST("sessions are counted by client and ident", counts_clients),
        TEST("clients of one hash are told apart", tells_colliding_clients_apart),
        TEST("our own upstream sockets are recognised", knows_its_upstream_sockets),
        TEST("a lost worker's sessions are freed, the others' are not", frees_a_lost_worker),
        TEST("counters outlive their worker", keeps_the_counters_of_the_dead),
        TEST("activities have 1.4's words", names_activities),
        TEST("a segment of another build is refused", refuses_a_stranger_s_segment),
        TEST("a worker killed at any instant leaks nothing", leaks_nothing_when_killed_anywhere),
        TEST("processes together keep the limit", keeps_the_limit_among_processes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
