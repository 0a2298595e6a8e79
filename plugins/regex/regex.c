/* regex - accept or refuse HELO, MAIL FROM and RCPT TO by pattern.
 *
 * Each of the three has two lists of patterns: one of `enforce` must match, none of
 * `reject` may.  They see what the parser of the host found, not the line: no run of
 * blanks and no length brings an address past them.  Matching is unanchored and
 * case-sensitive, on bytes.
 *
 * A client chooses the subject, so every match has a limit, and one that reaches it
 * is an error, which on_error decides. */
#include <smtp-gated/plugin.h>

#include <stdio.h>
#include <string.h>

enum subject { HELO, MAIL_FROM, RCPT_TO, SUBJECTS };
enum condition {
    ENFORCE,
    REJECT,
    CONDITIONS
}; /* refused when the match finds 0, when it finds 1 */

struct regex {
    struct sg_regexes *enforce_helo, *enforce_mail_from, *enforce_rcpt_to;
    struct sg_regexes *reject_helo, *reject_mail_from, *reject_rcpt_to;
    const char *message_helo, *message_mail_from, *message_rcpt_to;
};

static const struct sg_option options[] = {
    SG_OPT_REGEXES(struct regex, enforce_helo, NULL, "HELO and EHLO names must match one of these"),
    SG_OPT_REGEXES(struct regex, reject_helo, NULL, "HELO and EHLO names must match none of these"),
    SG_OPT_REGEXES(struct regex, enforce_mail_from, NULL,
                   "Reverse-paths must match one of these; the null path is the empty string"),
    SG_OPT_REGEXES(struct regex, reject_mail_from, NULL, "Reverse-paths must match none of these"),
    SG_OPT_REGEXES(struct regex, enforce_rcpt_to, NULL, "Forward-paths must match one of these"),
    SG_OPT_REGEXES(struct regex, reject_rcpt_to, NULL, "Forward-paths must match none of these"),
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

static const struct sg_regexes *list_of(const struct regex *r, enum subject subject,
                                        enum condition condition)
{
    const struct sg_regexes *const lists[SUBJECTS][CONDITIONS] = {
        [HELO] = {r->enforce_helo, r->reject_helo},
        [MAIL_FROM] = {r->enforce_mail_from, r->reject_mail_from},
        [RCPT_TO] = {r->enforce_rcpt_to, r->reject_rcpt_to}};

    return lists[subject][condition];
}

static const char *may_log(enum subject subject, const char *string, int refused,
                           char out[SG_LOG_ADDRESS])
{
    if (subject == MAIL_FROM)
        return sg_log_mail_from(string, refused, out);
    return subject == RCPT_TO ? sg_log_rcpt_to(string, refused, out) : string;
}

/* In a static buffer: the host copies it when the hook returns. */
static struct sg_verdict undecided(const char *name)
{
    static char text[64];

    snprintf(text, sizeof text, "%s: match limit exceeded", name);
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
    char shown[SG_LOG_ADDRESS];

    for (int k = 0; k < CONDITIONS; k++) {
        const struct sg_regexes *list = list_of(r, subject, k);
        const char *name = names[subject][k];
        if (!list)
            continue;
        const int found = sg_regex_match(list, string, strlen(string));
        const int refused = (found > 0) == (k == REJECT);
        if (found < 0)
            return undecided(name);
        sg_log(s, SG_DEBUG, found ? "REGEX:MATCH" : "REGEX:NO-MATCH", "condition=%s string=%s",
               name, may_log(subject, string, refused, shown));
        if (refused)
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
    char shown[SG_LOG_ADDRESS];
    struct sg_verdict v = judge(s, r, MAIL_FROM, reverse_path, r->message_mail_from);

    (void)m;
    (void)parameters;
    if (v.event)
        sg_log(s, SG_NOTICE, "REGEX:REJECT", "src=%s, ident=%s, mail=%s", sg_client_ip(s),
               sg_ident(s), sg_log_mail_from(reverse_path, 1, shown));
    return v;
}

static struct sg_verdict regex_rcpt(struct sg_session *s, struct sg_mail *m,
                                    const char *forward_path, const char *parameters, void *self)
{
    const struct regex *r = self;
    char shown[SG_LOG_ADDRESS];
    struct sg_verdict v = judge(s, r, RCPT_TO, forward_path, r->message_rcpt_to);

    (void)m;
    (void)parameters;
    if (v.event)
        sg_log(s, SG_NOTICE, "REGEX:REJECT", "src=%s, ident=%s, rcpt=%s", sg_client_ip(s),
               sg_ident(s), sg_log_rcpt_to(forward_path, 1, shown));
    return v;
}

SG_PLUGIN(regex, .summary = "accept or refuse HELO, MAIL FROM and RCPT TO by pattern",
          .options = options, .settings_size = sizeof(struct regex), .helo = regex_helo,
          .mail = regex_mail, .rcpt = regex_rcpt)
