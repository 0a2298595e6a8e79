/* earlytalk - refuse clients that speak before they are greeted.
 *
 * RFC 5321, 3.1 lets the server speak first; programs that only push out mail
 * do not wait.  The host has kept back what came before the banner, so that a
 * client which passes (because it sent less than a line) loses nothing. */
#include <smtp-gated/plugin.h>

struct earlytalk {
    const char *message;
};

static const struct sg_option options[] = {SG_OPT_STRING(struct earlytalk, message,
                                                         "Next time wait for MTA greeting",
                                                         "What the client is told"),
                                           SG_OPT_END};

static struct sg_verdict earlytalk_greet(struct sg_session *s, void *self)
{
    const struct earlytalk *e = self;

    if (!sg_early_line(s))
        return sg_pass();
    sg_log(s, SG_NOTICE, "FOUND:EARLYTALK", "src=%s ident=%s", sg_client_ip(s), sg_ident(s));
    return (struct sg_verdict){.answer = SG_REJECT,
                               .code = 554,
                               .text = e->message,
                               .event = "earlytalk",
                               .detail = "EARLYTALK"};
}

SG_PLUGIN(earlytalk, .summary = "refuse clients that speak before the greeting", .options = options,
          .settings_size = sizeof(struct earlytalk), .greet = earlytalk_greet)
