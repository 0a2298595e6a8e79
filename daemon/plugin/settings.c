/* The options of one plugin: its own and those every plugin has, from one
 * file; and then its configure(), and its prepare(), which may object by
 * sg_config_error() and ask for files by sg_grant(). */
#include "settings.h"
#include "grants.h"
#include "last_words.h"
#include "open.h"
#include "../base/check.h"
#include "../base/log.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const on_error_words[] = {"pass", "tempfail", "reject", NULL};

/* A plugin may have other defaults: common_options_of(). */
const struct sg_option common_options[COMMON_OPTIONS + 1] = {
    SG_OPT_ENUM(struct common, on_error, "tempfail", on_error_words,
                "What is answered when the check cannot be made or takes too long, and while the "
                "plugin is in quarantine; the default is pass in dnsbl and spf, and where the "
                "core's ignore_errors is yes"),
    SG_OPT_DURATION(struct common, timeout, "30", "Time for one verdict"),
    SG_OPT_BOOL(struct common, skip_authenticated, "no",
                "Pass sessions that the server has authenticated"),
    SG_OPT_BOOL(struct common, log_only, "no", "Log objections and let the mail pass"),
    SG_OPT_FLOAT(struct common, max_load, "0",
                 "Pass while the load average is above this; 0 means no limit"),
    SG_OPT_NETS(struct common, only, NULL, "Client networks this plugin is for; all if not set"),
    SG_OPT_NETS(struct common, except, NULL, "Client networks this plugin is not for"),
    SG_OPT_END};

void common_options_of(const struct sg_plugin *desc, struct sg_option table[COMMON_OPTIONS + 1])
{
    const char *const own[COMMON_OPTIONS] = {
        desc->on_error, desc->timeout, desc->skip_authenticated, desc->log_only, desc->max_load,
        desc->only,     desc->except};
    memcpy(table, common_options, sizeof common_options);
    for (unsigned i = 0; i < COMMON_OPTIONS; i++)
        if (own[i])
            table[i].initial = own[i];
}

void settings_targets(const struct plugin *p, struct option_target targets[SETTINGS_TARGETS])
{
    targets[0] = (struct option_target){p->desc.options, p->settings};
    targets[1] = (struct option_target){common_options, (void *)&p->common};
}

/* ---------------------------- for configure() and prepare() of a plugin -- */

/* Whose runs, and where its objections go. */
static struct {
    struct plugin *plugin;
    struct complaints *c;
} configuring;

static const struct sg_option *find_option(const struct plugin *p, const char *name)
{
    const struct sg_option *o = p->desc.options;
    while (o && o->name && strcmp(o->name, name) != 0)
        o++;
    return o && o->name ? o : NULL;
}

static void object(const char *name, const char *why)
{
    const struct plugin *p = configuring.plugin;
    const struct sg_option *option = name ? find_option(p, name) : NULL;
    struct buffer value = {0};
    if (option)
        option_show(option, p->settings, ", ", &value);
    complain(configuring.c, p->file, options_line(name), name,
             buffer_len(&value) ? buffer_cstr(&value) : NULL, "plugin %s: %s", p->name, why);
    buffer_finish(&value);
}

SG_PUBLIC void sg_config_error(const char *option, const char *fmt, ...)
{
    char why[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    if (configuring.plugin)
        object(option, why);
    else
        log_note(SG_ERR, "sg_config_error() outside configure and prepare: %s", why);
}

SG_PUBLIC int sg_grant(const char *path, unsigned access)
{
    if (configuring.plugin)
        return grants_add(configuring.plugin, path, access);
    errno = EPERM;
    return -1;
}

SG_PUBLIC void sg_spool_up_to(uint64_t bytes)
{
    if (configuring.plugin && !configuring.plugin->configured)
        configuring.plugin->spool_most = bytes ? bytes : UINT64_MAX;
}

/* call: one of the two, NULL if the plugin has none.  silent: what is said of it when it
 * fails without a word.  False: it failed or complained. */
static bool run(struct plugin *p, int (*call)(void *self), const char *where, const char *silent,
                struct complaints *c)
{
    const unsigned errors_before = c->errors;
    if (!call)
        return true;
    configuring.plugin = p;
    configuring.c = c;
    last_words_about(p, where);
    const int failed = call(p->settings);
    last_words_about(NULL, NULL);
    configuring.plugin = NULL;
    if (failed && c->errors == errors_before)
        complain(c, p->file, 0, NULL, NULL, "plugin %s (%s) %s", p->name, p->path, silent);
    p->configured = p->configured || !failed;
    return c->errors == errors_before;
}

static bool configure(struct plugin *p, struct complaints *c)
{
    p->spool_most = UINT64_MAX;
    p->configured = !p->desc.configure;
    grants_of_options(p);
    return run(p, p->desc.configure, "in configure",
               "refuses its configuration and does not say why", c);
}

bool settings_prepare(struct plugin *p, struct complaints *c)
{
    return run(p, p->desc.prepare, "in prepare", "cannot prepare its work; the log may say why", c);
}

/* ----------------------------------------------------------------- file -- */

static bool parse(struct plugin *p, bool ignore_errors, struct complaints *c)
{
    struct sg_option common[COMMON_OPTIONS + 1];
    struct option_target targets[SETTINGS_TARGETS];
    common_options_of(&p->desc, common);
    if (ignore_errors)
        common[0].initial = "pass"; /* that of on_error */
    p->settings = xcalloc(1, p->desc.settings_size + 1);
    settings_targets(p, targets);
    targets[1].options = common;
    return options_read(p->file, targets, SETTINGS_TARGETS, NULL, c);
}

bool settings_read(struct plugin *p, bool ignore_errors, struct complaints *c)
{
    return parse(p, ignore_errors, c) && configure(p, c);
}

bool settings_take(struct plugin *p, struct complaints *c)
{
    return parse(p, false, c);
}

void settings_free(struct plugin *p)
{
    struct option_target targets[SETTINGS_TARGETS];
    settings_targets(p, targets);
    if (p->settings)
        options_free(targets, SETTINGS_TARGETS);
    free(p->settings);
    p->settings = NULL;
}
