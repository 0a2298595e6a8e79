/* my-plugin - refuse mail from one domain.
 *
 * What is checked is the reverse-path, so this stops nobody who can write
 * another one. */
#include <smtp-gated/plugin.h>
#include <string.h>
#include <strings.h>

/* The settings: the host fills one for each file in conf.d. */
struct my_plugin {
    const char *refuse;
    const char *message;
};

static const struct sg_option options[] = {
    SG_OPT_STRING(struct my_plugin, refuse, NULL, "Domain whose mail is refused; none if not set"),
    SG_OPT_STRING(struct my_plugin, message, "No mail from there", "What the client is told"),
    SG_OPT_END};

static struct sg_verdict my_plugin_mail(struct sg_session *s, struct sg_mail *m,
                                        const char *reverse_path, const char *parameters,
                                        void *self)
{
    const struct my_plugin *my = self;
    const char *at = strrchr(reverse_path, '@');
    char from[SG_LOG_ADDRESS];

    (void)m, (void)parameters;
    if (!my->refuse || !at || strcasecmp(at + 1, my->refuse) != 0)
        return sg_pass();
    sg_log(s, SG_NOTICE, "MY:REFUSED", "src=%s, from=%s", sg_client_ip(s),
           sg_log_mail_from(reverse_path, 1, from));
    return sg_answer(SG_REJECT, my->message);
}

SG_PLUGIN(my_plugin, .summary = "refuse mail from one domain", .options = options,
          .settings_size = sizeof(struct my_plugin), .mail = my_plugin_mail)
