/* A whole SPF check against a DNS that says what the input says: each line is the
 * answer to the next question that was not asked before.  Its first byte is what
 * becomes of the question, the rest are the records, with '|' between them.
 *
 * Whether the records are in the cache or have to be fetched one by one must make
 * no difference; and an evaluation ends, with a result, after no more questions
 * than it may ask. */
#include "fuzz.h"

#include "../../plugins/spf/evaluation.h"
#include "../../sdk/kit/dns_inner.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST = 4096, RECORDS = 16, QUESTIONS = LOOKUPS + 1 };

struct said {
    enum dns_type type;
    char name[DNS_NAME];
    struct dns_answer answer;
    struct dns_record records[RECORDS];
    struct in6_addr addresses[RECORDS];
};

struct dns_question {
    const struct dns_answer *answer;
    dns_done *done;
    void *arg;
};

static char input[MOST + 1], *next_line;
static struct said said[QUESTIONS];
static unsigned questions;
static bool cached;                /* or: everything has to be fetched */
static struct dns_question *asked; /* not answered yet */

/* ------------------------------------------------------------------- answers -- */

static void put(struct said *s, char *text)
{
    unsigned i = s->answer.count++;
    struct dns_record *r = &s->records[i];
    *r = (struct dns_record){.length = strlen(text), .data = text};
    if (s->type != DNS_A && s->type != DNS_AAAA)
        return;
    if (inet_pton(s->type == DNS_A ? AF_INET : AF_INET6, text, &s->addresses[i]) != 1)
        memcpy(&s->addresses[i], text, r->length < 16 ? r->length : 16);
    r->data = (const char *)&s->addresses[i];
    r->length = s->type == DNS_A ? 4 : 16;
}

static void read_answer(struct said *s, char *line)
{
    static const enum dns_outcome outcomes[] = {
        ['f'] = DNS_FAILED, ['n'] = DNS_NOTHING, ['t'] = DNS_TIMEOUT};
    size_t kind = (unsigned char)*line;
    s->answer.outcome = kind < sizeof outcomes / sizeof *outcomes ? outcomes[kind] : DNS_FOUND;
    s->answer.records = s->records;
    if (s->answer.outcome == DNS_FAILED || s->answer.outcome == DNS_TIMEOUT)
        s->answer.reason = "as the input has it";
    if (s->answer.outcome != DNS_FOUND)
        return;
    char *rest = *line ? line + 1 : line;
    for (char *text; s->answer.count < RECORDS && (text = strsep(&rest, "|"));)
        put(s, text);
}

static const struct dns_answer *say(enum dns_type type, const char *name)
{
    for (unsigned i = 0; i < questions; i++)
        if (said[i].type == type && strcasecmp(said[i].name, name) == 0)
            return &said[i].answer;
    check(questions < QUESTIONS);
    struct said *s = &said[questions++];
    check(strlen(name) < sizeof s->name);
    memset(s, 0, sizeof *s);
    s->type = type;
    strcpy(s->name, name);
    char *line = strsep(&next_line, "\n"), nothing[] = "n";
    read_answer(s, line ? line : nothing);
    return &s->answer;
}

/* --------------------------------------------------------- the kit, so far as used -- */

const struct dns_answer *dns_known(struct dns *dns, enum dns_type type, const char *name)
{
    (void)dns;
    return cached ? say(type, name) : NULL;
}

struct dns_question *dns_ask(struct dns *dns, enum dns_type type, const char *name, dns_done *done,
                             void *arg)
{
    (void)dns;
    check(!asked);
    asked = xcalloc(1, sizeof *asked);
    *asked = (struct dns_question){say(type, name), done, arg};
    return asked;
}

void dns_cancel(struct dns_question *question)
{
    check(question == asked);
    free(asked);
    asked = NULL;
}

const struct dns_answer *dns_answer_keep(const struct dns_answer *answer)
{
    return answer;
}

void dns_answer_drop(const struct dns_answer *answer)
{
    (void)answer;
}

/* ---------------------------------------------------------------------- runs -- */

static void on_result(enum spf_result result, const char *why, void *arg)
{
    bool error = result == SPF_IS_TEMPERROR || result == SPF_IS_PERMERROR;
    check(error == (why != NULL));
    *(enum spf_result *)arg = result;
}

static enum spf_result evaluate(const struct sockaddr *addr, const char *sender, bool from_cache)
{
    static char text[MOST + 1];
    enum spf_result result = SPF_IS_NONE;
    const char *why = NULL;
    memcpy(text, input, sizeof text);
    next_line = text;
    questions = 0;
    cached = from_cache;
    struct evaluation *e = evaluation_create(NULL, addr, "helo.test", sender, on_result, &result);
    if (evaluation_begin(e, &result, &why))
        on_result(result, why, &result);
    while (asked) {
        struct dns_question now = *asked;
        free(asked);
        asked = NULL;
        now.done(now.answer, now.arg);
    }
    check(result <= SPF_IS_PERMERROR);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000207)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_addr.s6_addr = {0x20, 1, 0xd, 0xb8, [15] = 7}};
    if (size < 2 || size > MOST)
        return 0;
    memset(input, 0, sizeof input);
    memcpy(input, data + 1, size - 1);
    const struct sockaddr *addr = data[0] & 1 ? (const void *)&v6 : (const void *)&v4;
    const char *sender = data[0] & 2 ? "A.b+c=d@sender.test" : "";
    check(evaluate(addr, sender, true) == evaluate(addr, sender, false));
    return 0;
}
