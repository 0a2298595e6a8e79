/* The kinds of values 1.4 knew, each rewritten in today's notation.  What 1.4
 * would have refused is refused here; where it took a number for a word and
 * the number is public (syslog's), so is that taken. */
#include "import_old.h"
#include "nets.h"
#include "quote.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

KIND(text)
{
    (void)expected;
    if (*value == '\0')
        return NOTHING;
    quote_text(value, strlen(value), out);
    return WRITTEN;
}

/* Takes the next word off a comma list; false at its end. */
static bool next_word(const char **list, const char **word, size_t *n)
{
    *list += strspn(*list, ", \t");
    *word = *list;
    *n = strcspn(*list, ", \t");
    *list += *n;
    return *n > 0;
}

KIND(list)
{
    const char *word;
    size_t n, count = 0;
    (void)expected;
    buffer_printf(out, "{");
    for (; next_word(&value, &word, &n); count++) {
        buffer_printf(out, "%s", count ? ", " : "");
        quote_text(word, n, out);
    }
    buffer_printf(out, "}");
    return count ? WRITTEN : NOTHING;
}

/* --------------------------------------------------------------- numbers -- */

/* In C's notation: 0x10 is 16, and so is 020. */
static bool c_number(const char *text, long *number)
{
    char *end;
    errno = 0;
    *number = strtol(text, &end, 0);
    return end != text && *end == '\0' && errno == 0;
}

KIND(number)
{
    long number;
    *expected = "a whole number";
    if (!c_number(value, &number))
        return WRONG;
    buffer_printf(out, "%ld", number);
    return WRITTEN;
}

/* Negative: off. */
KIND(unless_negative)
{
    return *value == '-' ? NOTHING : rewrite_number(value, out, expected);
}

/* No character of an address was logged; one is the least there is now. */
KIND(length)
{
    return strcmp(value, "0") == 0 ? rewrite_number("1", out, expected)
                                   : rewrite_number(value, out, expected);
}

/* 0 left the limit as it was. */
KIND(limit)
{
    long number;
    *expected = "a size in bytes, or -1";
    if (!c_number(value, &number) || number < -1)
        return WRONG;
    if (number == 0)
        return NOTHING;
    buffer_printf(out, "\"%ld\"", number);
    return WRITTEN;
}

/* -1 was for ever. */
KIND(lock_time)
{
    long number;
    *expected = "a number of seconds, or -1 for ever";
    if (!c_number(value, &number))
        return WRONG;
    if (number < 0)
        buffer_printf(out, "36500d");
    else
        buffer_printf(out, "%ld", number);
    return WRITTEN;
}

KIND(mode)
{
    long number;
    *expected = "permissions in octal with a leading 0, such as 0660";
    if (!c_number(value, &number) || number < 0 || number > 07777)
        return WRONG;
    buffer_printf(out, "%04lo", (unsigned long)number);
    return WRITTEN;
}

KIND(real)
{
    char *end;
    double number = strtod(value, &end);
    *expected = "a number such as 7 or 2.5";
    if (end == value || *end || !isfinite(number))
        return WRONG;
    buffer_printf(out, "%.15g", number > 0 ? number : 0.0); /* 0 and less: off */
    return WRITTEN;
}

static int truth(const char *value)
{
    static const char *const words[2][4] = {{"0", "no", "off", "false"},
                                            {"1", "yes", "on", "true"}};
    for (int is = 0; is < 2; is++)
        for (int i = 0; i < 4; i++)
            if (strcasecmp(value, words[is][i]) == 0)
                return is;
    return -1;
}

KIND(yes_no)
{
    *expected = "yes or no";
    if (truth(value) < 0)
        return WRONG;
    buffer_printf(out, "%s", truth(value) ? "yes" : "no");
    return WRITTEN;
}

KIND(forbid)
{
    *expected = "yes or no";
    if (truth(value) < 0)
        return WRONG;
    buffer_printf(out, "%s", truth(value) ? "forbid" : "pass");
    return WRITTEN;
}

/* ------------------------------------------------------------- addresses -- */

KIND(address)
{
    struct sockaddr_storage addr;
    *expected = "an IPv4 address";
    if (!address_parse(value, &addr))
        return WRONG;
    buffer_printf(out, "{");
    quote_text(value, strlen(value), out);
    buffer_printf(out, "}");
    return WRITTEN;
}

KIND(source_address)
{
    bool any = *value == '\0' || strcmp(value, "0.0.0.0") == 0;
    return any ? NOTHING : rewrite_address(value, out, expected);
}

/* ----------------------------------------------------------------- words -- */

static bool has_word(const char *const *words, const char *word, size_t n)
{
    while (*words && (strncmp(*words, word, n) != 0 || (*words)[n] != '\0'))
        words++;
    return *words != NULL;
}

static enum rewritten one_of(const char *const *words, const char *value, struct buffer *out)
{
    if (!has_word(words, value, strlen(value)))
        return WRONG;
    quote_word(value, strlen(value), out);
    return WRITTEN;
}

/* "virus,spam" becomes {virus, spam}. */
static enum rewritten some_of(const char *const *words, const char *value, struct buffer *out)
{
    const char *word;
    size_t n, count = 0;
    buffer_printf(out, "{");
    for (; next_word(&value, &word, &n); count++) {
        if (!has_word(words, word, n))
            return WRONG;
        buffer_printf(out, "%s%.*s", count ? ", " : "", (int)n, word);
    }
    buffer_printf(out, "}");
    return count ? WRITTEN : WRONG;
}

