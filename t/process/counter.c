/* counter - a plugin that counts greetings, and sets a number to what it is told. */
#include <smtp-gated/plugin.h>

#include <stdlib.h>
#include <string.h>

#ifdef MISCOUNT
#define GREETINGS "Greet ings"
#else
#define GREETINGS "greetings"
#endif

struct counter {
    long begin;
};

static const struct sg_option options[] = {
    SG_OPT_INT(struct counter, begin, "0", 0, 1000000, "What the number begins with"), SG_OPT_END};

enum { COUNTED, NUMBER };
static const struct sg_counter counters[] = {[COUNTED] = {GREETINGS, "names of clients"},
                                             [NUMBER] = {"number", "the last one that was told"},
                                             SG_COUNTER_END};

static int counter_configure(void *self)
{
    const struct counter *my = self;

    sg_gauge(self, NUMBER, (uint64_t)my->begin);
    return 0;
}

/* "die" ends the worker after the count; a number is what the gauge becomes. */
static struct sg_verdict counter_helo(struct sg_session *s, const char *name, void *self)
{
    (void)s;
    sg_count(self, COUNTED, 1);
    sg_count(self, 17, 1); /* is not in the table */
    if (strcmp(name, "die") == 0)
        abort();
    for (int i = 0; strcmp(name, "wish") == 0 && i < 1000; i++)
        sg_request_reload(self, "told to");
    if (atol(name) > 0)
        sg_gauge(self, NUMBER, (uint64_t)atol(name));
    return sg_pass();
}

#ifdef MISCOUNT
#define counter_plugin miscount
#else
#define counter_plugin counter
#endif
#define PLUGIN(name, ...) SG_PLUGIN(name, __VA_ARGS__)

PLUGIN(counter_plugin, .summary = "count greetings", .options = options, .counters = counters,
       .settings_size = sizeof(struct counter), .configure = counter_configure,
       .helo = counter_helo)
