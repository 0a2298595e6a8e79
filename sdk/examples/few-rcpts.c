/* few-rcpts - take so many recipients of one mail, and no more.
 *
 * RFC 5321, 4.5.3.1.10 has the answer for those beyond: 452, and a sender that
 * minds it sends the rest of them another copy.
 *
 * What is counted is what was asked for: in a pipeline the server has not answered
 * the first RCPT yet when the last one is here. */
#include <smtp-gated/plugin.h>

struct few_rcpts {
    long most;
    const char *message;
};

static const struct sg_option options[] = {
    SG_OPT_INT(struct few_rcpts, most, "100", 1, 1000000, "How many recipients a mail may have"),
    SG_OPT_STRING(struct few_rcpts, message, "Too many recipients", "What is said to the others"),
    SG_OPT_END};

static struct sg_verdict few_rcpts_rcpt(struct sg_session *s, struct sg_mail *m,
                                        const char *forward_path, const char *parameters,
                                        void *self)
{
    const struct few_rcpts *my = self;
    long *asked = sg_mail_state(m, self);
    char to[SG_LOG_ADDRESS];

    (void)parameters;
    if (++*asked <= my->most)
        return sg_pass();
    sg_log(s, SG_NOTICE, "FEW:REFUSED", "src=%s, to=%s", sg_client_ip(s),
           sg_log_rcpt_to(forward_path, 1, to));
    return (struct sg_verdict){
        .answer = SG_TEMPFAIL, .code = 452, .enhanced = "4.5.3", .text = my->message};
}

SG_PLUGIN(few_rcpts, .summary = "limit the recipients of a mail", .options = options,
          .settings_size = sizeof(struct few_rcpts), .mail_size = sizeof(long),
          .rcpt = few_rcpts_rcpt)
