/* What goes to Redis, and what its errors mean. */
#include "unit.h"
#include "../../sdk/kit/redis_wire.h"
#include <string.h>

static void writes(void **state)
{
    char text[100];
    const char *const words[] = {"SET", "a", "", NULL};
    (void)state;
    *redis_put_command(text, words) = '\0';
    assert_string_equal(text, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n");
    *redis_put_word(text, "smtp-gated:", "key") = '\0';
    assert_string_equal(text, "$14\r\nsmtp-gated:key\r\n");
}

/* Of redis-cli CLUSTER KEYSLOT. */
static void finds_slots(void **state)
{
    (void)state;
    assert_int_equal(redis_slot("", "123456789"), 12739);
    assert_int_equal(redis_slot("1234", "56789"), 12739);
    assert_int_equal(redis_slot("", "foo"), 12182);
    assert_int_equal(redis_slot("any:", "{foo}bar"), 12182);
    assert_int_equal(redis_slot("any:", "bar{foo}{x}"), 12182);
    assert_int_equal(redis_slot("", "{}foo"), 9500);
    assert_int_equal(redis_slot("", "{foo"), 13308);
}

static void finds_tags(void **state)
{
    (void)state;
    assert_true(redis_one_tag((const char *[]){NULL}));
    assert_true(redis_one_tag((const char *[]){"a", NULL}));
    assert_true(redis_one_tag((const char *[]){"a", "a", NULL}));
    assert_false(redis_one_tag((const char *[]){"a", "b", NULL}));
    assert_true(redis_one_tag((const char *[]){"{t}a", "b{t}", NULL}));
    assert_true(redis_one_tag((const char *[]){"{t}a{x}", "t", NULL}));
    assert_false(redis_one_tag((const char *[]){"{t}a", "{tt}a", NULL}));
    assert_false(redis_one_tag((const char *[]){"{}a", "{}b", NULL}));
}

static void reads_errors(void **state)
{
    (void)state;
    assert_int_equal(redis_meaning("READONLY You can't write"), REDIS_MEANS_GONE);
    assert_int_equal(redis_meaning("LOADING"), REDIS_MEANS_GONE);
    assert_int_equal(redis_meaning("NOSCRIPT No matching script."), REDIS_MEANS_NOSCRIPT);
    assert_int_equal(redis_meaning("NOPERM this user"), REDIS_MEANS_REFUSED);
    assert_int_equal(redis_meaning("WRONGTYPE Operation"), REDIS_MEANS_TYPE);
    assert_int_equal(redis_meaning("MOVED 1 127.0.0.1:1"), REDIS_MEANS_MOVED);
    assert_int_equal(redis_meaning("READONLYX"), REDIS_MEANS_NOTHING);
    assert_int_equal(redis_meaning("ERR READONLY"), REDIS_MEANS_NOTHING);
    assert_int_equal(redis_meaning(""), REDIS_MEANS_NOTHING);
}

static void reads_wrapped_errors(void **state)
{
    (void)state;
    assert_int_equal(redis_meaning("ERR Error running script (call to f_0123): @user_script:1: "
                                   "@user_script: 1: -READONLY You can't write"),
                     REDIS_MEANS_GONE);
    assert_int_equal(redis_meaning("ERR Error running script (call to f_0123): @user_script:1: "
                                   "WRONGTYPE Operation against a key"),
                     REDIS_MEANS_TYPE);
    assert_int_equal(redis_meaning("ERR Error running script (call to f_0123): @user_script:1: "
                                   "user_script:1: attempt to index"),
                     REDIS_MEANS_NOTHING);
    assert_int_equal(redis_meaning("ERR Error running script: NOSCRIPT x"), REDIS_MEANS_NOTHING);
    assert_int_equal(redis_meaning("ERR The user executing the script can't run this command or "
                                   "subcommand script: 0123, on @user_script:1."),
                     REDIS_MEANS_REFUSED);
    assert_int_equal(redis_meaning("ERR ACL failure in script: User gate has no permissions to run "
                                   "the 'incr' command script: 0123, on @user_script:1."),
                     REDIS_MEANS_REFUSED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("words have their length before them, and a key its prefix", writes),
        TEST("a key is in the slot of its tag", finds_slots),
        TEST("keys of one question have one tag", finds_tags),
        TEST("the first word of an error says what it means", reads_errors),
        TEST("also of one that an old Redis wraps", reads_wrapped_errors),
    };

    return cmocka_run_group_tests_name("redis_words", tests, NULL, NULL);
}
