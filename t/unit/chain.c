/* The hook chain: order, parallel tickets, objections, deadlines, and plugins
 * that do not keep to the contract. */
#include "unit.h"

#include "../../daemon/base/check.h"
#include "../../daemon/plugin/chain.h"
#include "../../daemon/plugin/guard.h"
#include <stdio.h>
#include <stdlib.h>

#define MOST 4

/* What the fake plugin at each place does when it is asked. */
struct act {
    struct sg_verdict verdict;
    bool defer;        /* takes a ticket first */
    bool resume_first; /* … and answers it with `early` before it returns */
    struct sg_verdict early;
};

static struct {
    struct chain chain;
    struct plugins set;
    struct plugin plugins[MOST], *list[MOST + 1];
    struct act acts[MOST];
    sg_ticket tickets[MOST];
    char asked[64], cancelled[64], remarks[200];
    unsigned decided;
    const struct plugin *out; /* of service */
} rig;

static void note(char *to, size_t room, const char *word)
{
    size_t n = strlen(to);
    snprintf(to + n, room - n, "%s%s", n ? " " : "", word);
}

static struct sg_verdict on_call(struct chain *c, const struct plugin *p)
{
    struct act *a = &rig.acts[p->index];
    (void)c;
    note(rig.asked, sizeof rig.asked, p->label);
    assert_ptr_equal(guard_current()->plugin, p);
    if (a->defer)
        rig.tickets[p->index] = sg_defer(NULL);
    if (a->resume_first)
        sg_resume(rig.tickets[p->index], a->early);
    return a->verdict;
}

static bool on_exempt(struct chain *c, const struct plugin *p)
{
    (void)c;
    return p->common.max_load > 0;
}

static bool on_serves(struct chain *c, const struct plugin *p)
{
    (void)c;
    return p != rig.out;
}

static void on_decided(struct chain *c)
{
    (void)c;
    rig.decided++;
}

static void on_cancelled(struct chain *c, const struct plugin *p, sg_ticket ticket)
{
    (void)c;
    assert_int_equal(ticket, rig.tickets[p->index]);
    note(rig.cancelled, sizeof rig.cancelled, p->label);
}

static void on_remark(struct chain *c, const struct plugin *p, const char *what, const char *text)
{
    char line[100];
    (void)c, (void)text;
    snprintf(line, sizeof line, "%s:%s", p->label, what);
    note(rig.remarks, sizeof rig.remarks, line);
}

static uint64_t on_session(struct chain *c)
{
    (void)c;
    return 7;
}

static void on_answered(struct chain *c, const struct plugin *p, const char *what, uint64_t since)
{
    (void)c, (void)p, (void)what;
    assert_int_equal(since, 1000);
}

static const struct chain_ops ops = {on_call,      on_exempt, on_serves,  on_decided,
                                     on_cancelled, on_remark, on_session, on_answered};

static int setup(void **state)
{
    static char *labels[MOST] = {"a", "b", "c", "d"};
    (void)state;
    memset(&rig, 0, sizeof rig);
    rig.chain.ops = &ops;
    for (unsigned i = 0; i < MOST; i++) {
        rig.plugins[i].label = labels[i];
        rig.plugins[i].index = i;
        rig.plugins[i].common.on_error = ON_ERROR_TEMPFAIL;
        rig.plugins[i].common.timeout = 100;
        rig.list[i] = &rig.plugins[i];
    }
    rig.set.by_hook[HOOK_end] = rig.list;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    chain_stop(&rig.chain);
    return 0;
}

static void pending(unsigned i)
{
    rig.acts[i].verdict = sg_pending();
    rig.acts[i].defer = true;
}

static bool start(void)
{
    return chain_start(&rig.chain, &rig.set, HOOK_end, 1000);
}

static enum sg_answer outcome(void)
{
    return chain_decision(&rig.chain)->answer;
}

static void order(void **state)
{
    (void)state;
    assert_true(start());
    assert_string_equal(rig.asked, "a b c d");
    assert_int_equal(outcome(), SG_PASS);
}

static void immediate_objection(void **state)
{
    (void)state;
    rig.acts[1].verdict = sg_answer(SG_REJECT, "no");
    assert_true(start());
    assert_string_equal(rig.asked, "a b");
    assert_int_equal(outcome(), SG_REJECT);
    assert_string_equal(chain_decision(&rig.chain)->text, "no");
    assert_ptr_equal(chain_decision(&rig.chain)->by, &rig.plugins[1]);
}

