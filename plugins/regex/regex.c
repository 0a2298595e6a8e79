/* regex - accept or refuse HELO, MAIL FROM and RCPT TO by pattern.
 *
 * Each of the three has two patterns: `enforce` must match, `reject` must not.
 * They see what the parser of the host found, not the line: no run of blanks
 * and no length brings an address past them.  Matching is unanchored and
 * case-sensitive, on bytes.
 *
 * The patterns are compiled in the keeper, so that workers share the code the
 * JIT compiler made; what a match writes to (match data, the JIT's stack) is
 * each worker's own.  A client chooses the subject, so every match has a
 * limit, and one that reaches it is an error, which on_error decides. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <smtp-gated/plugin.h>

#include <pcre2.h>
#include <stdio.h>
#include <string.h>

/* How much a match may cost: steps of backtracking, and KiB of memory. */
enum { STEPS = 100000, HEAP_KIB = 1024, JIT_STACK_START = 32 * 1024, JIT_STACK_MAX = 512 * 1024 };

enum subject { HELO, MAIL_FROM, RCPT_TO, SUBJECTS };
enum condition {
    ENFORCE,
    REJECT,
    CONDITIONS
}; /* refused when the match finds 0, when it finds 1 */

struct regex {
    const char *enforce_helo, *enforce_mail_from, *enforce_rcpt_to;
    const char *reject_helo, *reject_mail_from, *reject_rcpt_to;
    const char *message_helo, *message_mail_from, *message_rcpt_to;
    pcre2_code *code[SUBJECTS][CONDITIONS]; /* NULL: no such pattern */
    pcre2_match_context *limits;
    pcre2_match_data *match;
    pcre2_jit_stack *stack;
};

static const struct sg_option options[] = {
    SG_OPT_REGEX(struct regex, enforce_helo, NULL, "HELO and EHLO names must match this"),
    SG_OPT_REGEX(struct regex, reject_helo, NULL, "HELO and EHLO names must not match this"),
    SG_OPT_REGEX(struct regex, enforce_mail_from, NULL,
                 "Reverse-paths must match this; the null path is the empty string"),
    SG_OPT_REGEX(struct regex, reject_mail_from, NULL, "Reverse-paths must not match this"),
    SG_OPT_REGEX(struct regex, enforce_rcpt_to, NULL, "Forward-paths must match this"),
    SG_OPT_REGEX(struct regex, reject_rcpt_to, NULL, "Forward-paths must not match this"),
    SG_OPT_STRING(struct regex, message_helo, "HELO name refused by local policy",
                  "What a client with a refused name is told"),
    SG_OPT_STRING(struct regex, message_mail_from, "Sender address refused by local policy",
                  "What a client with a refused reverse-path is told"),
    SG_OPT_STRING(struct regex, message_rcpt_to, "Recipient address refused by local policy",
                  "What a client with a refused forward-path is told"),
    SG_OPT_END};

static const char *const names[SUBJECTS][CONDITIONS] = {
    [HELO] = {"enforce_helo", "reject_helo"},
    [MAIL_FROM] = {"enforce_mail_from", "reject_mail_from"},
    [RCPT_TO] = {"enforce_rcpt_to", "reject_rcpt_to"}};

/* What a refusal is called in events and lock files. */
static const char *const details[SUBJECTS] = {
    [HELO] = "REGEX_HELO", [MAIL_FROM] = "REGEX_MAIL_FROM", [RCPT_TO] = "REGEX_RCPT_TO"};

/* 0, or -1 after saying where the pattern is wrong.  Where the system forbids
 * memory that is both written and run there is no JIT; the interpreter gives
 * the same answers. */
static int compile(const char *option, const char *pattern, pcre2_code **code)
{
    PCRE2_SIZE at;
    int error;

    if (!pattern || !*pattern)
        return 0;
    *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, 0, &error, &at, NULL);
    if (!*code) {
        PCRE2_UCHAR why[128];
        pcre2_get_error_message(error, why, sizeof why);
        sg_config_error(option, "at character %zu: %s", (size_t)at + 1, (const char *)why);
        return -1;
    }
    pcre2_jit_compile(*code, PCRE2_JIT_COMPLETE);
    return 0;
}

static int regex_configure(void *self)
{
    struct regex *r = self;
    const char *const patterns[SUBJECTS][CONDITIONS] = {
        [HELO] = {r->enforce_helo, r->reject_helo},
        [MAIL_FROM] = {r->enforce_mail_from, r->reject_mail_from},
        [RCPT_TO] = {r->enforce_rcpt_to, r->reject_rcpt_to}};
    int wrong = 0;

    for (int i = 0; i < SUBJECTS; i++)
        for (int k = 0; k < CONDITIONS; k++)
            wrong |= compile(names[i][k], patterns[i][k], &r->code[i][k]);
    return wrong;
}

