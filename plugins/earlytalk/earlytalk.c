/* earlytalk - refuse clients that speak before they are greeted.
 *
 * RFC 5321, 3.1 lets the server speak first; programs that only push out mail
 * do not wait.  The host has kept back what came before the banner, so that a
 * client which passes (because it sent less than a line) loses nothing.
 *
 * There is one honest reason not to wait: the server has said in an earlier session
 * that the client need not.  So that is not offered; and a client that has waited
 * before, and now does not, remembers an offer, and may come again. */
#include "honest.h"
#include <smtp-gated/plugin.h>

#include <errno.h>
#include <string.h>

struct earlytalk {
    const char *message;
    struct honest *honest; /* shared by the workers */
};

/* Exim's, by its names of several years: commands may come before the banner. */
static const char *const not_offered[] = {"PIPECONNECT", "PIPE_CONNECT", "X_PIPE_CONNECT",
                                          "X_PIPECONNECT", NULL};

static const struct sg_option options[] = {SG_OPT_STRING(struct earlytalk, message,
                                                         "Next time wait for MTA greeting",
                                                         "What the client is told"),
                                           SG_OPT_END};

static int earlytalk_configure(void *self)
{
    struct earlytalk *e = self;

    e->honest = honest_create();
    if (e->honest)
        return 0;
    sg_config_error(NULL, "no memory to share: %s", strerror(errno));
    return -1;
}

static void earlytalk_release(void *self)
{
    const struct earlytalk *e = self;

    honest_destroy(e->honest);
}

static struct sg_verdict refuse_for_now(const char *message)
{
    return (struct sg_verdict){
        .answer = SG_TEMPFAIL, .code = 421, .enhanced = "4.7.0", .text = message};
}

static struct sg_verdict earlytalk_greet(struct sg_session *s, void *self)
{
    const struct earlytalk *e = self;
    const struct sockaddr *client = sg_client_addr(s);

    if (!sg_early_line(s)) {
        honest_note(e->honest, client, sg_time());
        return sg_pass();
    }
    int honest = honest_knows(e->honest, client, sg_time());
    sg_log(s, SG_NOTICE, "FOUND:EARLYTALK", "src=%s ident=%s, waited_before=%d", sg_client_ip(s),
           sg_ident(s), honest);
    if (honest)
        return refuse_for_now(e->message);
    return (struct sg_verdict){.answer = SG_REJECT,
                               .code = 554,
                               .text = e->message,
                               .event = "earlytalk",
                               .detail = "EARLYTALK"};
}

SG_PLUGIN(earlytalk, .summary = "refuse clients that speak before the greeting", .options = options,
          .settings_size = sizeof(struct earlytalk), .configure = earlytalk_configure,
          .release = earlytalk_release, .greet = earlytalk_greet, .not_offered = not_offered)
