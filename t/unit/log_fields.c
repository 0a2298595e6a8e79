/* Where the log takes fields apart: JSON and the journal. */
#include "log_reader.h"
#include "unit.h"

#include <math.h>

#include <stdlib.h>
#include <syslog.h>

/* ------------------------------------------------------------------ JSON -- */

#define JSON_HEAD                                                                                  \
    "^\\{\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}"              \
    "[+-][0-9]{2}:[0-9]{2}\",\"level\":\"info\","

static const char *json(int fd)
{
    const char *line;

    log_flush();
    line = strstr(log_next(fd), "{");
    assert_non_null(line);
    return line;
}

static void json_object(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_JSON, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 42, "CLOSE", "by=%s, rcv=%d/%d, load=%.1f", "client", 1, 2, 0.5);
    assert_matches(json(fd),
                   JSON_HEAD "\"session\":42,\"event\":\"CLOSE\",\"fields\":"
                             "\\{\"by\":\"client\",\"rcv\":\"1/2\",\"load\":0\\.5\\}\\}$");
    log_event(LOG_INFO, 0, "E", "%s", "no key");
    assert_matches(json(fd), JSON_HEAD "\"pid\":[0-9]+,\"event\":\"E\",\"fields\":"
                                       "\\{\"text\":\"no key\"\\}\\}$");
    log_note(LOG_INFO, "words, more=%d", 1);
    assert_contains(json(fd), "\"event\":\"NOTE\",\"fields\":{\"text\":\"words, more=1\"}}");
    log_event_as(LOG_INFO, 1, "MAIL FROM <a>", "MAIL", "from=%s", "a");
    assert_contains(json(fd), "\"event\":\"MAIL\",\"fields\":{\"from\":\"a\"}}");
    log_done(fd);
}

static void json_numbers(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_JSON, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 1, "E", "a=%u, b=%ld, c=%5.2f, d=%s, e=%d/%d, f=%.1f ms, g=%llu", 0u, -12L,
              10.0, "7", 1, 2, 3.0, 18446744073709551615ull);
    assert_contains(json(fd), "{\"a\":0,\"b\":-12,\"c\":10.00,\"d\":\"7\",\"e\":\"1/2\","
                              "\"f\":\"3.0 ms\",\"g\":18446744073709551615}");
    log_event(LOG_INFO, 1, "E", "a=%f, b=%03d, c=%d", (double)NAN, 7, 5);
    assert_contains(json(fd), "\"b\":\"007\",\"c\":5}");
    log_done(fd);
}

/* 1.4 put no comma between the fields of some lines. */
static void json_blanks(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_JSON, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 1, "E", "src=%s ident=%s, to=%s", "192.0.2.1", "a b=c", "x, y=z");
    assert_contains(json(fd),
                    "\"fields\":{\"src\":\"192.0.2.1\",\"ident\":\"a b=c\",\"to\":\"x, y=z\"}}");
    log_event(LOG_INFO, 1, "E", "uid 0!=%u, src=%s", 33u, "192.0.2.1");
    assert_contains(json(fd), "\"fields\":{\"text\":\"uid 0!=33\",\"src\":\"192.0.2.1\"}}");
    log_done(fd);
}

static void json_no_fields(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_JSON, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 1, "E", "%s", "");
    assert_contains(json(fd), "\"event\":\"E\",\"fields\":{}}");
    log_done(fd);
}

static void json_escapes(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_JSON, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 1, "E", "k=%s", "\"\\\n");
    assert_contains(json(fd), "{\"k\":\"\\\"\\\\?\"}");
    log_event(LOG_INFO, 1, "E", "k=%s", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    assert_contains(json(fd), "{\"k\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}");
    log_event(LOG_INFO, 1, "E", "k=%s", "a\xff|\xc0\xaf|\xed\xa0\x80|\xc3");
    assert_contains(json(fd), "{\"k\":\"a\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|"
                              "\xef\xbf\xbd\xef\xbf\xbd?|\xef\xbf\xbd\"}");
    log_done(fd);
}

static void no_forged_fields(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_JSON, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 1, "HELO", "helo=%s, src=%s", "x, src=10.0.0.1", "192.0.2.1");
    assert_contains(json(fd), "{\"helo\":\"x, src=10.0.0.1\",\"src\":\"192.0.2.1\"}");
    log_event(LOG_INFO, 1, "E", "a=%s, and more %%, b=%s", "1", "2");
    assert_contains(json(fd), "{\"a\":\"1, and more %\",\"b\":\"2\"}");
    log_done(fd);
}

static void json_cut_stays_json(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_JSON, LOG_INFO);
    char *big = malloc(20001);

    (void)state;
    memset(big, '"', 20000);
    big[20000] = '\0';
    log_event(LOG_INFO, 1, "E", "k=%s, after=%s", big, "x");
    assert_matches(json(fd), "\\\\\"\",\"after\":\"\"\\}\\}$");
    free(big);
    log_done(fd);
}

/* --------------------------------------------------------------- journal -- */

static void journal_fields(void **state)
{
    int fd = log_opened(LOG_TO_JOURNAL, LOG_AS_TEXT, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 42, "SCAN", "size=%d, virus.name=%s", 5, "a\nPRIORITY=0");
    log_flush();
    assert_string_equal(
        log_next(fd), "PRIORITY=6\nSYSLOG_IDENTIFIER=smtp-gated\nSYSLOG_FACILITY=2\nSYSLOG_PID=42\n"
                      "SMTP_GATED_SESSION=42\nSMTP_GATED_EVENT=SCAN\n"
                      "SMTP_GATED_SIZE=5\nSMTP_GATED_VIRUS_NAME=a?PRIORITY=0\n"
                      "MESSAGE=SCAN size=5, virus.name=a?PRIORITY=0\n");
    log_done(fd);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a JSON line is an object with the fields of the format", json_object),
        TEST("numbers are numbers in JSON", json_numbers),
        TEST("a blank parts fields as a comma does", json_blanks),
        TEST("no fields are an empty object", json_no_fields),
        TEST("JSON values are escaped and valid UTF-8", json_escapes),
        TEST("a value cannot forge a field", no_forged_fields),
        TEST("a JSON line that is cut stays JSON", json_cut_stays_json),
        TEST("the journal gets its native fields", journal_fields),
    };

    return cmocka_run_group_tests_name("log_fields", tests, log_make_dir, log_remove_dir);
}
