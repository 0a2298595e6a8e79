/* chaos - a plugin that misbehaves on request.  A fixture of the tests of the
 * host, never installed: what it does at the hooks named in `at` must cost the
 * host the sessions it touches and nothing else.
 *
 * Observers cannot answer, so of the modes only crash, hang, block and leak do
 * anything there. */
#include <smtp-gated/plugin.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum hook {
    ROUTE,
    CONNECT,
    GREET,
    HELO,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    END,
    BODY,
    REPLY,
    EVENT,
    MAIL_DONE,
    CLOSE,
    CANCEL
};
static const char *const hooks[] = {"route",     "connect", "greet",  "helo", "auth",  "mail",
                                    "rcpt",      "data",    "end",    "body", "reply", "event",
                                    "mail_done", "close",   "cancel", NULL};

struct chaos {
    unsigned at; /* bits of enum hook */
    int mode;    /* index into modes and acts */
    uint64_t after;
    struct sg_nets *towards;
    const char *until;
    long seed;
    uint64_t state; /* of the random numbers */
};

static const char *const modes[] = {"crash", "hang", "block",  "leak",    "fall",   "trip",
                                    "never", "late", "double", "garbage", "random", NULL};

static const struct sg_option options[] = {
    SG_OPT_FLAGS(struct chaos, at, "", hooks, "The hooks to misbehave at"),
    {"do", SG_ENUM, offsetof(struct chaos, mode), "garbage", "What to do there", modes, 0, 0},
    SG_OPT_DURATION(struct chaos, after, "1500ms",
                    "When the modes late and double answer; how long the mode block takes"),
    SG_OPT_NETS(struct chaos, towards, NULL, "Clients to misbehave to; all if not set"),
    SG_OPT_PATH(struct chaos, until, NULL,
                "A FIFO: late and double answer when it is written to, whatever `after` says"),
    SG_OPT_INT(struct chaos, seed, "1", 0, 0, "Seed of the modes garbage and random"),
    SG_OPT_END};

static int chaos_start(void *self)
{
    struct chaos *c = self;

    c->state = (uint64_t)c->seed;
    return 0;
}

static unsigned draw(struct chaos *c, unsigned below)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(c->state >> 33) % below;
}

/* ------------------------------------------------------ what can be done -- */

static void nap(uint64_t ms)
{
    const struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

    nanosleep(&t, NULL);
}

static struct sg_verdict crash(struct chaos *c, struct sg_session *s)
{
    (void)c;
    (void)s;
    raise(SIGSEGV);
    return sg_pass();
}

static struct sg_verdict hang(struct chaos *c, struct sg_session *s)
{
    (void)c;
    (void)s;
    while (pause() < 0)
        ;
    return sg_pass();
}

static struct sg_verdict block(struct chaos *c, struct sg_session *s)
{
    (void)s;
    nap(c->after);
    return sg_pass();
}

static struct sg_verdict leak(struct chaos *c, struct sg_session *s)
{
    static void *volatile last; /* so that the compiler keeps the rest */
    const size_t size = 64 * 1024;

    (void)c;
    (void)s;
    last = sg_alloc(size);
    memset(last, 0x5a, size);
    return sg_pass();
}

static struct sg_verdict never(struct chaos *c, struct sg_session *s)
{
    (void)c;
    return sg_defer(s) ? sg_pending() : sg_failed("no ticket");
}

/* A question put aside: answered `answers` times after `after`, first with
 * pass, then with objections. */
struct later {
    sg_ticket ticket;
    uint64_t after;
    const char *until;
    int answers;
};

static void sleep_over_it(void *arg)
{
    const struct later *l = arg;

    if (l->until)
        close(open(l->until, O_RDONLY | O_CLOEXEC));
    else
        nap(l->after);
}

static void answer(void *arg)
{
    struct later *l = arg;

    sg_resume(l->ticket, sg_pass());
    while (--l->answers > 0)
        sg_resume(l->ticket, sg_answer(SG_REJECT, "a second answer"));
    sg_log(NULL, SG_DEBUG, "CHAOS:ANSWERED", "after=%d", (int)l->after);
    free(l);
}

static struct sg_verdict put_aside(struct chaos *c, struct sg_session *s, int answers)
{
    struct later *l = sg_alloc(sizeof *l);

    *l = (struct later){sg_defer(s), c->after, c->until, answers};
    sg_log(s, SG_DEBUG, "CHAOS:ASKED", "answers=%d", answers);
    if (sg_offload(sleep_over_it, answer, l) == 0)
        return sg_pending();
    free(l);
    return sg_failed("no thread");
}

/* On a thread; and after it, on the loop again. */
static void fail(void *arg)
{
    (void)arg;
    raise(SIGSEGV);
}

static void do_nothing(void *arg)
{
    (void)arg;
}

static struct sg_verdict fall(struct chaos *c, struct sg_session *s)
{
    (void)c;
    return sg_defer(s) && sg_offload(fail, do_nothing, NULL) == 0 ? sg_pending()
                                                                  : sg_failed("no thread");
}

static struct sg_verdict trip(struct chaos *c, struct sg_session *s)
{
    (void)c;
    return sg_defer(s) && sg_offload(do_nothing, fail, NULL) == 0 ? sg_pending()
                                                                  : sg_failed("no thread");
}

static struct sg_verdict late(struct chaos *c, struct sg_session *s)
{
    return put_aside(c, s, 1);
}

