/* Lists of patterns. */
#include "unit.h"

#include "../../daemon/conf/regexes.h"

#include <pthread.h>
#include <string.h>

static int match(const struct sg_regexes *list, const char *text)
{
    return sg_regex_match(list, text, strlen(text));
}

static struct sg_regexes *list_of(const char *first, const char *second)
{
    struct sg_regexes *list = NULL;
    struct buffer why = {0};
    assert_true(regexes_add(&list, first, &why));
    if (second)
        assert_true(regexes_add(&list, second, &why));
    assert_int_equal(buffer_len(&why), 0);
    return list;
}

static void names_the_first_that_matches(void **state)
{
    struct sg_regexes *list = list_of("^a", "b$");
    (void)state;
    assert_int_equal(match(list, "ab"), 1);
    assert_int_equal(match(list, "xb"), 2);
    assert_int_equal(match(list, "ba"), 0);
    assert_int_equal(match(list, ""), 0);
    assert_int_equal(sg_regex_match(list, "x\0b", 3), 2); /* n bytes, whatever they are */
    assert_int_equal(sg_regex_match(list, "xb", 1), 0);
    assert_int_equal(match(NULL, "ab"), 0);
    regexes_destroy(list);
}

/* Exponential in the number of x; and so many groups that the JIT's stack is too small. */
static void a_match_has_a_limit(void **state)
{
    struct sg_regexes *list = list_of("^(x+x+)+[yz]$", NULL);
    char text[201];
    (void)state;
    memset(text, 'x', 200);
    text[200] = '\0';
    assert_int_equal(match(list, text), -1);
    assert_int_equal(match(list, "xxy"), 1); /* of each match anew */
    regexes_destroy(list);
}

static void *on_thread(void *list)
{
    for (unsigned i = 0; i < 20000; i++)
        if (match(list, "aaab") != 2 || match(list, "aaac") != 0)
            return list;
    return NULL;
}

static void threads_match_at_once(void **state)
{
    struct sg_regexes *list = list_of("(a+)d", "(a*)b");
    pthread_t threads[4];
    void *failed;
    (void)state;
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, on_thread, list), 0);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    regexes_destroy(list);
}

static void refuses_what_is_no_pattern(void **state)
{
    struct sg_regexes *list = NULL;
    struct buffer why = {0};
    (void)state;
    assert_false(regexes_add(&list, "a(b", &why));
    assert_string_equal(buffer_cstr(&why),
                        "a regular expression, but at character 4: missing closing parenthesis");
    assert_null(list);
    buffer_finish(&why);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("the first pattern that matches is named", names_the_first_that_matches),
        TEST("a match that takes too much is neither", a_match_has_a_limit),
        TEST("threads match at once", threads_match_at_once),
        TEST("what is no pattern is refused with its place", refuses_what_is_no_pattern),
    };

    return cmocka_run_group_tests_name("regexes", tests, NULL, NULL);
}
