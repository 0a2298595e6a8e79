/* no-localhost - refuse clients that call themselves localhost.
 *
 * A client on this machine would not come through the proxy; one elsewhere that
 * says so does not know its own name, or hides it. */
#include <smtp-gated/plugin.h>
#include <strings.h>

static struct sg_verdict no_localhost_helo(struct sg_session *s, const char *name, void *self)
{
    (void)s, (void)self;
    if (strcasecmp(name, "localhost") == 0)
        return sg_answer(SG_REJECT, "You are not localhost");
    return sg_pass();
}

SG_PLUGIN(no_localhost, .summary = "refuse clients that call themselves localhost",
          .helo = no_localhost_helo)
