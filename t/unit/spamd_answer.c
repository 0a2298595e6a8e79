/* What spamd says, and what is made of it: whatever is odd is no score. */
#include "unit.h"
#include "../../plugins/as-spamd/answer.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define OK "SPAMD/1.1 0 EX_OK\r\n"

static enum spamd_answer sort(const char *said, double *score)
{
    char text[256];
    snprintf(text, sizeof text, "%s", said);
    return spamd_answer(text, score);
}

static void scores(void **state)
{
    static const struct {
        const char *said;
        double score;
    } rows[] = {
        {OK "Spam: True ; 15.2 / 5.0\r\n\r\n", 15.2},
        {OK "Spam: False ; -0.1 / 5.0\r\n\r\n", -0.1},
        {OK "Spam: False ; +3 / 5\r\n\r\n", 3},
        {OK "Spam: Yes ; 1000. / -5.0\r\n\r\n", 1000},
        {OK "Spam:False;0/5.0\r\n\r\n", 0},
        {"SPAMD/1.1 0 EX_OK\nSpam: False ; 1.0 / 5.0\n\n", 1},
        {"SPAMD/1.5 0 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\nX: y\r\n\r\n", 1},
        {OK "Content-length: 0\r\nSpam: False ; 1.0 / 5.0\r\n\r\n", 1},
        {OK "Content-length: 30\r\nSpam: False ; 0.00 / 15.00\r\n\r\n", 0},
        {OK "Content-length: 7\r\nSpam: False ; 15.00 / 15.00\r\n\r\nGTUBE\r\n", 15},
    };
    (void)state;
    for (unsigned i = 0; i < COUNT(rows); i++) {
        double score = -1000;
        bool announced = strstr(rows[i].said, "Content-length") != NULL;
        if (sort(rows[i].said, &score) != (announced ? SPAMD_SCORED_ANNOUNCED : SPAMD_SCORED) ||
            score < rows[i].score - 1e-6 || score > rows[i].score + 1e-6)
            fail_msg("\"%s\" gives %f", rows[i].said, score);
    }
}

static void errors(void **state)
{
    static const char *const answers[] = {"SPAMD/1.0 76 Bad header line: (EOF)\r\n",
                                          "SPAMD/1.0 75 Service Unavailable\r\n\r\n",
                                          "SPAMD/1.1 1 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n"};
    double score;
    (void)state;
    for (unsigned i = 0; i < COUNT(answers); i++)
        if (sort(answers[i], &score) != SPAMD_ERROR)
            fail_msg("\"%s\" is no error", answers[i]);
}

static void odd(void **state)
{
    static const char *const answers[] = {
        "",
        "\r\n",
        "SPAMD/1.1 0 EX_OK",
        OK,
        OK "\r\n",
        OK "Spam: True ; 15.2 / 5.0",
        OK "Spam: True ; 15.2 / 5.0\r\n",
        OK "Spam: True ; 15",
        OK "Spam: True ; 15\r\n\r\n",
        OK "Spam: True ; 15.2 / \r\n\r\n",
        OK "Spam: True ; 15.2 / x\r\n\r\n",
        OK "Spam: True ; 15.2 / 5.0 x\r\n\r\n",
        OK "Spam: True ; nan / 5.0\r\n\r\n",
        OK "Spam: True ; inf / 5.0\r\n\r\n",
        OK "Spam: True ; 0x10 / 5.0\r\n\r\n",
        OK "Spam: True ; 1e3 / 5.0\r\n\r\n",
        OK "Spam: True ; 15,2 / 5.0\r\n\r\n",
        OK "Spam: True ; 1.2.3 / 5.0\r\n\r\n",
        OK "Spam: True ; - / 5.0\r\n\r\n",
        OK "Spam: True ; . / 5.0\r\n\r\n",
        OK "Spam: ; 15.2 / 5.0\r\n\r\n",
        OK "Spam: True\r\n\r\n",
        OK "Spam: True ; 15.2 / 5.0\r\nSpam: False ; 0 / 5.0\r\n\r\n",
        OK "Spam: True ; 15.2 / 5.0\r\n\r\nmore",
        OK "Content-length: 3\r\nSpam: True ; 15.2 / 5.0\r\n\r\nmore",
        OK "Content-length: x\r\nSpam: True ; 15.2 / 5.0\r\n\r\nm",
        OK "no field\r\nSpam: True ; 15.2 / 5.0\r\n\r\n",
        "SPAMD/1.1 0 EX_OKAY\r\nSpam: False ; 1.0 / 5.0\r\n\r\n",
        "SPAMD/1.1 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n",
        "SPAMC/1.1 0 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n",
        "Spam: False ; 1.0 / 5.0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n",
    };
    double score;
    (void)state;
    for (unsigned i = 0; i < COUNT(answers); i++)
        if (sort(answers[i], &score) != SPAMD_ODD)
            fail_msg("\"%s\" is not found odd", answers[i]);
}

/* What is no answer may be enough to refuse the message. */
static void worst(void **state)
{
    static const struct {
        const char *said;
        double score;
    } rows[] = {
        {OK "Spam: True ; 15.2 / 5.0\r\n\r\n", 15.2},
        {OK "Spam: True ; 15.2 / 5.0", 15.2},
        {OK "Spam: True ; 15,2 / 5,0\r\n\r\n", 15.2},
        {OK "spam: Sure; 15.2 /", 15.2},
        {OK "Spam: False ; 1 / 5\r\nSpam: True ; 9 / 5\r\n\r\n", 9},
        {OK "Spam: True ; 9 / 5\r\n\r\nand more", 9},
        {"SPAMD/1.1 70 EX_SOFTWARE\nSpam: True ; 9 / 5\n\n", 9},
        {OK "Spam: True ; 15", -INFINITY},
        {OK "Spam: True ; nan / 5", -INFINITY},
        {OK "X: Spam: True ; 9 / 5", -INFINITY},
        {OK "Spam: /;", -INFINITY},
        {OK "Spam: ;/", 0},
        {OK "Spam: ; 1000000000000000000000000000000000000000000000 / 5", -INFINITY},
        {"", -INFINITY},
    };
    (void)state;
    for (unsigned i = 0; i < COUNT(rows); i++) {
        double score = spamd_worst(rows[i].said);
        if (score < rows[i].score - 1e-6 || score > rows[i].score + 1e-6)
            fail_msg("\"%s\" says %f", rows[i].said, score);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("scores are read, whatever the server makes of them", scores),
        TEST("a status is an error, whatever follows", errors),
        TEST("anything else is no answer", odd),
        TEST("the highest score is found in answers that are none", worst),
    };

    return cmocka_run_group_tests_name("spamd_answer", tests, NULL, NULL);
}
