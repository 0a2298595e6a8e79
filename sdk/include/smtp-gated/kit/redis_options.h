/* smtp-gated/kit/redis_options.h - the options of a plugin that asks Redis, see
 * <smtp-gated/kit/redis.h>.  The same in all such plugins:
 *
 *     struct my_plugin {
 *         struct redis_options redis;
 *         …
 *     };
 *     static const struct sg_option options[] = {
 *         REDIS_OPTIONS(struct my_plugin, redis),
 *         …
 *         SG_OPT_END};
 */
#ifndef SMTP_GATED_KIT_REDIS_OPTIONS_H
#define SMTP_GATED_KIT_REDIS_OPTIONS_H

#include <smtp-gated/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the kit makes of the options. */
struct redis_plan;

/* The host fills them in. */
struct redis_options {
    struct sg_endpoint server;
    const char **sentinels;
    const char *master, *sentinel_user, *sentinel_password;
    const char **cluster;
    const char *user, *password, *password_file;
    long database;
    const char *prefix;
    uint64_t redis_timeout;
    int tls;
    const char *tls_ca, *tls_cert, *tls_key, *tls_name;
    struct redis_plan *plan; /* the kit's: what redis_configure() made of them */
};

/* 0; or -1: sg_config_error() has said what is wrong.  Asks Redis as well, for a second at
 * most: one that refuses us is an error, one that is not there is none. */
int redis_configure(struct redis_options *options);
/* The opposite, also of a configure that failed. */
void redis_release(struct redis_options *options);

#ifdef __cplusplus
}
#endif

#define REDIS_OPTION(strct, member, type, option, initial, low, high, help)                        \
    {                                                                                              \
#option, type, SG_FIELD(strct, member.option, SG_C_TYPE_##type), initial, help, NULL, low, \
            high                                                                                   \
    }

#define REDIS_OPTIONS(strct, member)                                                               \
    REDIS_OPTION(strct, member, SG_ENDPOINT, server, NULL, 0, 0,                                   \
                 "Where Redis is: host:port, or the path of its socket; 127.0.0.1:6379 if "        \
                 "neither this nor sentinels nor cluster is set"),                                 \
        REDIS_OPTION(strct, member, SG_STRINGS, sentinels, NULL, 0, 0,                             \
                     "Sentinels to ask where the master is, each IP or IP:port"),                  \
        REDIS_OPTION(strct, member, SG_STRING, master, NULL, 0, 0,                                 \
                     "The name the Sentinels have for the master"),                                \
        REDIS_OPTION(strct, member, SG_STRING, sentinel_user, NULL, 0, 0,                          \
                     "Who we are to the Sentinels; their default user if not set"),                \
        REDIS_OPTION(strct, member, SG_SECRET, sentinel_password, NULL, 0, 0,                      \
                     "The password that the Sentinels ask for; none if not set"),                  \
        REDIS_OPTION(strct, member, SG_STRINGS, cluster, NULL, 0, 0,                               \
                     "Servers of a cluster, each IP or IP:port; the others are found"),            \
        REDIS_OPTION(strct, member, SG_STRING, user, NULL, 0, 0,                                   \
                     "Who we are to Redis; its default user if not set"),                          \
        REDIS_OPTION(strct, member, SG_SECRET, password, NULL, 0, 0, "The user's password"),       \
        REDIS_OPTION(strct, member, SG_STRING, password_file, NULL, 0, 0,                          \
                     "A file whose first line is the password; read once, by root"),               \
        REDIS_OPTION(strct, member, SG_INT, database, "0", 0, 1000000,                             \
                     "The number of the database"),                                                \
        REDIS_OPTION(strct, member, SG_STRING, prefix, "smtp-gated:", 0, 0,                        \
                     "What all keys begin with"),                                                  \
        REDIS_OPTION(strct, member, SG_DURATION, redis_timeout, "100ms", 5, 10000,                 \
                     "How long an answer of Redis is waited for"),                                 \
        REDIS_OPTION(strct, member, SG_BOOL, tls, "no", 0, 0, "Speak TLS with Redis"),             \
        REDIS_OPTION(strct, member, SG_PATH, tls_ca, NULL, 0, 0,                                   \
                     "Certificates of those who may sign Redis' one; the system's if not set"),    \
        REDIS_OPTION(strct, member, SG_STRING, tls_cert, NULL, 0, 0,                               \
                     "A file with our own certificate, where Redis asks for one"),                 \
        REDIS_OPTION(strct, member, SG_STRING, tls_key, NULL, 0, 0,                                \
                     "A file with its key; read once, by root"),                                   \
        REDIS_OPTION(strct, member, SG_STRING, tls_name, NULL, 0, 0,                               \
                     "The name in Redis' certificate; its address if not set")

#endif
