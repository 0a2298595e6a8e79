/* What goes to Redis, as its protocol has it, and what its errors mean.  Pure. */
#include "redis_wire.h"

#include <string.h>

/* ------------------------------------------------------------- commands -- */

static char *put_number(char *to, char mark, size_t n)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    *to++ = mark;
    while (count > 0)
        *to++ = digits[--count];
    *to++ = '\r';
    *to++ = '\n';
    return to;
}

char *redis_put_head(char *to, size_t words)
{
    return put_number(to, '*', words);
}

char *redis_put_word(char *to, const char *before, const char *word)
{
    const size_t b = before ? strlen(before) : 0, n = strlen(word);
    to = put_number(to, '$', b + n);
    if (b)
        memcpy(to, before, b);
    memcpy(to + b, word, n);
    memcpy(to + b + n, "\r\n", 2);
    return to + b + n + 2;
}

/* --------------------------------------------------------------- errors -- */

static const struct {
    const char *word;
    enum redis_meaning meaning;
} meanings[] = {
    {"READONLY", REDIS_MEANS_GONE},     {"LOADING", REDIS_MEANS_GONE},
    {"MASTERDOWN", REDIS_MEANS_GONE},   {"CLUSTERDOWN", REDIS_MEANS_GONE},
    {"OOM", REDIS_MEANS_GONE},          {"BUSY", REDIS_MEANS_GONE},
    {"MISCONF", REDIS_MEANS_GONE},      {"NOREPLICAS", REDIS_MEANS_GONE},
    {"TRYAGAIN", REDIS_MEANS_LATER},    {"MOVED", REDIS_MEANS_MOVED},
    {"ASK", REDIS_MEANS_MOVED},         {"NOAUTH", REDIS_MEANS_REFUSED},
    {"WRONGPASS", REDIS_MEANS_REFUSED}, {"NOPERM", REDIS_MEANS_REFUSED},
    {"DENIED", REDIS_MEANS_REFUSED},    {"WRONGTYPE", REDIS_MEANS_TYPE},
    {"NOSCRIPT", REDIS_MEANS_NOSCRIPT},
};

/* Valkey writes "NOSCRIPT No matching script." and others other sentences: the first word
 * is what counts. */
static enum redis_meaning meaning_of(const char *text)
{
    const size_t n = strcspn(text, " ");
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strlen(meanings[i].word) == n && memcmp(text, meanings[i].word, n) == 0)
            return meanings[i].meaning;
    return REDIS_MEANS_NOTHING;
}

/* What the user may not do inside a script has no word of its own. */
static bool is_acl_of_script(const char *error)
{
    static const char version7[] = "ERR The user executing the script",
                      version8[] = "ERR ACL failure in script";
    return strncmp(error, version7, sizeof version7 - 1) == 0 ||
           strncmp(error, version8, sizeof version8 - 1) == 0;
}

/* Before version 7 an error inside a script is wrapped: "ERR Error running script (call to
 * f_…): @user_script:1: @user_script: 1: -READONLY You can't …". */
enum redis_meaning redis_meaning(const char *error)
{
    enum redis_meaning meaning = meaning_of(error);
    const char *inner = error;
    if (is_acl_of_script(error))
        return REDIS_MEANS_REFUSED;
    if (meaning != REDIS_MEANS_NOTHING || strncmp(error, "ERR Error running script", 24) != 0)
        return meaning;
    while (meaning == REDIS_MEANS_NOTHING && (inner = strstr(inner, ": ")) != NULL) {
        inner += 2;
        meaning = meaning_of(inner + (*inner == '-'));
    }
    return meaning == REDIS_MEANS_NOSCRIPT ? REDIS_MEANS_NOTHING : meaning;
}

/* ----------------------------------------------------------------- keys -- */

static const char *tag_of(const char *key, size_t *n)
{
    const char *from = strchr(key, '{'), *to = from ? strchr(from, '}') : NULL;
    const bool tagged = to && to > from + 1;
    *n = tagged ? (size_t)(to - from - 1) : strlen(key);
    return tagged ? from + 1 : key;
}

/* CRC16 of XMODEM, as the specification of the cluster has it. */
static unsigned add_crc(unsigned crc, const char *bytes, size_t n)
{
    for (; n > 0; n--) {
        crc ^= (unsigned)(unsigned char)*bytes++ << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
    }
    return crc & 0xffff;
}

int redis_slot(const char *prefix, const char *key)
{
    size_t n;
    const char *tag = tag_of(key, &n);
    unsigned crc = tag == key ? add_crc(0, prefix, strlen(prefix)) : 0;
    return (int)(add_crc(crc, tag, n) % 16384);
}

bool redis_one_tag(const char *const *keys)
{
    size_t n, m;
    const char *first = *keys ? tag_of(*keys, &n) : NULL;
    for (; *keys; keys++) {
        const char *tag = tag_of(*keys, &m);
        if (m != n || memcmp(tag, first, n) != 0)
            return false;
    }
    return true;
}
