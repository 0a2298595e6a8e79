/* Loading plugins: what is taken, what is refused and with which words, and
 * the settings of each instance.  sample.c is the plugin. */
#include "unit.h"

#include "../../daemon/plugin/module.h"
#include "scratch.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct complaints complaints;
static struct core core;
static unsigned rounds;
static char calls[256];

void sample_called(const char *what, const void *self);

/* Called by the plugin. */
void sample_called(const char *what, const void *self)
{
    const char *word = *(const char *const *)self;
    size_t n = strlen(calls);
    snprintf(calls + n, sizeof calls - n, "%s(%s) ", what, word);
}

static const char *said(void)
{
    return without_dir(buffer_cstr(&complaints.text));
}

/* Where the build has put sample.so. */
static const char *objects(void)
{
    static char path[4096];
    const char *build = getenv("SG_BUILD");
    snprintf(path, sizeof path, "%s/t/unit/.libs", build ? build : ".");
    return path;
}

/* A conf.d of its own for every test, as core->conf_dir. */
static void begin(const char *how)
{
    static char dir[4096];
    char name[32];
    complaints_finish(&complaints);
    calls[0] = '\0';
    snprintf(name, sizeof name, "conf%u.d", rounds++);
    snprintf(dir, sizeof dir, "%s", scratch_subdir(name));
    core = (struct core){.conf_dir = dir, .plugin_path = objects()};
    if (how)
        setenv("SG_SAMPLE", how, 1);
    else
        unsetenv("SG_SAMPLE");
}

static void file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "conf%u.d/%s", rounds - 1, name);
    scratch_file(path, text);
}

static int forget(void **state)
{
    complaints_finish(&complaints);
    return scratch_remove(state);
}

/* ---------------------------------------------------------------- loaded -- */

static void loads(void **state)
{
    (void)state;
    begin(NULL);
    file("20-sample@b.conf", "word = second\ntimeout = 5\non_error = reject\n");
    file("10-sample@a.conf", "number = 3\nonly = 192.0.2.0/24\n");
    struct plugins *set = plugins_load(&core, &complaints);
    if (!set)
        fprintf(stderr, "# %s", said());
    assert_non_null(set);
    assert_int_equal(set->count, 2);
    assert_string_equal(set->all[0]->label, "10-sample@a");
    assert_string_equal(set->all[0]->name, "sample");
    assert_int_equal(set->all[1]->index, 1);
    assert_ptr_equal(plugin_of_self(set, set->all[1]->settings), set->all[1]);
    assert_null(plugin_of_self(set, set));
    assert_string_equal(*(char **)set->all[0]->settings, "something");
    assert_string_equal(*(char **)set->all[1]->settings, "second");
    assert_string_equal(calls, "configure(something) configure(second) ");
    plugins_release(set);
    assert_string_equal(calls, "configure(something) configure(second) "
                               "release(second) release(something) ");
}

static void has_common_options(void **state)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000205)};
    (void)state;
    begin(NULL);
    file("10-sample.conf", "");
    file("20-sample@b.conf", "on_error = reject\ntimeout = 5\nskip_authenticated = yes\n"
                             "log_only = on\nmax_load = 1.5\nonly = 192.0.2.0/24\nexcept = ::1\n");
    struct plugins *set = plugins_load(&core, &complaints);
    const struct common *a = &set->all[0]->common, *b = &set->all[1]->common;
    assert_int_equal(a->on_error, ON_ERROR_TEMPFAIL);
    assert_int_equal(a->timeout, 30000);
    assert_false(a->skip_authenticated || a->log_only || a->max_load > 0);
    assert_true(a->only == NULL && a->except == NULL);
    assert_int_equal(b->on_error, ON_ERROR_REJECT);
    assert_int_equal(b->timeout, 5000);
    assert_true(b->skip_authenticated && b->log_only && b->max_load > 1.4);
    assert_true(sg_nets_contain(b->only, (const struct sockaddr *)&in));
    assert_false(sg_nets_contain(b->except, (const struct sockaddr *)&in));
    plugins_release(set);
}

