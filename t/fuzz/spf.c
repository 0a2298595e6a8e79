/* SPF records and their macros: what is read stays within its bounds, and what it
 * expands to is a name or nothing. */
#include "fuzz.h"

#include "../../plugins/spf/macro.h"
#include "../../plugins/spf/record.h"

#include <netinet/in.h>
#include <string.h>

static void expand(const char *spec, char *part)
{
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6};
    struct macro_facts facts = {.addr = (struct sockaddr *)&addr,
                                .helo = part,
                                .local_part = part,
                                .sender_domain = "sender.test",
                                .domain = part,
                                .validated = "unknown"};
    char name[256];
    if (macro_expand(&facts, spec, name, sizeof name))
        check(strlen(name) < sizeof name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct record record;
    char part[65] = "";
    const char *bytes = (const char *)data;
    memcpy(part, bytes, size < 64 ? size : 64);
    if (!record_is_spf(bytes, size) || record_read(bytes, size, &record))
        return 0;
    check(record.count <= RECORD_TERMS);
    for (unsigned i = 0; i < record.count; i++) {
        check(record.terms[i].prefix4 >= 0 && record.terms[i].prefix4 <= 32);
        check(record.terms[i].prefix6 >= 0 && record.terms[i].prefix6 <= 128);
        expand(record.terms[i].domain, part);
    }
    if (record.redirect)
        expand(record.redirect, part);
    return 0;
}
