/* DNS messages: the first byte chooses the type that was asked for, the rest is
 * what a server says. */
#include "fuzz.h"

#include "../../sdk/kit/dns_inner.h"

#include <string.h>

static void whole(enum dns_type type, const struct dns_record *r)
{
    check(r->data[r->length] == '\0');
    check(type != DNS_A || r->length == 4);
    check(type != DNS_AAAA || r->length == 16);
    check((type != DNS_MX && type != DNS_PTR) || r->length == strlen(r->data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA, DNS_TXT, DNS_PTR, DNS_MX};
    if (size == 0)
        return 0;
    enum dns_type type = types[data[0] % 5];
    const struct dns_answer *a = dns_message_read(data + 1, size - 1, type);
    check((a->outcome == DNS_FOUND) == (a->count > 0));
    check((a->outcome == DNS_FAILED) == (a->reason != NULL));
    for (unsigned i = 0; i < a->count; i++)
        whole(type, &a->records[i]);
    dns_answer_drop(a);
    return 0;
}
