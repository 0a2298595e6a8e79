/* What servers call a message that they have taken. */
#include "unit.h"

#include "../../daemon/smtp/queue_id.h"

static void finds_the_id(void **state)
{
    static const struct {
        const char *text, *id;
    } cases[] = {
        {"2.0.0 Ok: queued as 4F3C2A0B1C", "4F3C2A0B1C"},
        {"2.0.0 Ok: queued as 4cXyZ12345z9.", "4cXyZ12345z9"},
        {"OK id=1qBxyz-0004Ab-2C", "1qBxyz-0004Ab-2C"},
        {"2.0.0 u4BDx1Yz012345 Message accepted for delivery", "u4BDx1Yz012345"},
        {"2.0.0 9a8b7c6d Message accepted for delivery", "9a8b7c6d"},
        {"ok 1700000000 qp 12345", "12345"},
        {"2.6.0 <a@b> [InternalId=123456, Hostname=x] 1 bytes in 2, Queued mail for delivery",
         "123456"},
        {"2.0.0 OK", ""},
        {"", ""},
        {"queued as", ""},
        {"queued as <x>", ""},
        {"id=", ""},
        {"Message accepted", ""},
        {"my qp 5", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct span id = queue_id(span_str(cases[i].text));
        if (!span_eq(id, span_str(cases[i].id)))
            fail_msg("'%s': found '%.*s'", cases[i].text, (int)id.n, id.n ? id.p : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("the id in a server's reply is found", finds_the_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
