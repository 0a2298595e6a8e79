/* known-senders - delay the first mail of a sender, and pass those that come again.
 *
 * What senders are known stands in a database, which is made once, by `prepare`.  Each
 * worker opens it anew: a connection to SQLite does not outlive a fork. */
#include <smtp-gated/plugin.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

struct known_senders {
    const char *directory;
    /* Below the options is room for the plugin's own. */
    sqlite3 *db;
};

static const struct sg_option options[] = {
    SG_OPT_PATH(struct known_senders, directory, NULL, "Where the database lies"), SG_OPT_END};

/* SQLite puts files of its own beside the database: so the directory is granted. */
static int known_senders_configure(void *self)
{
    struct known_senders *my = self;

    if (my->directory && sg_grant(my->directory, SG_GRANT_WRITE) == 0)
        return 0;
    sg_config_error("directory", "name a directory that is there, and that set_user may write to");
    return -1;
}

static sqlite3 *open_database(const struct known_senders *my)
{
    char path[4096];
    sqlite3 *db = NULL;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;

    snprintf(path, sizeof path, "%s/known-senders.db", my->directory);
    if (sqlite3_open_v2(path, &db, flags, NULL) == SQLITE_OK)
        sqlite3_busy_timeout(db, 5000);
    return db;
}

/* The workers of the last generation may be writing while this runs: so nothing is done
 * twice, and nothing is taken away that they use. */
static int known_senders_prepare(void *self)
{
    struct known_senders *my = self;
    sqlite3 *db = open_database(my);
    const int rc = sqlite3_exec(db,
                                "PRAGMA journal_mode = WAL;"
                                "CREATE TABLE IF NOT EXISTS senders"
                                " (address TEXT PRIMARY KEY, mails INTEGER NOT NULL)",
                                NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        sg_config_error("directory", "the database cannot be made: %s", sqlite3_errmsg(db));
    sqlite3_close(db);
    return rc == SQLITE_OK ? 0 : -1;
}

static int known_senders_start(void *self)
{
    struct known_senders *my = self;

    my->db = open_database(my);
    if (sqlite3_errcode(my->db) == SQLITE_OK)
        return 0;
    sg_log(NULL, SG_ERR, "SENDERS:NONE", "error=%s", sqlite3_errmsg(my->db));
    sqlite3_close(my->db);
    return -1;
}

static void known_senders_stop(void *self)
{
    struct known_senders *my = self;

    sqlite3_close(my->db);
}

/* What the thread needs, and what it finds.  It holds all it uses: the session may go. */
struct lookup {
    sqlite3 *db;
    char *sender;
    sg_ticket ticket;
    int mails; /* of this sender so far; 0: not to be found out */
};

/* On a thread: SQLite may wait for the disk, and for other workers. */
static void count_mail(void *arg)
{
    struct lookup *l = arg;
    sqlite3_stmt *count = NULL;

    if (sqlite3_prepare_v2(l->db,
                           "INSERT INTO senders VALUES (?, 1)"
                           " ON CONFLICT DO UPDATE SET mails = mails + 1 RETURNING mails",
                           -1, &count, NULL) == SQLITE_OK &&
        sqlite3_bind_text(count, 1, l->sender, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(count) == SQLITE_ROW)
        l->mails = sqlite3_column_int(count, 0);
    if (sqlite3_finalize(count) != SQLITE_OK)
        l->mails = 0;
}

/* On the loop again.  If the session has gone, its ticket is dead and nothing happens. */
static void judge(void *arg)
{
    struct lookup *l = arg;

    if (l->mails == 0)
        sg_resume(l->ticket, sg_failed("the database does not answer"));
    else
        sg_resume(l->ticket,
                  l->mails > 1 ? sg_pass() : sg_answer(SG_TEMPFAIL, "A new sender, come again"));
    free(l->sender);
    free(l);
}

static struct sg_verdict known_senders_mail(struct sg_session *s, struct sg_mail *m,
                                            const char *reverse_path, const char *parameters,
                                            void *self)
{
    const struct known_senders *my = self;
    struct lookup *l = sg_alloc(sizeof *l);

    (void)m, (void)parameters;
    l->db = my->db;
    l->sender = sg_strdup(reverse_path);
    l->ticket = sg_defer(s);
    if (sg_offload(count_mail, judge, l) == 0)
        return sg_pending();
    free(l->sender);
    free(l);
    return sg_failed("no thread can be had");
}

SG_PLUGIN(known_senders, .summary = "delay the first mail of a sender", .options = options,
          .settings_size = sizeof(struct known_senders), .configure = known_senders_configure,
          .prepare = known_senders_prepare, .start = known_senders_start,
          .stop = known_senders_stop, .mail = known_senders_mail)
