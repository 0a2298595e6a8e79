/* Loaded plugins: one instance per conf.d file, in order.  Loading happens in
 * the keeper; workers inherit the set by fork. */
#ifndef SG_PLUGIN_MODULE_H
#define SG_PLUGIN_MODULE_H

#include "../conf/core.h"
#include "hooks.h"
#include <stdbool.h>
#include <stdio.h>

/* The options every plugin file takes; the core reads them. */
struct common {
    int on_error;     /* enum on_error */
    uint64_t timeout; /* ms for one verdict */
    int skip_authenticated, log_only;
    double max_load;               /* 0: no limit */
    struct sg_nets *only, *except; /* NULL: unset */
};

struct plugin {
    struct sg_plugin desc; /* the host's copy, zero-filled after what the plugin had */
    struct common common;
    void *settings;                   /* the plugin's `self`; never NULL */
    char *label;                      /* "60-av-clamd": for the log and the scoreboard */
    char *name;                       /* "av-clamd" */
    char *file;                       /* conf.d file */
    char *path;                       /* of the .so */
    void *handle;                     /* dlopen()'s */
    unsigned index;                   /* in the set */
    struct grant *grants;             /* see grants.h */
    uint64_t spool_most;              /* the largest message that it reads whole */
    struct plugin_counter **counters; /* of desc.counters, see counting.h; NULL: none */
    unsigned counted;
    struct plugin *counts_next;
    const void *base; /* where the object lies, see whose.h */
    struct plugin *loaded_next;
    bool configured, started;
};

struct plugins {
    struct plugin **all;
    unsigned count;
    struct plugin **by_hook[HOOK_COUNT]; /* NULL-terminated, in order */
    unsigned capabilities, needs;        /* union of SG_CAP_*, of SG_NEEDS_* */
    const char **not_offered; /* EHLO keywords that one of them cannot bear, NULL-terminated */
    uint64_t spool_most;      /* the largest message that one of them reads whole */
    bool wants_body, wants_spool;
};

/* Loads and configures all of core->conf_dir.  On errors NULL, all in *c.  */
struct plugins *plugins_load(const struct core *core, struct complaints *c);
/* For a host without a conf.d: an empty set, to which these two add. */
struct plugins *plugins_create(void);
/* The object, with the options of `file` (NULL: the defaults).  False and complained. */
bool plugins_add_object(struct plugins *set, const char *object, const char *file,
                        struct complaints *c);
/* A plugin that is part of this program and has no options.  Returned is its instance. */
struct plugin *plugins_append(struct plugins *set, const struct sg_plugin *desc);
/* What each makes before the workers come, with their rights; at the first that fails no
 * more.  False and complained. */
bool plugins_prepare(struct plugins *set, struct complaints *c);
void plugins_release(struct plugins *set);                /* calls release, unloads */
void plugins_print(const struct plugins *set, FILE *out); /* what is in force, for -t and -T */
/* The value of "av-clamd.timeout", or "60-av-clamd.timeout" where the plugin has two
 * files.  False: there is none. */
bool plugins_print_option(const struct plugins *set, const char *name, FILE *out);

/* What the manual page of an object takes from it, as mdoc(7): its summary,
 * then the sections on options and hooks.  False and complained if it cannot
 * be loaded. */
bool plugin_document(const char *path, FILE *out, struct complaints *c);
/* Whether the object's options take what stands in the file; the object is not configured.  False
 * and complained. */
bool plugin_takes(const char *path, const char *file, struct complaints *c);
/* The same for people: what the descriptor says, the options with their defaults. */
bool plugin_show(const char *path, FILE *out, struct complaints *c);
/* "av-clamd" of /some/where/av-clamd.so; the caller frees. */
char *plugin_name_in_path(const char *path);
/* Items of an mdoc(7) list: the options of every plugin file. */
void plugins_document_common(FILE *out);

/* In a worker.  start returns the plugin that failed, or NULL. */
const struct plugin *plugins_start(struct plugins *set);
void plugins_stop(struct plugins *set);

/* The set a worker serves with; the session's functions find settings by it. */
const struct plugin *plugin_of_self(const struct plugins *set, const void *self);

#endif
