/* auth-require - take mail only from who has authenticated to the server.
 *
 * The relay sees the server's 235, so nothing is asked and nothing is known of
 * names or passwords here.  Refused is MAIL, where RFC 4954, 6 has the 530: the
 * transaction never begins, and the client may authenticate and try again. */
#include <smtp-gated/plugin.h>

enum mode { IF_SUPPORTED, MANDATORY };

struct auth_require {
    int mode;
    const char *message;
};

static const char *const modes[] = {"ifsupported", "mandatory", NULL};

static const struct sg_option options[] = {
    SG_OPT_ENUM(struct auth_require, mode, "ifsupported", modes,
                "Whether servers that do not offer authentication get mail without it "
                "(ifsupported) or none (mandatory)"),
    SG_OPT_STRING(struct auth_require, message, "Authentication required",
                  "What a client is told that has not authenticated"),
    SG_OPT_END};

static struct sg_verdict auth_require_mail(struct sg_session *s, struct sg_mail *m,
                                           const char *reverse_path, const char *parameters,
                                           void *self)
{
    const struct auth_require *a = self;

    (void)m, (void)reverse_path, (void)parameters;
    if (sg_authenticated(s) || (a->mode == IF_SUPPORTED && !sg_auth_offered(s)))
        return sg_pass();
    sg_log(s, SG_INFO, "DATA:AUTH_REQUIRED", "src=%s, ident=%s", sg_client_ip(s), sg_ident(s));
    return (struct sg_verdict){.answer = SG_REJECT,
                               .code = 530,
                               .enhanced = "5.7.1",
                               .text = a->message,
                               .event = "noauth"};
}

SG_PLUGIN(auth_require, .summary = "take mail only from clients that have authenticated",
          .options = options, .settings_size = sizeof(struct auth_require),
          .mail = auth_require_mail)
