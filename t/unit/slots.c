/* The queue of replies. */
#include "unit.h"

#include "../../daemon/smtp/slots.h"

#include <stdlib.h>

static void push(struct slots *q, uint8_t verb, const char *local)
{
    slots_push(q, (struct slot){.verb = verb, .local = local ? strdup(local) : NULL});
}

static void keeps_order(void **state)
{
    struct slots q = {0};

    (void)state;
    assert_null(slots_head(&q));
    push(&q, VERB_MAIL, NULL);
    push(&q, VERB_RCPT, "550 no\r\n");
    push(&q, VERB_DATA, NULL);
    assert_int_equal(slots_awaited(&q), 2);
    assert_true(slots_owe(&q, VERB_DATA));
    assert_false(slots_owe(&q, VERB_RCPT)); /* the relay has answered that one */
    assert_false(slots_owe(&q, VERB_EHLO));
    assert_int_equal(slots_head(&q)->verb, VERB_MAIL);
    assert_int_equal(slots_pop(&q).verb, VERB_MAIL);
    assert_string_equal(slots_head(&q)->local, "550 no\r\n");
    free(slots_pop(&q).local);
    assert_int_equal(slots_awaited(&q), 1);
    assert_int_equal(slots_pop(&q).verb, VERB_DATA);
    assert_null(slots_head(&q));
}

static void two_need_no_heap(void **state)
{
    struct slots q = {0};

    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        push(&q, VERB_MAIL, NULL);
        push(&q, VERB_RCPT, NULL);
        assert_null(q.many);
        assert_int_equal(slots_pop(&q).verb, VERB_MAIL);
        push(&q, VERB_MAIL, NULL);
        assert_null(q.many);
        assert_int_equal(slots_pop(&q).verb, VERB_RCPT);
        slots_pop(&q);
    }
    push(&q, 1, NULL);
    push(&q, 2, NULL);
    push(&q, 3, NULL);
    assert_non_null(q.many);
    slots_finish(&q);
    assert_null(q.many);
}

/* Each slot's mark says which it is; local replies every third. */
static void random_traffic(void **state)
{
    struct slots q = {0};
    unsigned in = 0, out = 0;

    (void)state;
    for (unsigned round = repeats(5000); round > 0; round--) {
        for (unsigned n = random_below(40); n > 0; n--, in++)
            slots_push(&q,
                       (struct slot){.mark = (uint8_t)in, .local = in % 3 ? NULL : strdup("x")});
        for (unsigned n = random_below(40); n > 0 && out < in; n--, out++) {
            struct slot slot = slots_pop(&q);

            assert_int_equal(slot.mark, (uint8_t)out);
            assert_int_equal(slot.local != NULL, out % 3 == 0);
            free(slot.local);
        }
        assert_int_equal(q.count, in - out);
        assert_int_equal(slots_awaited(&q), (in - out) - ((in + 2) / 3 - (out + 2) / 3));
    }
    slots_finish(&q);
}

static void finish_frees(void **state)
{
    struct slots q = {0};

    (void)state;
    for (unsigned i = 0; i < 20; i++)
        slots_push(&q, (struct slot){.local = strdup("local"), .note = strdup("note")});
    slots_finish(&q);
    assert_int_equal(q.count, 0);
    assert_null(slots_head(&q));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("replies leave in the order of the commands, whoever made them", keeps_order),
        TEST("two commands in flight need no heap, an empty queue none", two_need_no_heap),
        TEST("random pipelining keeps every slot in its place", random_traffic),
        TEST("an abandoned queue frees what it owns", finish_frees),
    };

    return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
