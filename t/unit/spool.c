/* A kept message: the same bytes, whichever way they are asked for. */
#include "../../daemon/session/store/spool.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/sg-spool-XXXXXX";
static const struct spool_policy roomy = {
    .directory = directory, .memory = 1 << 20, .memory_total = 1 << 20, .perm = 0600};
static const struct spool_policy tight = {
    .directory = directory, .memory = 8, .memory_total = 1 << 20, .perm = 0600};

static struct spool *spool_of(const struct spool_policy *policy, const char *text)
{
    struct spool *s = spool_create(policy, "message");

    for (; *text; text++)
        assert_true(spool_write(s, span_of(text, 1)));
    return s;
}

static void assert_file(int fd, const char *text)
{
    char found[100];
    struct stat st;

    assert_return_code(fstat(fd, &st), errno);
    assert_int_equal(st.st_size, strlen(text));
    assert_int_equal(pread(fd, found, sizeof found, 0), strlen(text));
    assert_memory_equal(found, text, strlen(text));
}

static void text_and_file_are_the_message(void **state)
{
    const struct spool_policy *policies[] = {&roomy, &tight};

    (void)state;
    for (size_t i = 0; i < COUNT(policies); i++) {
        struct spool *s = spool_of(policies[i], "hello, world");
        assert_spans(spool_text(s), span_str("hello, world"));
        assert_file(spool_file(s), "hello, world");
        assert_spans(spool_text(s), span_str("hello, world"));
        assert_int_equal(spool_fd(s), spool_file(s));
        spool_unref(s);
    }
}

static void no_descriptor_unasked(void **state)
{
    struct spool *s = spool_of(&roomy, "hello");

    (void)state;
    assert_int_equal(spool_fd(s), -1);
    spool_unref(s);
}

/* The memory is used again. */
static void nothing_of_the_last_message(void **state)
{
    (void)state;
    spool_unref(spool_of(&roomy, "a long message with a secret at its end"));
    struct spool *s = spool_of(&roomy, "short");
    assert_spans(spool_text(s), span_str("short"));
    assert_file(spool_file(s), "short");
    spool_unref(s);
}

static void text_outlives_the_mail(void **state)
{
    struct spool *first = spool_of(&roomy, "first");
    struct span text = spool_text(spool_ref(first));

    (void)state;
    spool_unref(first);
    struct spool *second = spool_of(&roomy, "other");
    assert_spans(text, span_str("first"));
    spool_unref(second);
    spool_unref(first);
}

static void what_comes_later_is_in_all(void **state)
{
    struct spool *s = spool_of(&roomy, "one ");

    (void)state;
    assert_file(spool_file(s), "one ");
    assert_true(spool_write(s, span_str("two")));
    assert_spans(spool_text(s), span_str("one two"));
    assert_file(spool_file(s), "one two");
    spool_unref(s);
}

static void a_name_on_request(void **state)
{
    struct spool *s = spool_of(&roomy, "named");
    char path[100];

    (void)state;
    assert_null(spool_name(s));
    snprintf(path, sizeof path, "%s", spool_path(s));
    assert_string_equal(spool_name(s), path);
    assert_file(spool_file(s), "named");
    assert_spans(spool_text(s), span_str("named"));
    spool_unref(s);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void without_a_directory(void **state)
{
    const struct spool_policy nowhere = {
        .directory = NULL, .memory = 4, .memory_total = 1 << 20, .perm = 0600};
    struct spool *s = spool_of(&nowhere, "four");

    (void)state;
    assert_false(spool_write(s, span_str("!")));
    assert_null(spool_text(s).p);
    assert_int_equal(spool_file(s), -1);
    spool_unref(s);
}

static void an_empty_message(void **state)
{
    struct spool *s = spool_of(&roomy, "");

    (void)state;
    assert_spans(spool_text(s), span_str(""));
    assert_non_null(spool_text(s).p);
    assert_file(spool_file(s), "");
    spool_unref(s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("text and file hold the message, in memory and on disk",
             text_and_file_are_the_message),
        TEST("no descriptor is made unasked", no_descriptor_unasked),
        TEST("nothing of the last message is seen in the next", nothing_of_the_last_message),
        TEST("a text that is referred to outlives the mail", text_outlives_the_mail),
        TEST("what comes after the file is in the text, too", what_comes_later_is_in_all),
        TEST("a name appears on request and goes with the spool", a_name_on_request),
        TEST("beyond the memory without a directory it is broken, and says so",
             without_a_directory),
        TEST("an empty message is a text and a file", an_empty_message),
    };

    if (!mkdtemp(directory))
        return 1;
    int failed = cmocka_run_group_tests_name("spool", tests, NULL, NULL);
    rmdir(directory);
    return failed;
}
