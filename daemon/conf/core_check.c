/* What the types cannot judge: options that must fit each other or the
 * machine, and the values made from them. */
#include "core_options.h"
#include "nets.h"
#include "options.h"
#include "quote.h"
#include "source.h"
#include "types.h"
#include "../base/check.h"
#include <grp.h>
#include <locale.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct checking {
    struct core *core;
    struct complaints *c;
};

static void wrong(const struct checking *k, const char *option, const char *value,
                  const char *expected)
{
    complain(k->c, k->core->file, options_line(option), option, value ? excerpt(value) : NULL,
             "expected %s", expected);
}

static void replace(const char **field, char *with)
{
    free((char *)*field);
    *field = with;
}

/* ------------------------------------------------------------ addresses -- */

struct families {
    unsigned four, six, wrong;
};

static struct families check_addresses(const struct checking *k, const char *option,
                                       const char *const *list)
{
    struct families found = {0};
    struct sockaddr_storage addr;
    for (; list && *list && found.wrong < SHOWN_MAX; list++)
        if (!address_parse(*list, &addr)) {
            wrong(k, option, *list, "an IPv4 or IPv6 address");
            found.wrong++;
        } else if (addr.ss_family == AF_INET6) {
            found.six++;
        } else {
            found.four++;
        }
    return found;
}

static void check_bind_address(const struct checking *k)
{
    check_addresses(k, "bind_address", k->core->bind_address);
    if (!k->core->bind_address)
        wrong(k, "bind_address", NULL, "at least one address");
}

/* Lists of the core are never NULL, so that who reads them need not ask. */
static void check_outgoing_addr(const struct checking *k)
{
    struct families found = check_addresses(k, "outgoing_addr", k->core->outgoing_addr);
    if (found.four > 1 || found.six > 1)
        wrong(k, "outgoing_addr", NULL, "at most one IPv4 and one IPv6 address");
    if (!k->core->outgoing_addr)
        k->core->outgoing_addr = xcalloc(1, sizeof *k->core->outgoing_addr);
}

/* --------------------------------------------------------------- limits -- */

static void check_limit(const struct checking *k, const char *option, const char *text,
                        int64_t *limit)
{
    static const struct sg_option size = {.name = "limit", .type = SG_SIZE};
    struct buffer why = {0};
    uint64_t bytes;
    *limit = -1;
    if (strcmp(text, "-1") == 0)
        return;
    if (type_size.parse(&size, text, &bytes, &why))
        *limit = (int64_t)bytes;
    else
        wrong(k, option, text, "a size in bytes such as 64M, or -1");
    buffer_finish(&why);
}

static void check_limits(const struct checking *k)
{
    struct core *core = k->core;
    check_limit(k, "limit_core_size", core->limit_core_size, &core->limits[0]);
    check_limit(k, "limit_virt_size", core->limit_virt_size, &core->limits[1]);
    check_limit(k, "limit_data_size", core->limit_data_size, &core->limits[2]);
    check_limit(k, "limit_fsize", core->limit_fsize, &core->limits[3]);
}

/* ------------------------------------------------------- users and names -- */

static bool is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static void check_user(const struct checking *k)
{
    const char *user = k->core->set_user, *group = k->core->set_group;
    const char *readers = k->core->statefile_group;
    if (readers && *readers && !is_number(readers) && !getgrnam(readers))
        wrong(k, "statefile_group", readers, "the name of a group of this system, or a number");
    if (user && *user && !is_number(user) && !getpwnam(user))
        wrong(k, "set_user", user, "the name of a user of this system, or a number");
    if (group && *group && !is_number(group) && !getgrnam(group))
        wrong(k, "set_group", group, "the name of a group of this system, or a number");
}

static void fill_proxy_name(const struct checking *k)
{
    char host[256] = "localhost";
    if (strcmp(k->core->proxy_name, "*") != 0)
        return;
    if (gethostname(host, sizeof host - 1) == 0)
        replace(&k->core->proxy_name, xstrdup(host));
}

