/* What clamd says, and what is made of it: everything odd is not clean. */
#include "unit.h"
#include "../../plugins/av-clamd/answer.h"
#include <stdio.h>
#include <string.h>

static void check(const char *said, int numbered, enum clamd_answer wanted, const char *wanted_name)
{
    char text[256];
    const char *name = NULL;
    snprintf(text, sizeof text, "%s", said);
    enum clamd_answer found = clamd_answer(text, numbered, &name);
    if (found != wanted)
        fail_msg("\"%s\" is taken for %d, not %d", said, found, wanted);
    if (wanted_name)
        assert_string_equal(name, wanted_name);
}

static void understood(void **state)
{
    (void)state;
    check("stream: OK", 0, CLAMD_CLEAN, NULL);
    check("17: stream: OK", 1, CLAMD_CLEAN, NULL);
    check("fd[10]: OK", 0, CLAMD_CLEAN, NULL);
    check("/spool/a: b: OK", 0, CLAMD_CLEAN, NULL);
    check("stream: Eicar-Test-Signature FOUND", 0, CLAMD_FOUND, "Eicar-Test-Signature");
    check("1: fd[10]: A.B(44d88612:68) FOUND", 1, CLAMD_FOUND, "A.B(44d88612:68)");
    check("/spool/a: b: Name FOUND", 0, CLAMD_FOUND, "Name");
    check("/spool/OK: FOUND FOUND", 0, CLAMD_FOUND, "FOUND");
    check("INSTREAM size limit exceeded. ERROR", 0, CLAMD_LIMIT, NULL);
    check("3: INSTREAM size limit exceeded. ERROR", 1, CLAMD_LIMIT, NULL);
    check("fd[10]: lstat() failed: No such file or directory. ERROR", 0, CLAMD_ERROR, NULL);
    check("stream: OK ERROR", 0, CLAMD_ERROR, NULL);
}

static void odd(void **state)
{
    static const char *const answers[] = {"",
                                          "OK",
                                          ": OK",
                                          "stream:OK",
                                          "stream: ok",
                                          "stream: OK ",
                                          " OK",
                                          "stream: OK\n",
                                          "stream: OK\nstream: A FOUND",
                                          "stream: FOUND",
                                          "stream:  FOUND",
                                          ": A FOUND",
                                          "A FOUND",
                                          "stream: A B FOUND",
                                          "stream: A FOUND ",
                                          "FOUND",
                                          "ERROR",
                                          " ERROR",
                                          "UNKNOWN COMMAND",
                                          "COMMAND READ TIMED OUT",
                                          "PONG",
                                          "\x01: OK",
                                          "\x7f: OK"};
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++)
        check(answers[i], 0, CLAMD_ODD, NULL);
}

static void numbers(void **state)
{
    (void)state;
    check("stream: OK", 1, CLAMD_ODD, NULL);
    check(": stream: OK", 1, CLAMD_ODD, NULL);
    check("1:stream: OK", 1, CLAMD_ODD, NULL);
    check("1x: stream: OK", 1, CLAMD_ODD, NULL);
    check("1: OK", 1, CLAMD_ODD, NULL);
    check("", 1, CLAMD_ODD, NULL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("what clamd(8) says is understood", understood),
        TEST("everything else is odd, an empty answer among it (13j)", odd),
        TEST("in a session the number must be there", numbers),
    };

    return cmocka_run_group_tests_name("clamd_answer", tests, NULL, NULL);
}
