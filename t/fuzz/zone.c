/* A DNS block list as the configuration writes it, up to the first NUL, and what its
 * answers mean: behind the NUL stand addresses, four bytes each. */
#include "fuzz.h"

#include "../../plugins/dnsbl/zone.h"

#include <stdlib.h>
#include <string.h>

/* An error says nothing of a client, whatever the list was asked for. */
static void judge(const struct zone *zone, const unsigned char *a)
{
    enum zone_word word = zone_judge(zone, a);
    bool error = a[0] == 127 && ((a[1] == 255 && a[2] == 255) || (!a[1] && !a[2] && a[3] == 1));
    bool usual = a[0] == 127 && !a[1] && !a[2] && a[3] != 0 && a[3] != 255;
    check(!error || word == ZONE_ERROR);
    if (zone->count == 0)
        check(error || word == (usual ? ZONE_LISTED : a[0] == 127 ? ZONE_UNRELATED : ZONE_ERROR));
    else
        check(a[0] != 127 || error || word != ZONE_ERROR);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zone zone;
    char *text = span_dup(span_of((const char *)data, size));
    size_t n = strlen(text);
    const char *wrong = zone_parse(text, &zone);
    if (wrong)
        check(*wrong);
    else {
        check(zone.weight != 0 && zone.count <= ZONE_NETS);
        check(*zone.show && *zone.name && strncmp(text, zone.name, strlen(zone.name)) == 0);
        for (size_t i = n + 1; i + 4 <= size; i += 4)
            judge(&zone, data + i);
    }
    free(text);
    return 0;
}
