/* How TLS begins. */
#include "unit.h"

#include "../../daemon/smtp/record.h"

static void first_bytes(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum record_start client, server;
    } rows[] = {
        {"", 0, RECORD_PARTIAL, RECORD_PARTIAL},
        {"\x16", 1, RECORD_PARTIAL, RECORD_PARTIAL},
        {"\x15", 1, RECORD_NONE, RECORD_PARTIAL},
        {"\x16\x03", 2, RECORD_TLS, RECORD_TLS},
        {"\x16\x03\x01\x02", 4, RECORD_TLS, RECORD_TLS},
        {"\x15\x03", 2, RECORD_NONE, RECORD_TLS},
        {"\x16\x02", 2, RECORD_NONE, RECORD_NONE},
        {"\x16M", 2, RECORD_NONE, RECORD_NONE},
        {"\x17\x03", 2, RECORD_NONE, RECORD_NONE},
        {"E", 1, RECORD_NONE, RECORD_NONE},
        {"\x80\x2e\x01\x03", 4, RECORD_NONE, RECORD_NONE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(record_of_client(rows[i].bytes, rows[i].n), rows[i].client);
        assert_int_equal(record_of_server(rows[i].bytes, rows[i].n), rows[i].server);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a client begins with a handshake, a server with one or an alert", first_bytes),
    };

    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
