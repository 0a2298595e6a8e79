/* The byte queue. */
#include "unit.h"

#include "../../daemon/base/buffer.h"

#include <stdlib.h>

static struct span contents(const struct buffer *b)
{
    return span_of(buffer_head(b), buffer_len(b));
}

static void keeps_order(void **state)
{
    struct buffer b = {0};

    (void)state;
    buffer_append(&b, "abc", 3);
    buffer_printf(&b, "%d-%s", 42, "x");
    assert_spans(contents(&b), span_str("abc42-x"));
    buffer_consume(&b, 2);
    assert_string_equal(buffer_cstr(&b), "c42-x");
    assert_int_equal(buffer_len(&b), 5);
    buffer_finish(&b);
    assert_int_equal(buffer_len(&b), 0);
}

static void gives_memory_back(void **state)
{
    struct buffer b = {0};

    (void)state;
    buffer_append(&b, "abc", 3);
    assert_non_null(b.kept);
    buffer_consume(&b, 3);
    assert_null(b.kept);
    buffer_append(&b, "", 0);
    assert_null(b.kept);
    assert_string_equal(buffer_cstr(&b), "");
    buffer_finish(&b);
}

static void prints_long_text(void **state)
{
    struct buffer b = {0};

    (void)state;
    buffer_append(&b, "x", 1);
    buffer_printf(&b, "%0500d", 7);
    assert_int_equal(buffer_len(&b), 501);
    assert_int_equal(buffer_head(&b)[500], '7');
    buffer_finish(&b);
}

static void takes_direct_writes(void **state)
{
    struct buffer b = {0};
    char *room = buffer_reserve(&b, 5);

    (void)state;
    memcpy(room, "hello", 5);
    buffer_added(&b, 4);
    assert_spans(contents(&b), span_str("hell"));
    buffer_finish(&b);
}

static void forgets_its_end(void **state)
{
    struct buffer b = {0};

    (void)state;
    buffer_append(&b, "abcdef", 6);
    buffer_consume(&b, 1);
    buffer_cut(&b, 3);
    assert_string_equal(buffer_cstr(&b), "bcd");
    buffer_at(&b, 1)[0] = 'X';
    assert_string_equal(buffer_cstr(&b), "bXd");
    buffer_cut(&b, 0);
    assert_null(b.kept);
}

/* A long-lived queue that is never empty must not grow with what went through. */
static void stays_small(void **state)
{
    struct buffer b = {0};
    char piece[100];

    (void)state;
    memset(piece, 'x', sizeof piece);
    buffer_append(&b, piece, sizeof piece);
    for (unsigned i = 0; i < 10000; i++) {
        buffer_append(&b, piece, sizeof piece);
        buffer_consume(&b, sizeof piece);
    }
    assert_int_equal(buffer_len(&b), sizeof piece);
    assert_in_range(b.kept->room, 1, 1024);
    buffer_finish(&b);
}

/* Against a counter that knows what each byte must be. */
static void random_traffic(void **state)
{
    struct buffer b = {0};
    unsigned written = 0, read = 0;

    (void)state;
    for (unsigned round = repeats(20000); round > 0; round--) {
        unsigned in = random_below(300), out = random_below(300);

        for (unsigned i = 0; i < in; i++)
            *buffer_reserve(&b, 1) = (char)written++, buffer_added(&b, 1);
        assert_int_equal(buffer_len(&b), written - read);
        out = out < buffer_len(&b) ? out : (unsigned)buffer_len(&b);
        for (unsigned i = 0; i < out; i++)
            assert_int_equal(buffer_head(&b)[i], (char)(read + i));
        buffer_consume(&b, out);
        read += out;
    }
    buffer_finish(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("what is appended comes out in order", keeps_order),
        TEST("an empty buffer holds no memory", gives_memory_back),
        TEST("printing makes the room it needs", prints_long_text),
        TEST("bytes written into reserved room count when they are added", takes_direct_writes),
        TEST("what is behind a cut is forgotten, and what is before it may be changed",
             forgets_its_end),
        TEST("a queue that is never empty does not grow with what went through", stays_small),
        TEST("random appending and consuming loses and changes nothing", random_traffic),
    };

    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
