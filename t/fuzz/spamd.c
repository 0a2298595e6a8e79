/* Answers of spamd: a score is a number, and stands in an answer that is whole. */
#include "fuzz.h"

#include "../../plugins/as-spamd/answer.h"

#include <math.h>
#include <string.h>

enum { MOST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char said[MOST + 1] = "", text[MOST + 1];
    double score = NAN, worst;
    if (size > MOST)
        return 0;
    memcpy(said, data, size);
    memcpy(text, said, sizeof text);
    worst = spamd_worst(text);
    enum spamd_answer answer = spamd_answer(text, &score);
    check(strlen(text) <= strlen(said));
    if (answer != SPAMD_ODD)
        check(strncmp(said, "SPAMD/", 6) == 0);
    if (answer != SPAMD_SCORED && answer != SPAMD_SCORED_ANNOUNCED)
        return 0;
    size_t n = strlen(said);
    check(isfinite(score));
    check(worst >= score);
    check(strstr(said, "EX_OK") && strstr(said, "\nSpam:"));
    if (answer == SPAMD_SCORED_ANNOUNCED)
        return 0;
    check(n > 2 && said[n - 1] == '\n' && (said[n - 2] == '\n' || said[n - 2] == '\r'));
    return 0;
}
