/* Answers of clamd: the first byte chooses whether it is asked in a session, the
 * rest is what it says.  What ends in FOUND is a find, whatever else it says; clean is
 * what ends as clamd says it, and nothing else. */
#include "fuzz.h"

#include "../../plugins/av-clamd/answer.h"

#include <stdbool.h>
#include <string.h>

enum { MOST = 4096 };

static bool ends(const char *text, const char *tail)
{
    size_t n = strlen(text), k = strlen(tail);
    return n > k && strcmp(text + n - k, tail) == 0;
}

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char said[MOST + 1] = "", text[MOST + 1];
    if (size == 0 || size > MOST)
        return 0;
    memcpy(said, data + 1, size - 1);
    memcpy(text, said, sizeof text);
    const char *name = clamd_find(text);
    if (name) {
        check(strstr(said, " FOUND") && *name);
        return 0;
    }
    check(!ends(said, " FOUND"));
    check(strcmp(text, said) == 0);
    enum clamd_answer answer = clamd_answer(text, data[0] & 1);
    check(answer == CLAMD_ODD || is_printable(said));
    check(answer != CLAMD_CLEAN || ends(said, ": OK"));
    return 0;
}
