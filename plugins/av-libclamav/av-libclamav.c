/* av-libclamav: the ClamAV engine inside.
 *
 * The signatures are loaded in the keeper, before the workers are forked, so
 * that all share one copy.  Scans run on the thread pool.  New signatures come
 * with a reload: a new generation loads them while the old one still serves with
 * its own, and for that time the memory is needed twice.
 *
 * A scan on a thread cannot be cancelled.  It holds a reference to the spool and
 * nothing of the session; when nobody wants it any more it is asked to end soon,
 * and what it then says is dropped. */
#include "engine.h"
#include "unpack.h"
#include "freshness.h"
#include <smtp-gated/kit/scan.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct libclamav {
    const char *database, *message, *tmpdir;
    uint64_t max_size, max_scantime, max_scansize;
    long max_recursion, max_files;
    int too_large, on_unscannable;
    struct unpack unpack;
    const char *unpack_in; /* what the engine was told */
    unsigned scans;        /* that run */
    struct cl_engine *engine;
    uint64_t look_every;
    struct freshness freshness;
};

/* One scan; outlives the session if it must. */
struct scan {
    struct engine_scan engine;
    struct libclamav *settings;
    struct sg_spool *spool;
    sg_ticket ticket;
    struct running *mail; /* while `unwanted` is not set */
};

/* The state of a mail. */
struct running {
    struct scan *scan; /* NULL: none */
    struct scan_facts facts;
    const struct libclamav *settings;
};

static const struct sg_option options[] = {
    SG_OPT_PATH(struct libclamav, database, "/var/lib/clamav",
                "directory or file with the signatures"),
    SG_OPT_DURATION_IN(struct libclamav, look_every, "1m", 0, 86400000,
                       "how often the database is looked at; when it has changed, the daemon "
                       "reloads; 0: never"),
    SG_OPT_SIZE(struct libclamav, max_size, "100M",
                "larger messages are not scanned, see too_large; 0: all are"),
    SG_OPT_ENUM(struct libclamav, too_large, "reject", scan_policies,
                "what becomes of messages larger than max_size"),
    SG_OPT_ENUM(struct libclamav, on_unscannable, "reject", scan_policies,
                "what becomes of a message that the scanner can make nothing of"),
    SG_OPT_STRING(struct libclamav, message, "Malware found",
                  "what the client is told, with the name of the find after it"),
    SG_OPT_PATH(struct libclamav, tmpdir, NULL,
                "where libclamav unpacks, in a directory of its own; not set, or where that is "
                "not possible: /dev/shm if that is a tmpfs, else /tmp"),
    {"max_scantime", SG_DURATION, offsetof(struct libclamav, max_scantime), "30s",
     "what takes longer to scan counts as an error", NULL, 1, 3600000},
    SG_OPT_SIZE(struct libclamav, max_scansize, "400M",
                "how much of a message, unpacked, is scanned; with more it is unscannable"),
    SG_OPT_INT(struct libclamav, max_recursion, "17", 1, 100,
               "how deep archives may be nested; if they are deeper it is unscannable"),
    SG_OPT_INT(struct libclamav, max_files, "10000", 1, 1000000,
               "how many files a message may hold; with more it is unscannable"),
    SG_OPT_END};

enum { SIGNATURES, DATABASE_TIME, DATABASE_VERSION };
static const struct sg_counter counters[] = {
    [SIGNATURES] = {"signatures", "signatures that are loaded"},
    [DATABASE_TIME] = {"database_time", "when the newest file of the database was made, as Unix "
                                        "time"},
    [DATABASE_VERSION] = {"database_version", "the greatest version of a file of the database; 0: "
                                              "none has one"},
    SG_COUNTER_END};

/* ---------------------------------------------------------------- scans -- */

static struct sg_verdict verdict(const struct running *r, const struct engine_scan *e)
{
    char why[400];
    if (e->result == ENGINE_CLEAN)
        return scan_clean(&r->facts);
    if (e->result == ENGINE_VIRUS)
        return scan_virus(&r->facts, r->settings->message, e->text);
    snprintf(why, sizeof why,
             e->result == ENGINE_LIMIT ? "not scanned to the end, it is beyond a limit (max_…): %s"
                                       : "libclamav: %s",
             e->text);
    if (e->result == ENGINE_ERROR)
        return scan_failed(&r->facts, why);
    return scan_unscannable(&r->facts, r->settings->on_unscannable, why);
}

static void work(void *arg)
{
    engine_scan(arg);
}

static void done(void *arg)
{
    struct scan *scan = arg;
    scan->settings->scans--;
    if (!atomic_load(&scan->engine.unwanted)) {
        scan->mail->scan = NULL;
        sg_resume(scan->ticket, verdict(scan->mail, &scan->engine));
    }
    sg_spool_unref(scan->spool);
    free(scan);
}