static void waits_for_all(void **state)
{
    (void)state;
    pending(0);
    pending(2);
    assert_false(start());
    assert_string_equal(rig.asked, "a b c d");
    sg_resume(rig.tickets[2], sg_pass());
    assert_true(chain_deliver());
    assert_int_equal(rig.decided, 0);
    sg_resume(rig.tickets[0], sg_pass());
    chain_deliver();
    assert_int_equal(rig.decided, 1);
    assert_int_equal(outcome(), SG_PASS);
    assert_string_equal(rig.cancelled, "");
}

static void first_objection(void **state)
{
    (void)state;
    pending(0);
    pending(1);
    pending(2);
    start();
    sg_resume(rig.tickets[1], sg_answer(SG_TEMPFAIL, "later"));
    sg_resume(rig.tickets[0], sg_answer(SG_REJECT, "never"));
    chain_deliver();
    assert_int_equal(rig.decided, 1);
    assert_int_equal(outcome(), SG_TEMPFAIL);
    assert_string_equal(rig.cancelled, "c");
    assert_false(sg_ticket_alive(rig.tickets[0]));
}

static void immediate_cancels_pending(void **state)
{
    (void)state;
    pending(0);
    rig.acts[1].verdict = sg_answer(SG_REJECT, "no");
    assert_true(start());
    assert_string_equal(rig.cancelled, "a");
    assert_int_equal(rig.decided, 0);
}

static void accept_now(void **state)
{
    (void)state;
    pending(0);
    rig.acts[1].verdict = sg_answer(SG_ACCEPT, NULL);
    assert_false(start());
    assert_string_equal(rig.asked, "a b");
    sg_resume(rig.tickets[0], sg_answer(SG_REJECT, "no"));
    chain_deliver();
    assert_int_equal(outcome(), SG_REJECT);
}

static void accept_later(void **state)
{
    (void)state;
    pending(1);
    pending(3);
    start();
    sg_resume(rig.tickets[1], sg_answer(SG_ACCEPT, NULL));
    chain_deliver();
    assert_string_equal(rig.cancelled, "d");
    assert_int_equal(rig.decided, 1);
    assert_int_equal(outcome(), SG_PASS);
}

static void answer_inside_the_hook(void **state)
{
    (void)state;
    pending(0);
    rig.acts[0].resume_first = true;
    rig.acts[0].early = sg_answer(SG_REJECT, "quick");
    assert_false(start());
    chain_deliver();
    assert_int_equal(rig.decided, 1);
    assert_string_equal(chain_decision(&rig.chain)->text, "quick");
}

static void double_answer(void **state)
{
    (void)state;
    pending(0);
    start();
    sg_resume(rig.tickets[0], sg_pass());
    sg_resume(rig.tickets[0], sg_answer(SG_REJECT, "again"));
    chain_deliver();
    assert_int_equal(outcome(), SG_PASS);
    sg_resume(rig.tickets[0], sg_answer(SG_REJECT, "and again"));
    assert_false(chain_deliver());
}

static void late_answer(void **state)
{
    (void)state;
    pending(0);
    start();
    chain_stop(&rig.chain);
    assert_string_equal(rig.cancelled, "a");
    sg_resume(rig.tickets[0], sg_answer(SG_REJECT, "late"));
    assert_false(chain_deliver());
    assert_int_equal(rig.decided, 0);
}

static void deadline(void **state)
{
    (void)state;
    pending(0);
    start();
    assert_int_equal(chain_deadline(&rig.chain), 1100);
    chain_expire(&rig.chain, 1099);
    assert_int_equal(rig.decided, 0);
    chain_expire(&rig.chain, 1100);
    assert_int_equal(rig.decided, 1);
    assert_int_equal(outcome(), SG_TEMPFAIL);
    assert_true(chain_decision(&rig.chain)->failed);
    assert_string_equal(rig.remarks, "a:timeout");
    assert_string_equal(rig.cancelled, "a");
}