static int regex_start(void *self)
{
    struct regex *r = self;

    r->limits = pcre2_match_context_create(NULL);
    r->match = pcre2_match_data_create(1, NULL);
    r->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (!r->limits || !r->match)
        return -1;
    pcre2_set_match_limit(r->limits, STEPS);
    pcre2_set_heap_limit(r->limits, HEAP_KIB);
    pcre2_jit_stack_assign(r->limits, NULL, r->stack);
    return 0;
}

static void regex_stop(void *self)
{
    struct regex *r = self;

    pcre2_jit_stack_free(r->stack);
    pcre2_match_data_free(r->match);
    pcre2_match_context_free(r->limits);
}

static void regex_release(void *self)
{
    struct regex *r = self;

    for (int i = 0; i < SUBJECTS; i++)
        for (int k = 0; k < CONDITIONS; k++)
            pcre2_code_free(r->code[i][k]);
}

/* 1: the pattern matches, 0: it does not, below 0: PCRE2 could not tell. */
static int matches(const struct sg_session *s, const struct regex *r, const pcre2_code *code,
                   const char *name, const char *string)
{
    int found = pcre2_match(code, (PCRE2_SPTR)string, strlen(string), 0, 0, r->match, r->limits);

    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
        return found;
    found = found != PCRE2_ERROR_NOMATCH;
    sg_log(s, SG_DEBUG, found ? "REGEX:MATCH" : "REGEX:NO-MATCH", "condition=%s string=%s", name,
           string);
    return found;
}

static struct sg_verdict undecided(const char *name, int error)
{
    static char text[192]; /* copied by the host when the hook returns */
    PCRE2_UCHAR why[128];

    pcre2_get_error_message(error, why, sizeof why);
    snprintf(text, sizeof text, "%s: %s", name, (const char *)why);
    return sg_failed(text);
}

static struct sg_verdict judge(const struct sg_session *s, const struct regex *r,
                               enum subject subject, const char *string, const char *message)
{
    const struct sg_verdict refusal = {.answer = SG_TAKEOVER,
                                       .code = 550,
                                       .enhanced = "5.7.1",
                                       .text = message,
                                       .event = "regex",
                                       .detail = details[subject]};

    for (int k = 0; k < CONDITIONS; k++) {
        const pcre2_code *code = r->code[subject][k];
        int found = code ? matches(s, r, code, names[subject][k], string) : k == ENFORCE;
        if (found < 0)
            return undecided(names[subject][k], found);
        if (found == (k == REJECT))
            return refusal;
    }
    return sg_pass();
}

static struct sg_verdict regex_helo(struct sg_session *s, const char *name, void *self)
{
    const struct regex *r = self;
    struct sg_verdict v = judge(s, r, HELO, name, r->message_helo);

    if (v.event)
        sg_log(s, SG_NOTICE, "REGEX:REJECT", "src=%s, ident=%s, helo=%s", sg_client_ip(s),
               sg_ident(s), name);
    return v;
}

static struct sg_verdict regex_mail(struct sg_session *s, struct sg_mail *m,
                                    const char *reverse_path, const char *parameters, void *self)
{
    const struct regex *r = self;
    struct sg_verdict v = judge(s, r, MAIL_FROM, reverse_path, r->message_mail_from);

    (void)m;
    (void)parameters;
    if (v.event)
        sg_log(s, SG_NOTICE, "REGEX:REJECT", "src=%s, ident=%s, mail=%s", sg_client_ip(s),
               sg_ident(s), reverse_path);
    return v;
}

static struct sg_verdict regex_rcpt(struct sg_session *s, struct sg_mail *m,
                                    const char *forward_path, const char *parameters, void *self)
{
    const struct regex *r = self;
    struct sg_verdict v = judge(s, r, RCPT_TO, forward_path, r->message_rcpt_to);

    (void)m;
    (void)parameters;
    if (v.event)
        sg_log(s, SG_NOTICE, "REGEX:REJECT", "src=%s, ident=%s, rcpt=%s", sg_client_ip(s),
               sg_ident(s), forward_path);
    return v;
}

SG_PLUGIN(regex, .summary = "accept or refuse HELO, MAIL FROM and RCPT TO by pattern",
          .options = options, .settings_size = sizeof(struct regex), .configure = regex_configure,
          .start = regex_start, .stop = regex_stop, .release = regex_release, .helo = regex_helo,
          .mail = regex_mail, .rcpt = regex_rcpt)