/* It stands in replies and Received-like headers as one word. */
static void check_proxy_name(const struct checking *k)
{
    const char *name = k->core->proxy_name;
    if (*name == '\0' || name[strcspn(name, " \t")] != '\0')
        wrong(k, "proxy_name", name, "one word, or * for the name of the host");
}

static void check_locale(const struct checking *k)
{
    const char *name = k->core->locale;
    locale_t found = name ? newlocale(LC_MESSAGES_MASK, name, (locale_t)0) : (locale_t)0;
    if (found)
        freelocale(found);
    else if (name)
        remark(k->c, k->core->file, options_line("locale"), "locale", NULL,
               "%s is not installed on this system; messages stay English", name);
}

/* ------------------------------------------------------------ the others -- */

static void check_spool_leave_on(const struct checking *k)
{
    unsigned never = 1;
    if (k->core->spool_leave_on & never && k->core->spool_leave_on != never)
        wrong(k, "spool_leave_on", NULL, "never alone, or other words without it");
}

/* Silence and waiting take time; 0 would end every session at once. */
static void check_timeouts(const struct checking *k)
{
    const struct {
        const char *option;
        uint64_t ms;
    } needed[] = {{"timeout_idle", k->core->timeout_idle},
                  {"timeout_direct", k->core->timeout_direct},
                  {"timeout_final", k->core->timeout_final},
                  {"timeout_connect", k->core->timeout_connect}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (needed[i].ms == 0)
            wrong(k, needed[i].option, "0", "more than 0, such as 300 (seconds) or 5m");
}

/* The session's own tables say what a verb does; here, which words can be one. */
static bool can_be_passed(const char *word)
{
    static const char *const never[] = {
#define VERB(name, spelling)
#define NEVER(name, spelling) spelling,
#include "../smtp/verbs.def"
#undef VERB
#undef NEVER
    };
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    if (*word == '\0' || word[strspn(word, all)] != '\0')
        return false;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strncasecmp(word, never[i], 4) == 0)
            return false;
    return true;
}

static void check_allow_commands(const struct checking *k)
{
    const char **word = k->core->allow_commands;
    if (k->core->commands == COMMANDS_LISTED && (!word || !*word))
        wrong(k, "allow_commands", NULL, "at least one verb where commands is listed");
    for (; word && *word; word++)
        if (!can_be_passed(*word))
            wrong(k, "allow_commands", *word,
                  "a verb of letters, digits and hyphens, and none that is never passed, as "
                  "XCLIENT is");
    if (k->core->commands == COMMANDS_ANY && options_line("allow_commands") > 0)
        remark(k->c, k->core->file, options_line("allow_commands"), "allow_commands", NULL,
               "has no effect unless commands is known or listed");
}

/* "" takes a default away, but not of these. */
static void check_needed_paths(const struct checking *k)
{
    const struct {
        const char *option, *path;
    } needed[] = {{"pidfile", k->core->pidfile},
                  {"statefile", k->core->statefile},
                  {"spool_path", k->core->spool_path},
                  {"plugin_path", k->core->plugin_path}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].path)
            wrong(k, needed[i].option, "", "an absolute path, one that begins with /");
}

static void fill_conf_dir(const struct checking *k)
{
    const char *file = k->core->file, *slash = strrchr(file, '/');
    if (k->core->conf_dir[0] == '/')
        return;
    int length = slash ? (int)(slash - file) : 1;
    replace(&k->core->conf_dir,
            xasprintf("%.*s/%s", length, slash ? file : ".", k->core->conf_dir));
}

static void fill_workers(const struct checking *k)
{
    cpu_set_t cpus;
    if (k->core->workers > 0)
        return;
    k->core->workers = 1;
    if (sched_getaffinity(0, sizeof cpus, &cpus) == 0)
        k->core->workers = CPU_COUNT(&cpus);
}

void core_check(struct core *core, struct complaints *c)
{
    static void (*const checks[])(const struct checking *) = {
        check_bind_address, check_outgoing_addr, check_limits,         check_user,
        fill_proxy_name,    check_proxy_name,    check_spool_leave_on, check_locale,
        check_needed_paths, check_timeouts,      check_allow_commands, fill_conf_dir,
        fill_workers,
    };
    const struct checking checking = {core, c};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        checks[i](&checking);
}