static struct sg_verdict twice(struct chaos *c, struct sg_session *s)
{
    return put_aside(c, s, 2);
}

/* A text no reply line can hold, with line ends that would make more of it. */
static const char *huge(void)
{
    static char text[1 << 20];

    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = "garbage\r\n250 ok\r\n"[i % 17];
    return text;
}

static struct sg_verdict garbage(struct chaos *c, struct sg_session *s)
{
    switch (draw(c, 5)) {
    case 0:
        return sg_answer((enum sg_answer)99, "no such answer");
    case 1:
        return (struct sg_verdict){SG_REJECT, 999, "9.9.9.9", huge(), huge(), huge()};
    case 2:
        return sg_pending(); /* without a ticket */
    case 3:
        sg_defer(s); /* and a ticket without pending */
        return sg_pass();
    default:
        return (struct sg_verdict){SG_TAKEOVER, -1, "", "", "", ""};
    }
}

static struct sg_verdict at_random(struct chaos *c, struct sg_session *s)
{
    switch (draw(c, 10)) {
    case 0:
        return never(c, s);
    case 1:
        return twice(c, s);
    case 2:
        return garbage(c, s);
    default:
        return sg_answer((enum sg_answer)(draw(c, 2) ? SG_PASS : draw(c, SG_ERROR + 1)), "chaos");
    }
}

/* -------------------------------------------------------------- the hooks -- */

typedef struct sg_verdict act(struct chaos *c, struct sg_session *s);
static act *const acts[] = {crash, hang, block, leak,    fall,     trip,
                            never, late, twice, garbage, at_random};
enum { OBSERVERS_CAN = 4 }; /* of the acts */

static int is_at(const struct chaos *c, const struct sg_session *s, enum hook hook)
{
    return c->at & 1u << hook && (!c->towards || sg_nets_contain(c->towards, sg_client_addr(s)));
}

/* `cancel` alone needs something that can be cancelled: MAIL never gets an answer. */
static struct sg_verdict decide(void *self, struct sg_session *s, enum hook hook)
{
    struct chaos *c = self;

    if (c->at == 1u << CANCEL && hook == MAIL)
        return never(c, s);
    return is_at(c, s, hook) ? acts[c->mode](c, s) : sg_pass();
}

static void observe(void *self, struct sg_session *s, enum hook hook)
{
    struct chaos *c = self;

    if (is_at(c, s, hook) && c->mode < OBSERVERS_CAN)
        acts[c->mode](c, s);
}

static struct sg_verdict chaos_route(struct sg_session *s, struct sg_route *route, void *self)
{
    struct chaos *c = self;

    if (c->at & 1u << ROUTE && acts[c->mode] == garbage && draw(c, 2)) {
        memset(route, 'A', sizeof *route);
        return sg_pass();
    }
    return decide(self, s, ROUTE);
}

static struct sg_verdict chaos_connect(struct sg_session *s, void *self)
{
    return decide(self, s, CONNECT);
}

static struct sg_verdict chaos_greet(struct sg_session *s, void *self)
{
    return decide(self, s, GREET);
}

static struct sg_verdict chaos_helo(struct sg_session *s, const char *name, void *self)
{
    (void)name;
    return decide(self, s, HELO);
}

static struct sg_verdict chaos_auth(struct sg_session *s, const char *mechanism, void *self)
{
    (void)mechanism;
    return decide(self, s, AUTH);
}

static struct sg_verdict chaos_mail(struct sg_session *s, struct sg_mail *m,
                                    const char *reverse_path, const char *parameters, void *self)
{
    (void)m, (void)reverse_path, (void)parameters;
    return decide(self, s, MAIL);
}

static struct sg_verdict chaos_rcpt(struct sg_session *s, struct sg_mail *m,
                                    const char *forward_path, const char *parameters, void *self)
{
    (void)m, (void)forward_path, (void)parameters;
    return decide(self, s, RCPT);
}

static struct sg_verdict chaos_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)m;
    return decide(self, s, DATA);
}

static struct sg_verdict chaos_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)m;
    return decide(self, s, END);
}

static void chaos_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                       void *self)
{
    (void)m, (void)bytes, (void)n;
    observe(self, s, BODY);
}

static void chaos_reply(struct sg_session *s, const char *command, int code, const char *text,
                        void *self)
{
    (void)command, (void)code, (void)text;
    observe(self, s, REPLY);
}

static void chaos_event(struct sg_session *s, const char *name, const char *detail, void *self)
{
    (void)name, (void)detail;
    observe(self, s, EVENT);
}

static void chaos_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)m;
    observe(self, s, MAIL_DONE);
}

static void chaos_close(struct sg_session *s, void *self)
{
    observe(self, s, CLOSE);
}

static void chaos_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    (void)ticket;
    observe(self, s, CANCEL);
}

SG_PLUGIN(chaos, .summary = "misbehave on request (a test fixture)", .options = options,
          .settings_size = sizeof(struct chaos), .start = chaos_start, .route = chaos_route,
          .connect = chaos_connect, .greet = chaos_greet, .helo = chaos_helo, .auth = chaos_auth,
          .mail = chaos_mail, .rcpt = chaos_rcpt, .data = chaos_data, .end = chaos_end,
          .body = chaos_body, .reply = chaos_reply, .event = chaos_event,
          .mail_done = chaos_mail_done, .close = chaos_close, .cancel = chaos_cancel)