static void ignores_errors(void **state)
{
    (void)state;
    begin(NULL);
    core.ignore_errors = 1;
    file("10-sample.conf", "");
    file("20-sample@b.conf", "on_error = tempfail\n");
    struct plugins *set = plugins_load(&core, &complaints);
    assert_int_equal(set->all[0]->common.on_error, ON_ERROR_PASS);
    assert_int_equal(set->all[1]->common.on_error, ON_ERROR_TEMPFAIL);
    plugins_release(set);
}

static void lists_hooks(void **state)
{
    (void)state;
    begin(NULL);
    file("10-sample@a.conf", "");
    file("20-sample@b.conf", "");
    struct plugins *set = plugins_load(&core, &complaints);
    assert_ptr_equal(set->by_hook[HOOK_connect][0], set->all[0]);
    assert_ptr_equal(set->by_hook[HOOK_connect][1], set->all[1]);
    assert_null(set->by_hook[HOOK_connect][2]);
    for (unsigned hook = 0; hook < HOOK_COUNT; hook++)
        if (hook != HOOK_connect && hook != HOOK_cancel)
            assert_null(set->by_hook[hook][0]);
    assert_false(set->wants_body || set->wants_spool);
    assert_int_equal(set->capabilities, 0);
    plugins_release(set);
}

static void wants(void **state)
{
    (void)state;
    begin("body");
    file("10-sample.conf", "");
    struct plugins *set = plugins_load(&core, &complaints);
    assert_true(set->wants_body && !set->wants_spool);
    plugins_release(set);
    begin("spool");
    file("10-sample.conf", "");
    set = plugins_load(&core, &complaints);
    assert_true(set->wants_body && set->wants_spool);
    assert_int_equal(set->capabilities, SG_CAP_NET_ADMIN);
    plugins_release(set);
}

static void other_sizes(void **state)
{
    (void)state;
    begin("older");
    file("10-sample.conf", "");
    struct plugins *set = plugins_load(&core, &complaints);
    assert_non_null(set->all[0]->desc.connect);
    assert_null(set->all[0]->desc.cancel);
    plugins_release(set);
    begin("longer");
    file("10-sample.conf", "");
    set = plugins_load(&core, &complaints);
    assert_non_null(set->all[0]->desc.cancel);
    plugins_release(set);
}

static void starts_and_stops(void **state)
{
    (void)state;
    begin(NULL);
    file("10-sample@a.conf", "word = a");
    file("20-sample@b.conf", "word = b");
    struct plugins *set = plugins_load(&core, &complaints);
    calls[0] = '\0';
    assert_null(plugins_start(set));
    plugins_stop(set);
    plugins_stop(set);
    assert_string_equal(calls, "start(a) start(b) stop(b) stop(a) ");
    setenv("SG_SAMPLE", "start", 1);
    assert_ptr_equal(plugins_start(set), set->all[0]);
    plugins_stop(set);
    assert_string_equal(calls, "start(a) start(b) stop(b) stop(a) start(a) ");
    plugins_release(set);
}

static void empty(void **state)
{
    (void)state;
    begin(NULL);
    struct plugins *set = plugins_load(&core, &complaints);
    assert_int_equal(set->count, 0);
    assert_null(set->by_hook[HOOK_end][0]);
    plugins_release(set);
}

/* --------------------------------------------------------------- refused -- */

#define WHO "conf.d/10-sample.conf: plugin sample (LIBS/sample.so) "
#define TABLE WHO "has a faulty option table: "