#define ONE_OF(kind, words, ...)                                                                   \
    KIND(kind)                                                                                     \
    {                                                                                              \
        static const char *const known[] = {__VA_ARGS__, NULL};                                    \
        *expected = words;                                                                         \
        return one_of(known, value, out);                                                          \
    }
#define SOME_OF(kind, words, ...)                                                                  \
    KIND(kind)                                                                                     \
    {                                                                                              \
        static const char *const known[] = {__VA_ARGS__, NULL};                                    \
        *expected = words;                                                                         \
        return some_of(known, value, out);                                                         \
    }

ONE_OF(auth_word, "no, ifsupported or mandatory", "no", "ifsupported", "mandatory")
ONE_OF(spf_word, "off, incoming, outgoing or fixed", "off", "none", "incoming", "outgoing", "fixed")
ONE_OF(antivirus_word, "off, clamd or mksd", "off", "none", "clamd", "mksd")
ONE_OF(antispam_word, "off or spamassassin", "off", "none", "spamassassin")
ONE_OF(header_word, "none, generic or ip-only", "none", "generic", "ip-only")
ONE_OF(mode_words,
       "fixed, fixed+xclient, remote, remote-udp, getsockname, netfilter, tproxy, "
       "tproxy,netfilter, ipfw, ipfilter or pf",
       "none", "fixed", "fixed+xclient", "remote", "remote-udp", "getsockname", "netfilter",
       "tproxy", "tproxy,netfilter", "ipfw", "ipfilter", "pf")
SOME_OF(leave_on, "words out of never, error, virus, spam and always", "never", "error", "virus",
        "spam", "always")
SOME_OF(lock_words,
        "words out of virus, spam, maxhost, maxident, dnsbl, regex, spf, earlytalk, ratelimit and "
        "never",
        "virus", "spam", "maxhost", "maxident", "dnsbl", "regex", "spf", "earlytalk", "ratelimit",
        "never")
SOME_OF(skip_words, "words out of none, direct, antivir, antispam, dnsbl and regex", "none",
        "direct", "antivir", "antispam", "dnsbl", "regex")

/* 1.4 took the words together in any order, and "slots" alone, too. */
KIND(statefile_type)
{
    static const char *const known[] = {"human", "flat", "slots", NULL};
    const char *list = value, *word;
    bool flat = false, slots = false;
    size_t n;
    *expected = "words out of human, flat and slots";
    while (next_word(&list, &word, &n)) {
        if (!has_word(known, word, n))
            return WRONG;
        flat |= *word == 'f';
        slots |= *word == 's';
    }
    buffer_printf(out, "\"%s%s\"", flat ? "flat" : "human", slots ? "+slots" : "");
    return WRITTEN;
}

/* A mask or words; "off" is none of them. */
KIND(log_words)
{
    static const char *const known[] = {"accepted", "rejected", "base64", "off",
                                        "none",     "no",       NULL};
    const char *word, *before = "";
    long mask;
    size_t n;
    *expected = "words out of off, accepted, rejected and base64";
    if (!c_number(value, &mask)) {
        mask = 0;
        while (next_word(&value, &word, &n)) {
            if (!has_word(known, word, n))
                return WRONG;
            mask |= *word == 'a' ? 1 : *word == 'r' ? 2 : *word == 'b' ? 4 : 0;
        }
    }
    buffer_printf(out, "{");
    for (int bit = 0; bit < 3; bit++)
        if (mask & (1 << bit)) {
            buffer_printf(out, "%s%s", before, known[bit]);
            before = ", ";
        }
    buffer_printf(out, "}");
    return WRITTEN;
}

/* ---------------------------------------------------------------- syslog -- */

/* A word, one of its older spellings, or its number divided by `step`. */
static enum rewritten syslog_word(const char *const *words, const char *const *aliases, long step,
                                  const char *value, struct buffer *out)
{
    long number, count = 0;
    while (words[count])
        count++;
    for (; *aliases; aliases += 2)
        if (strcmp(value, aliases[0]) == 0)
            value = aliases[1];
    if (!c_number(value, &number))
        return one_of(words, value, out);
    if (number < 0 || number % step || number / step >= count)
        return WRONG;
    buffer_printf(out, "%s", words[number / step]);
    return WRITTEN;
}

/* 1.4 logged sessions and envelopes whatever the level was; they are notice and info. */
enum { QUIETER_THAN_INFO = 6 };
KIND(level)
{
    static const char *const words[] = {"emerg",  "alert", "crit",  "err", "warning",
                                        "notice", "info",  "debug", NULL};
    static const char *const aliases[] = {"error", "err",   "warn", "warning",
                                          "panic", "emerg", NULL};
    *expected = "one of syslog's levels: debug, info, notice, warning, err, crit, alert, emerg";
    enum rewritten made = syslog_word(words, aliases, 1, value, out);
    for (unsigned quiet = 0; made == WRITTEN && quiet < QUIETER_THAN_INFO; quiet++)
        if (strcmp(buffer_cstr(out), words[quiet]) == 0) {
            buffer_cut(out, 0);
            buffer_printf(out, "info");
            break;
        }
    return made;
}

KIND(facility)
{
    static const char *const words[] = {
        "kern",   "user",     "mail",   "daemon", "auth",   "syslog", "lpr",   "news",   "uucp",
        "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock", "local0", "local1",
        "local2", "local3",   "local4", "local5", "local6", "local7", NULL};
    static const char *const aliases[] = {"security", "auth", NULL};
    *expected = "one of syslog's facilities, such as mail, daemon or local0";
    return syslog_word(words, aliases, 8, value, out);
}