static void on_error(void **state)
{
    static const enum sg_answer expected[] = {SG_PASS, SG_TEMPFAIL, SG_REJECT};
    for (int means = ON_ERROR_PASS; means <= ON_ERROR_REJECT; means++) {
        setup(state);
        rig.plugins[2].common.on_error = means;
        rig.acts[2].verdict = sg_failed("broken");
        assert_true(start());
        assert_int_equal(outcome(), expected[means]);
        assert_string_equal(rig.remarks, "c:error");
        chain_stop(&rig.chain);
    }
}

static void out_of_service(void **state)
{
    (void)state;
    rig.out = &rig.plugins[1];
    assert_true(start());
    assert_string_equal(rig.asked, "a");
    assert_string_equal(rig.remarks, "b:error");
    assert_int_equal(outcome(), SG_TEMPFAIL);
    assert_true(chain_decision(&rig.chain)->failed);
    rig.plugins[1].common.on_error = ON_ERROR_PASS;
    assert_true(start());
    assert_string_equal(rig.asked, "a a c d");
    assert_int_equal(outcome(), SG_PASS);
}

static void harmless_timeout(void **state)
{
    (void)state;
    pending(0);
    pending(1);
    rig.plugins[0].common.on_error = ON_ERROR_PASS;
    rig.plugins[1].common.timeout = 500;
    start();
    chain_expire(&rig.chain, 1200);
    assert_int_equal(rig.decided, 0);
    sg_resume(rig.tickets[1], sg_pass());
    chain_deliver();
    assert_int_equal(rig.decided, 1);
    assert_int_equal(outcome(), SG_PASS);
}

static void nonsense(void **state)
{
    static const struct sg_verdict verdicts[] = {
        {.answer = (enum sg_answer)77},       {.answer = SG_PENDING}, /* without a ticket */
        {.answer = SG_REJECT, .code = 250},   {.answer = SG_REJECT, .code = 999},
        {.answer = SG_TEMPFAIL, .code = 550}, {.answer = SG_TAKEOVER, .code = 354},
    };
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        setup(state);
        rig.acts[0].verdict = verdicts[i];
        assert_true(start());
        assert_int_equal(outcome(), SG_TEMPFAIL);
        assert_string_equal(rig.remarks, "a:error");
        chain_stop(&rig.chain);
    }
}

static void log_only(void **state)
{
    (void)state;
    rig.plugins[0].common.log_only = 1;
    rig.acts[0].verdict = sg_answer(SG_REJECT, "would be refused");
    assert_true(start());
    assert_int_equal(outcome(), SG_PASS);
    assert_string_equal(rig.remarks, "a:log_only");
    assert_string_equal(rig.asked, "a b c d");
}

static void exempt(void **state)
{
    (void)state;
    rig.plugins[1].common.max_load = 1;
    assert_true(start());
    assert_string_equal(rig.asked, "a c d");
}

static void no_ticket_outside(void **state)
{
    (void)state;
    pending(0);
    start();
    assert_int_equal(sg_defer(NULL), 0);
}

#define RIGGED(title, function)                                                                    \
    {                                                                                              \
        title, function, setup, teardown, NULL                                                     \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIGGED("all plugins are asked in order, and pass", order),
        RIGGED("an objection stops the start of later plugins", immediate_objection),
        RIGGED("the decision waits for every pending plugin", waits_for_all),
        RIGGED("the first objection wins and the others are cancelled", first_objection),
        RIGGED("an immediate objection cancels what is pending", immediate_cancels_pending),
        RIGGED("accept spares those behind it, not those before it", accept_now),
        RIGGED("a late accept cancels those behind it", accept_later),
        RIGGED("an answer before the hook returns counts", answer_inside_the_hook),
        RIGGED("only the first of two answers counts", double_answer),
        RIGGED("an answer after the client left finds nothing", late_answer),
        RIGGED("a deadline is an error of its plugin", deadline),
        RIGGED("on_error says what an error means", on_error),
        RIGGED("who is out of service is not asked, on_error decides", out_of_service),
        RIGGED("a timeout that passes leaves the others to decide", harmless_timeout),
        RIGGED("an answer against the contract is an error", nonsense),
        RIGGED("log_only never objects", log_only),
        RIGGED("an exempt plugin is not asked", exempt),
        RIGGED("outside a hook there is no ticket", no_ticket_outside),
    };
    return cmocka_run_group_tests_name("the hook chain", tests, NULL, NULL);
}
