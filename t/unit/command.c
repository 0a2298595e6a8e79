/* Verbs and arguments. */
#include "unit.h"

#include "../../daemon/smtp/command.h"

static void parsed(const char *text, enum verb verb, const char *word, const char *arg)
{
    struct command c = command_parse(span_str(text));

    assert_int_equal(c.verb, verb);
    assert_span(c.word, word);
    assert_span(c.arg, arg);
}

static void splits(void **state)
{
    (void)state;
    parsed("EHLO client.example", VERB_EHLO, "EHLO", "client.example");
    parsed("mail FROM:<a@b> SIZE=1", VERB_MAIL, "mail", "FROM:<a@b> SIZE=1");
    parsed("QUIT", VERB_QUIT, "QUIT", "");
    parsed("DATA  ", VERB_DATA, "DATA", "");
    parsed("AUTH PLAIN \t", VERB_AUTH, "AUTH", "PLAIN");
    parsed("", VERB_UNKNOWN, "", "");
    parsed("  \t", VERB_UNKNOWN, "", "");
}

static void whole_words_only(void **state)
{
    (void)state;
    parsed("MAILS FROM:<a>", VERB_UNKNOWN, "MAILS", "FROM:<a>");
    parsed("MAIL:FROM", VERB_UNKNOWN, "MAIL:FROM", "");
    parsed("DAT", VERB_UNKNOWN, "DAT", "");
    parsed("? x", VERB_UNKNOWN, "?", "x");
}

/* SEMANTICS 13f: two blanks must not hide the verb or its argument. */
static void blanks_hide_nothing(void **state)
{
    (void)state;
    parsed("MAIL  FROM:<a>", VERB_MAIL, "MAIL", "FROM:<a>");
    parsed("MAIL\tFROM:<a>", VERB_MAIL, "MAIL", "FROM:<a>");
    parsed(" \tMAIL \t FROM:<a>", VERB_MAIL, "MAIL", "FROM:<a>");
}

static void notes_odd_blanks(void **state)
{
    static const struct {
        const char *text;
        bool padded;
    } cases[] = {
        {"MAIL FROM:<a>", false},
        {" MAIL FROM:<a>", true},
        {"\tMAIL FROM:<a>", true},
        {"MAIL  FROM:<a>", true},
        {"MAIL\tFROM:<a>", true},
        {" MAIL \tFROM:<a>", true},
        {"QUIT", false},
        {"QUIT  ", false},
        {" QUIT", true},
        {"", false},
        {"  ", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(command_parse(span_str(cases[i].text)).padded, cases[i].padded);
}

static void names_come_back(void **state)
{
    (void)state;
    for (unsigned v = VERB_UNKNOWN + 1; v < VERB_COUNT; v++)
        assert_int_equal(command_parse(span_str(verb_name((enum verb)v))).verb, v);
    assert_string_equal(verb_name(VERB_MAIL), "MAIL");
    assert_string_equal(verb_name(VERB_UNKNOWN), "?");
    assert_string_equal(verb_name(VERB_COUNT), "?");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a command is a verb without case and a trimmed argument", splits),
        TEST("a verb is the whole first word", whole_words_only),
        TEST("blanks and tabs hide neither verb nor argument (13f)", blanks_hide_nothing),
        TEST("blanks that MTAs may read in two ways are noted", notes_odd_blanks),
        TEST("every verb has its name", names_come_back),
    };

    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