static const struct {
    const char *how, *text, *said;
} bad[] = {
    {"newer", "",
     WHO "was built for interface version 2, but this smtp-gated knows versions up to 1: a newer "
         "smtp-gated or an older plugin is needed\n"},
    {"short", "", WHO "has a malformed descriptor; it is made by SG_PLUGIN()\n"},
    {"nothing", "", WHO "is not a plugin: its sg_plugin_entry() returns nothing\n"},
    {"name", "", WHO "calls itself simple; object, file and plugin bear the same name\n"},
    {"nameless", "", WHO "calls itself nothing; object, file and plugin bear the same name\n"},
    {"unknown type", "", TABLE "word has a type this smtp-gated does not know\n"},
    {"outside", "",
     TABLE "word lies outside the settings; settings_size is the size of the struct\n"},
    {"twice", "", TABLE "number is there twice\n"},
    {"common", "", TABLE "timeout is an option of every plugin\n"},
    {"no choices", "", TABLE "word has no choices\n"},
    {"bad name", "", TABLE "Bad-Name is not a name; lower case letters, digits and _ are\n"},
    {"bad default", "", TABLE "number has a default it would refuse: many\n"},
    {"configure", "",
     "conf.d/10-sample.conf: plugin sample (LIBS/sample.so) refuses its configuration and does "
     "not say why\n"},
    {NULL, "# x\nword = objection\n",
     "conf.d/10-sample.conf:2: option 'word': found 'objection'; plugin sample: objection is "
     "not what I like\n"},
    {NULL, "number = 13\n",
     "conf.d/10-sample.conf:1: option 'number': found '13'; plugin sample: brings bad luck\n"},
    {NULL, "number = 14\n", "conf.d/10-sample.conf: plugin sample: the whole file is odd\n"},
    {NULL, "number = 101\n",
     "conf.d/10-sample.conf:1: option 'number': found '101'; expected a "
     "whole number from 0 to 100\n"},
    {NULL, "nmber = 1\ntimout = 3\n",
     "conf.d/10-sample.conf:1: option 'nmber': is not known; perhaps number is meant\n"
     "conf.d/10-sample.conf:2: option 'timout': is not known; perhaps timeout is meant\n"},
};

/* With conf.d and the place of the objects under names that do not change. */
static const char *replaced(const char *text, const char *from, const char *to)
{
    static char shown[2][8192];
    static unsigned turn;
    char *out = shown[turn++ % 2], *end = out;
    for (const char *at; (at = strstr(text, from)) != NULL; text = at + strlen(from))
        end += sprintf(end, "%.*s%s", (int)(at - text), text, to);
    strcpy(end, text);
    return out;
}

static const char *said_plainly(void)
{
    char dir[32];
    snprintf(dir, sizeof dir, "conf%u.d", rounds - 1);
    return replaced(replaced(said(), dir, "conf.d"), objects(), "LIBS");
}

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        begin(bad[i].how);
        file("10-sample.conf", bad[i].text);
        assert_null(plugins_load(&core, &complaints));
        assert_string_equal(said_plainly(), bad[i].said);
    }
}

static void releases_what_was_configured(void **state)
{
    (void)state;
    begin(NULL);
    file("10-sample@a.conf", "word = a");
    file("20-sample@b.conf", "number = 13\nword = b");
    file("30-nothere.conf", "");
    assert_null(plugins_load(&core, &complaints));
    assert_string_equal(calls, "configure(a) configure(b) release(a) ");
    assert_int_equal(complaints.errors, 2);
}

static void bad_objects(void **state)
{
    (void)state;
    begin(NULL);
    core.plugin_path = scratch_dir();
    file("10-nothere.conf", "");
    file("20-text.conf", "");
    file("30-dir.conf", "");
    scratch_file("text.so", "I am no object");
    scratch_subdir("dir.so");
    assert_null(plugins_load(&core, &complaints));
    assert_non_null(strstr(said(), "10-nothere.conf: plugin nothere (nothere.so) does not exist; "
                                   "plugin_path says where plugins are\n"));
    assert_non_null(strstr(said(), "20-text.conf: plugin text (text.so) cannot be loaded: "));
    assert_non_null(strstr(said(), "30-dir.conf: plugin dir (dir.so) cannot be loaded: "));
    assert_int_equal(complaints.errors, 3);
}

