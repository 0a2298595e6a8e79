/* A plugin for the tests of loading.  SG_SAMPLE in the environment names the way
 * in which it is not what it should be. */
#include <smtp-gated/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    const char *word;
    long number;
    struct sg_nets *nets;
};

static const char *const choices[] = {"one", NULL};

static const struct sg_option options[] = {
    SG_OPT_STRING(struct sample, word, "something", "A word"),
    SG_OPT_INT(struct sample, number, "7", 0, 100, "A number"),
    SG_OPT_NETS(struct sample, nets, NULL, "Some networks"),
    SG_OPT_END,
};

/* Tables that must be refused, each with one fault. */
static const struct sg_option unknown_type[] = {
    {"word", (enum sg_option_type)99, 0, NULL, "x", NULL, 0, 0}, SG_OPT_END};
static const struct sg_option outside[] = {
    {"word", SG_STRING, sizeof(struct sample) - 4, NULL, "x", NULL, 0, 0}, SG_OPT_END};
static const struct sg_option twice[] = {SG_OPT_INT(struct sample, number, NULL, 0, 0, "x"),
                                         SG_OPT_INT(struct sample, number, NULL, 0, 0, "x"),
                                         SG_OPT_END};
static const struct sg_option common[] = {
    {"timeout", SG_INT, offsetof(struct sample, number), NULL, "x", NULL, 0, 0}, SG_OPT_END};
static const struct sg_option no_choices[] = {{"word", SG_ENUM, 0, NULL, "x", choices + 1, 0, 0},
                                              SG_OPT_END};
static const struct sg_option bad_name[] = {
    {"Bad-Name", SG_INT, offsetof(struct sample, number), NULL, "x", NULL, 0, 0}, SG_OPT_END};
static const struct sg_option bad_default[] = {SG_OPT_INT(struct sample, number, "many", 0, 0, "x"),
                                               SG_OPT_END};

/* The program that loads this may want to know what was called. */
void sample_called(const char *what, const void *self) __attribute__((weak));

static int called(const char *what, const void *self)
{
    const char *fail = getenv("SG_SAMPLE");
    if (sample_called)
        sample_called(what, self);
    return fail && strcmp(fail, what) == 0 ? -1 : 0;
}

static int configure(void *self)
{
    const struct sample *s = self;
    if (strcmp(s->word, "objection") == 0)
        sg_config_error("word", "%s is not what I like", s->word);
    if (s->number == 13)
        sg_config_error("number", "brings bad luck");
    if (s->number == 14)
        sg_config_error(NULL, "the whole file is odd");
    return called("configure", self) || s->number == 13 || s->number == 14 ? -1 : 0;
}

static int start(void *self)
{
    return called("start", self);
}
static void stop(void *self)
{
    called("stop", self);
}
static void release(void *self)
{
    called("release", self);
}

static struct sg_verdict connected(struct sg_session *s, void *self)
{
    (void)s, (void)self;
    return sg_pass();
}

static void body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n, void *self)
{
    (void)s, (void)m, (void)bytes, (void)n, (void)self;
}

static void cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    (void)s, (void)ticket, (void)self;
}

/* As a later version would have it: longer than the host knows. */
static struct {
    struct sg_plugin plugin;
    void (*later)(void);
} sample = {{.size = sizeof(struct sg_plugin),
             .api = SG_API_VERSION,
             .name = "sample",
             .summary = "a plugin for tests",
             .options = options,
             .settings_size = sizeof(struct sample),
             .configure = configure,
             .start = start,
             .stop = stop,
             .release = release,
             .connect = connected,
             .cancel = cancel},
            NULL};

static const struct {
    const char *fault;
    const struct sg_option *options;
} tables[] = {{"unknown type", unknown_type},
              {"outside", outside},
              {"twice", twice},
              {"common", common},
              {"no choices", no_choices},
              {"bad name", bad_name},
              {"bad default", bad_default}};

static void spoil(struct sg_plugin *p, const char *how)
{
    if (strcmp(how, "newer") == 0)
        p->api = SG_API_VERSION + 1;
    if (strcmp(how, "short") == 0)
        p->size = sizeof(size_t);
    if (strcmp(how, "older") == 0)
        p->size = offsetof(struct sg_plugin, cancel);
    if (strcmp(how, "longer") == 0)
        p->size = sizeof sample;
    if (strcmp(how, "name") == 0)
        p->name = "simple";
    if (strcmp(how, "nameless") == 0)
        p->name = NULL;
    if (strcmp(how, "body") == 0)
        p->body = body;
    if (strcmp(how, "spool") == 0)
        p->want = SG_WANT_SPOOL, p->capabilities = SG_CAP_NET_ADMIN;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(how, tables[i].fault) == 0)
            p->options = tables[i].options;
}

SG_PUBLIC const struct sg_plugin *sg_plugin_entry(void);

SG_PUBLIC const struct sg_plugin *sg_plugin_entry(void)
{
    static struct sg_plugin whole;
    const char *how = getenv("SG_SAMPLE");
    if (whole.size == 0)
        whole = sample.plugin;
    sample.plugin = whole;
    if (how && strcmp(how, "nothing") == 0)
        return NULL;
    if (how)
        spoil(&sample.plugin, how);
    return &sample.plugin;
}
