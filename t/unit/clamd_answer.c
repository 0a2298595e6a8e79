/* What clamd says, and what is made of it: everything odd is not clean. */
#include "unit.h"
#include "../../plugins/av-clamd/answer.h"
#include <stdio.h>
#include <string.h>

static void check(const char *said, int numbered, enum clamd_answer wanted)
{
    char text[256];
    snprintf(text, sizeof text, "%s", said);
    const char *name = clamd_find(text);
    if (name)
        fail_msg("\"%s\" is taken for a find, %s", said, name);
    enum clamd_answer found = clamd_answer(text, numbered);
    if (found != wanted)
        fail_msg("\"%s\" is taken for %d, not %d", said, found, wanted);
}

static void finds(void **state)
{
    static const struct {
        const char *said, *name;
    } rows[] = {
        {"stream: Eicar-Test-Signature FOUND", "Eicar-Test-Signature"},
        {"1: fd[10]: A.B(44d88612:68) FOUND", "A.B(44d88612:68)"},
        {"/spool/a: b: Name FOUND", "Name"},
        {"/spool/OK: FOUND FOUND", "FOUND"},
        {"1: stream: A B FOUND", "A B"},
        {"1: stream: A\x01"
         "B FOUND",
         "A\x01"
         "B"},
        {"stream: FOUND", "unnamed"},
        {"stream:  FOUND", "unnamed"},
        {": A FOUND", "A"},
        {"A FOUND", "unnamed"},
        {"stream: A FOUND ", "A"},
        {"stream: A FOUND\r\n", "A"},
        {"stream: OK\nstream: A FOUND", "A"},
        {"stream: A FOUND\nstream: OK", "A"},
        {"stream: FOUND it FOUND", "FOUND it"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, "%s", rows[i].said);
        const char *name = clamd_find(text);
        if (!name || strcmp(name, rows[i].name) != 0)
            fail_msg("\"%s\" is a find of %s, not %s", rows[i].said, name, rows[i].name);
    }
}

static void understood(void **state)
{
    (void)state;
    check("stream: OK", 0, CLAMD_CLEAN);
    check("17: stream: OK", 1, CLAMD_CLEAN);
    check("fd[10]: OK", 0, CLAMD_CLEAN);
    check("/spool/a: b: OK", 0, CLAMD_CLEAN);
    check("INSTREAM size limit exceeded. ERROR", 0, CLAMD_LIMIT);
    check("3: INSTREAM size limit exceeded. ERROR", 1, CLAMD_LIMIT);
    check("fd[10]: lstat() failed: No such file or directory. ERROR", 0, CLAMD_ERROR);
    check("stream: OK ERROR", 0, CLAMD_ERROR);
    check("1: stream: Can't parse data ERROR", 1, CLAMD_UNREADABLE);
    check("stream: Exceeded max scan files ERROR", 0, CLAMD_UNREADABLE);
    check("stream: Can't write to file ERROR", 0, CLAMD_ERROR);
    check("Can't parse data ERROR", 0, CLAMD_ERROR);
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
                                          "FOUND",
                                          "stream: A FOUND OK",
                                          "stream: A found",
                                          "stream: A FOUNDLING",
                                          "ERROR",
                                          " ERROR",
                                          "UNKNOWN COMMAND",
                                          "COMMAND READ TIMED OUT",
                                          "PONG",
                                          "\x01: OK",
                                          "\x7f: OK"};
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++)
        check(answers[i], 0, CLAMD_ODD);
}

static void numbers(void **state)
{
    (void)state;
    check("stream: OK", 1, CLAMD_ODD);
    check(": stream: OK", 1, CLAMD_ODD);
    check("1:stream: OK", 1, CLAMD_ODD);
    check("1x: stream: OK", 1, CLAMD_ODD);
    check("1: OK", 1, CLAMD_ODD);
    check("", 1, CLAMD_ODD);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("what clamd(8) says is understood", understood),
        TEST("what says FOUND is a find, whatever its name", finds),
        TEST("everything else is odd, an empty answer among it (13j)", odd),
        TEST("in a session the number must be there", numbers),
    };

    return cmocka_run_group_tests_name("clamd_answer", tests, NULL, NULL);
}