static void no_entry(void **state)
{
    char from[4200];
    (void)state;
    begin(NULL);
    core.plugin_path = scratch_dir();
    file("10-sample2.conf", "");
    snprintf(from, sizeof from, "%s/plain.so", objects());
    assert_int_equal(symlink(from, scratch_path("sample2.so")), 0);
    assert_null(plugins_load(&core, &complaints));
    assert_non_null(strstr(said(),
                           "is not a plugin: it has no sg_plugin_entry(), which SG_PLUGIN() "
                           "makes\n"));
}

/* ----------------------------------------------------------------- shown -- */

static void prints(void **state)
{
    static char text[4096];
    FILE *out = fmemopen(text, sizeof text, "w");
    (void)state;
    begin(NULL);
    file("10-sample.conf", "number = 3");
    struct plugins *set = plugins_load(&core, &complaints);
    plugins_print(set, out);
    fclose(out);
    assert_non_null(strstr(text, "\n# 10-sample: a plugin for tests\n"));
    assert_non_null(strstr(text, "\n# hooks: connect cancel\nword = \"something\"\nnumber = 3\n"
                                 "# nets is not set\non_error = tempfail\ntimeout = 30\n"));
    plugins_release(set);
}

static void documents(void **state)
{
    static char text[4096];
    char path[4200];
    FILE *out = fmemopen(text, sizeof text, "w");
    (void)state;
    begin(NULL);
    snprintf(path, sizeof path, "%s/sample.so", objects());
    assert_true(plugin_document(path, out, &complaints));
    plugins_document_common(out);
    fclose(out);
    assert_non_null(strstr(text, ".Nd a plugin for tests\n.Sh OPTIONS\n"));
    assert_non_null(strstr(text, ".Sh HOOKS\n.Ic connect ,\n.Ic cancel\n"));
    assert_non_null(strstr(text, ".It Ic number No = Ar number\nA number.\n"));
    assert_non_null(strstr(text, ".It Ic on_error No = Ar word\n"));
    assert_string_equal(calls, "");
    assert_false(plugin_document("./nothere.so", stdout, &complaints));
    assert_string_equal(said(), "./nothere.so: plugin nothere (./nothere.so) does not exist; "
                                "plugin_path says where plugins are\n");
}

static void names_hooks(void **state)
{
    (void)state;
    assert_string_equal(hook_name(HOOK_route), "route");
    assert_string_equal(hook_name(HOOK_cancel), "cancel");
    assert_string_equal(hook_name(HOOK_start), "start");
    assert_string_equal(hook_name(HOOK_done), "done");
    assert_string_equal(hook_name(HOOK_NAMES), "?");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("plugins are loaded in order, each instance with settings of its own", loads),
        TEST("every file takes the common options", has_common_options),
        TEST("ignore_errors is the default of on_error", ignores_errors),
        TEST("every hook has the list of those that have it", lists_hooks),
        TEST("whether the message is wanted is known", wants),
        TEST("older and newer descriptors are copied as far as both know them", other_sizes),
        TEST("what was started is stopped, once, in reverse", starts_and_stops),
        TEST("no plugins are a set, too", empty),
        TEST("what is wrong is said with file, line, plugin and path", refuses),
        TEST("who was configured is released when another fails", releases_what_was_configured),
        TEST("objects that cannot be loaded are all named", bad_objects),
        TEST("an object without an entry is no plugin", no_entry),
        TEST("-T shows hooks and options", prints),
        TEST("the manual section is made without a configuration", documents),
        TEST("hooks have names", names_hooks),
    };

    return cmocka_run_group_tests_name("module", tests, NULL, forget);
}