/* The engine is told between scans only: they read it as they go. */
static void choose_where_to_unpack(struct libclamav *my)
{
    const char *place = my->scans == 0 ? unpack_choose(&my->unpack) : my->unpack_in;
    if (place == my->unpack_in)
        return;
    engine_unpack_in(my->engine, place);
    my->unpack_in = place;
}

static struct sg_verdict begin(struct sg_session *s, struct running *r, struct sg_mail *m,
                               struct libclamav *my)
{
    const char *text;
    size_t n;
    struct sg_spool *spool = sg_text_ref(m, &text, &n);
    if (!spool)
        return scan_failed(&r->facts, "the message was not kept");
    struct scan *scan = sg_alloc(sizeof *scan);
    choose_where_to_unpack(my);
    scan->settings = my;
    scan->spool = spool;
    scan->mail = r;
    scan->engine.engine = my->engine;
    scan->engine.message = text;
    scan->engine.size = n;
    if (sg_offload(work, done, scan) < 0) {
        sg_spool_unref(spool);
        free(scan);
        return scan_failed(&r->facts, "the thread pool takes no work");
    }
    my->scans++;
    r->scan = scan;
    scan->ticket = sg_defer(s);
    return sg_pending();
}

static void leave(struct running *r)
{
    if (r->scan)
        atomic_store(&r->scan->engine.unwanted, 1);
    r->scan = NULL;
}

/* ---------------------------------------------------------------- hooks -- */

static struct sg_verdict libclamav_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    struct libclamav *my = self;
    struct running *r = sg_mail_state(m, self);
    r->facts = (struct scan_facts){s, sg_mail_size(m), sg_now(), NULL};
    r->settings = my;
    if (my->max_size && r->facts.size > my->max_size)
        return scan_too_large(&r->facts, my->too_large, my->max_size);
    return begin(s, r, m, my);
}

static void libclamav_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct sg_mail *m = sg_current_mail(s);
    struct running *r = m ? sg_mail_state(m, self) : NULL;
    if (!r || !r->scan || r->scan->ticket != ticket)
        return;
    leave(r);
    scan_timeout(&r->facts, "the scan had not ended when the check was given up");
}

static void libclamav_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)s;
    leave(sg_mail_state(m, self));
}

/* ----------------------------------------------------------------- life -- */

static int check_tmpdir(const struct libclamav *my)
{
    struct stat st;
    if (!my->tmpdir)
        return 0;
    if (stat(my->tmpdir, &st) < 0)
        sg_config_error("tmpdir", "%s: %s", my->tmpdir, strerror(errno));
    else if (!S_ISDIR(st.st_mode))
        sg_config_error("tmpdir", "%s is not a directory", my->tmpdir);
    else
        return 0;
    return -1;
}

static int libclamav_configure(void *self)
{
    struct libclamav *my = self;
    const struct engine_limits limits = {my->max_scantime, my->max_scansize, my->max_recursion,
                                         my->max_files};
    char why[400];
    uint64_t made, version;
    unsigned signatures;
    if (check_tmpdir(my) < 0)
        return -1;
    my->freshness.self = my;
    freshness_note(&my->freshness, my->database);
    my->engine = engine_load(my->database, &limits, &signatures, why, sizeof why);
    if (!my->engine) {
        sg_config_error("database", "%s", why);
        return -1;
    }
    unpack_configure(&my->unpack, my->tmpdir);
    sg_spool_up_to(my->max_size);
    engine_database_age(my->database, &made, &version);
    sg_gauge(my, SIGNATURES, signatures);
    sg_gauge(my, DATABASE_TIME, made);
    sg_gauge(my, DATABASE_VERSION, version);
    sg_log(NULL, SG_NOTICE, "SCAN:DATABASE", "signatures=%u, path=%s", signatures, my->database);
    return 0;
}

/* chroot and set_user lie between configure and here. */
static int libclamav_start(void *self)
{
    struct libclamav *my = self;
    if (unpack_start(&my->unpack) < 0)
        return -1;
    freshness_start(&my->freshness, my->look_every);
    choose_where_to_unpack(my);
    return 0;
}

static void libclamav_stop(void *self)
{
    struct libclamav *my = self;
    freshness_stop(&my->freshness);
    unpack_stop(&my->unpack);
}

static void libclamav_release(void *self)
{
    struct libclamav *my = self;
    engine_free(my->engine);
    freshness_release(&my->freshness);
    unpack_release(&my->unpack);
}

SG_PLUGIN(av_libclamav, .summary = "scan each message with the ClamAV engine inside",
          .options = options, .counters = counters, .settings_size = sizeof(struct libclamav),
          .mail_size = sizeof(struct running), .want = SG_WANT_SPOOL,
          .configure = libclamav_configure, .start = libclamav_start, .stop = libclamav_stop,
          .release = libclamav_release, .end = libclamav_end, .cancel = libclamav_cancel,
          .mail_done = libclamav_mail_done)
