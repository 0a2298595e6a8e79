/* lock-files - lock clients out for a time after a check found something.
 *
 * Any check that names an event in its verdict causes a lock, if the event is
 * one of `on`; this plugin knows nothing of the checks.  A lock is a file, so
 * that an administrator and other programs can see, make and remove it.
 *
 * The file operations are few, short and on a local directory, and made
 * without the thread pool. */
#include "lock.h"
#include "sweep.h"
#include <smtp-gated/plugin.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct lock_files {
    unsigned on;
    uint64_t duration;
    const char *path;
    unsigned perm;
    const char *message;
    int code, tell_left, local;
    uint64_t sweep;
    int dir; /* path, opened by configure; valid if duration is not 0 */
    struct sweep sweeper;
};

/* The events, and what each is called in a lock file; NULL: by its detail. */
static const char *const events[] = {"virus",     "spam",  "maxhost", "maxident",
                                     "dnsbl",     "regex", "spf",     "earlytalk",
                                     "ratelimit", "never", NULL};
static const char *const causes[] = {NULL, "SPAM", "MAX_HOST",  "MAX_IDENT", "DNSBL",
                                     NULL, "SPF",  "EARLYTALK", NULL,        NULL};
enum { NEVER = 1u << 9 }; /* the bit of "never" in `on` */

/* Of a lock that ends: who is told 554 in the place of the banner may give up his mail. */
static const char *const codes[] = {"421", "554", NULL};
enum { CODE_421, CODE_554 };

enum { CREATED, SWEPT };

static const struct sg_option options[] = {
    SG_OPT_FLAGS(struct lock_files, on, "virus, spam", events,
                 "The events that lock the client out"),
    SG_OPT_DURATION(struct lock_files, duration, "3600",
                    "How long a lock holds; 0 neither makes nor minds locks"),
    SG_OPT_PATH(struct lock_files, path, "/var/lib/smtp-gated/lock", "The directory of the locks"),
    SG_OPT_MODE(struct lock_files, perm, "0660", "Permissions of the lock files"),
    SG_OPT_STRING(struct lock_files, message,
                  "You are locked out for a while, because of malware or abuse from your address",
                  "What a locked client is told"),
    SG_OPT_ENUM(struct lock_files, code, "421", codes,
                "The code of the refusal while the lock has an end; it is 554 where it has none"),
    SG_OPT_BOOL(struct lock_files, tell_left, "yes",
                "Tell the client how long the lock still holds, after the message"),
    SG_OPT_BOOL(struct lock_files, local, "no",
                "Lock programs on this machine and addresses of xclient_from, too, such as an MTA "
                "that sends through the proxy"),
    SG_OPT_DURATION(struct lock_files, sweep, "15m",
                    "How often locks that are over are removed, if their clients do not come "
                    "again; 0 is never"),
    SG_OPT_END};

/* Nor are there locks to be removed when none has an end. */
static const struct sg_counter counters[] = {
    [CREATED] = {"created", "locks made"},
    [SWEPT] = {"swept", "locks removed because they were over and their clients did not come"},
    SG_COUNTER_END};

static int sweeps(const struct lock_files *l)
{
    return l->duration && l->sweep && (int64_t)(l->duration / 1000) < LOCK_FOR_EVER;
}

static void warn_of_roots(const struct lock_files *l)
{
    char name[LOCK_NAME_MAX];
    unsigned n = lock_count_roots(l->dir, name);

    if (n > 0)
        sg_log(NULL, SG_WARNING, "LOCK:OWNER",
               "path=%s, files=%u, one=%s, reason=belongs to root and has a cause in it, so it is "
               "a lock; touch %s.exempt exempts",
               l->path, n, name, name);
}

static int lock_files_configure(void *self)
{
    struct lock_files *l = self;

    if ((l->on & NEVER) && l->on != NEVER) {
        sg_config_error("on", "never stands alone, or is left out");
        return -1;
    }
    if (!l->duration)
        return 0;
    l->dir = open(l->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (l->dir < 0) {
        sg_config_error("path",
                        "%s; give a directory that exists and that the user the daemon "
                        "runs as may write to",
                        strerror(errno));
        return -1;
    }
    sg_grant(l->path, SG_GRANT_WRITE);
    warn_of_roots(l);
    l->sweeper = (struct sweep){.path = l->path,
                                .dir = l->dir,
                                .duration = (int64_t)(l->duration / 1000),
                                .interval = l->sweep,
                                .self = l,
                                .counter = SWEPT};
    if (!sweeps(l) || sweep_prepare(&l->sweeper) == 0)
        return 0;
    sg_config_error("sweep", "no memory: %s", strerror(errno));
    close(l->dir);
    return -1;
}

/* Only here the privileges are those that locks are made with. */
static int lock_files_start(void *self)
{
    struct lock_files *l = self;

    if (sweeps(l))
        sweep_start(&l->sweeper);
    if (l->duration && faccessat(l->dir, ".", W_OK | X_OK, 0) < 0)
        sg_log(NULL, SG_ERR, "LOCK:FAILED", "path=%s, error=%s, uid=%u", l->path, strerror(errno),
               (unsigned)geteuid());
    return 0;
}

static void lock_files_stop(void *self)
{
    struct lock_files *l = self;

    if (sweeps(l))
        sweep_stop(&l->sweeper);
}

static void lock_files_release(void *self)
{
    struct lock_files *l = self;

    sweep_release(&l->sweeper);
    if (l->duration)
        close(l->dir);
}

/* The lock of this name, with what there is to say about it said.  What exempts the
 * address exempts all who come from there. */
static enum lock_state check(const struct sg_session *s, const struct lock_files *l,
                             const char *name, int64_t *left)
{
    enum lock_state state =
        lock_check(l->dir, name, sg_time(), (int64_t)(l->duration / 1000), left);
    const char *ip = sg_client_ip(s), *ident = sg_ident(s);

    if (state == LOCK_HELD && *ident && lock_exempt(l->dir, ip))
        state = LOCK_SAINT;
    if (state == LOCK_HELD)
        sg_log(s, SG_NOTICE, "LOCK:LOCKED", "src=%s, ident=%s", ip, ident);
    else if (state == LOCK_EXPIRED)
        sg_log(s, SG_INFO, "LOCK:EXPIRED", "src=%s, ident=%s", ip, ident);
    else if (state == LOCK_SAINT)
        sg_log(s, SG_INFO, "LOCK:SAINT", "uid 0!=%u, src=%s, ident=%s", (unsigned)geteuid(), ip,
               ident);
    return state;
}

static struct sg_verdict failed(const char *name)
{
    static char why[LOCK_NAME_MAX + 128]; /* copied by the host when the hook returns */

    snprintf(why, sizeof why, "lock %s: %s", name, strerror(errno));
    return sg_failed(why);
}

/* "1 hour", "40 minutes": in the unit of which there are two at least, rounded up. */
static void write_left(char *text, size_t room, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "days"}, {3600, "hours"}, {60, "minutes"}, {1, "seconds"}};
    unsigned i = 0;

    while (seconds < 2 * units[i].seconds && units[i].seconds > 1)
        i++;
    int64_t n = (seconds + units[i].seconds - 1) / units[i].seconds;
    snprintf(text, room, "%" PRId64 " %.*s", n, (int)strlen(units[i].name) - (n == 1),
             units[i].name);
}

/* What a locked client is told: with 4xx while the lock has an end.  `later` is the
 * hook's refusal of that kind. */
static struct sg_verdict refusal_of(struct sg_session *s, const struct lock_files *l, int64_t left,
                                    struct sg_verdict later)
{
    static char text[1024]; /* copied by the host when the hook returns */
    char time[32];

    if (left > LOCK_FOR_EVER)
        return (struct sg_verdict){.answer = SG_REJECT, .code = 554, .text = l->message};
    write_left(time, sizeof time, left);
    sg_note(s, "lock.left", time);
    if (l->tell_left && !strstr(later.text, "%{left}")) {
        snprintf(text, sizeof text, "%s (%s left)", later.text, time);
        later.text = text;
    }
    return later;
}

/* A client is locked out by its address, or by its address and ident. */
static struct sg_verdict refuse_if_locked(struct sg_session *s, const struct lock_files *l,
                                          struct sg_verdict later)
{
    const char *idents[] = {"", sg_ident(s)};
    static char name[LOCK_NAME_MAX]; /* as above */

    if (!l->duration || (!l->local && sg_client_is_local(s)))
        return sg_pass();
    for (int i = 0; i < (*idents[1] ? 2 : 1); i++) {
        int64_t left = 0;
        lock_name(name, sg_client_ip(s), idents[i]);
        enum lock_state state = check(s, l, name, &left);
        if (state == LOCK_FAILED)
            return failed(name);
        if (state != LOCK_HELD)
            continue;
        struct sg_verdict refusal = refusal_of(s, l, left, later);
        refusal.event = "locked";
        refusal.detail = name;
        return refusal;
    }
    return sg_pass();
}

static struct sg_verdict lock_files_connect(struct sg_session *s, void *self)
{
    const struct lock_files *l = self;
    const struct sg_verdict later = {
        .answer = SG_TEMPFAIL, .code = 421, .enhanced = "4.7.0", .text = l->message};
    const struct sg_verdict never = {.answer = SG_REJECT, .code = 554, .text = l->message};

    return refuse_if_locked(s, l, l->code == CODE_554 ? never : later);
}

/* The client may have been locked out by another of its sessions.  Then this one
 * ends, too, but only if the host stands by the verdict: it need not (log_only),
 * and our event tells.  Until then a note keeps it in mind. */
static struct sg_verdict lock_files_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct lock_files *l = self;
    const struct sg_verdict later = {
        .answer = SG_TEMPFAIL, .code = 451, .enhanced = "4.4.0", .text = l->message};
    struct sg_verdict v = refuse_if_locked(s, l, later);

    (void)m;
    if (v.event)
        sg_note(s, "lock.refuses", v.detail);
    return v;
}

/* What the lock file will say, one line; NULL: this event makes no lock.
 * Valid until the next call. */
static const char *cause_of(const struct lock_files *l, const char *event, const char *detail)
{
    static char cause[256];
    unsigned i = 0;

    while (events[i] && strcmp(events[i], event) != 0)
        i++;
    if (!events[i] || !(l->on & 1u << i))
        return NULL;
    if (causes[i])
        return causes[i];
    snprintf(cause, sizeof cause, "%s", *detail ? detail : event);
    for (char *c = cause; *c; c++)
        if (iscntrl((unsigned char)*c))
            *c = '?';
        else if (!*detail)
            *c = (char)toupper((unsigned char)*c);
    return cause;
}

/* What became of the lock, for other plugins: `lock.event` says of which find the
 * other three are, because a session may have several. */
static void leave_notes(struct sg_session *s, const struct lock_files *l, const char *event,
                        enum lock_state state, const char *file)
{
    static const char *const results[] = {[LOCK_MADE] = "made",
                                          [LOCK_HELD] = "held",
                                          [LOCK_SAINT] = "exempt",
                                          [LOCK_FAILED] = "failed"};
    char duration[32];

    snprintf(duration, sizeof duration, "%" PRIu64, l->duration / 1000);
    sg_note(s, "lock.event", event);
    sg_note(s, "lock.result", results[state]);
    sg_note(s, "lock.file", state == LOCK_MADE ? file : NULL);
    sg_note(s, "lock.duration", state == LOCK_MADE ? duration : NULL);
}

static void say(const struct sg_session *s, enum lock_state state, const char *file,
                const char *cause)
{
    if (state == LOCK_MADE)
        sg_log(s, SG_NOTICE, "LOCK:CREATED", "(%s): %s", file, cause);
    else if (state == LOCK_SAINT)
        sg_log(s, SG_INFO, "LOCK:SAINT", "uid 0!=%u, src=%s, ident=%s [don't lock]",
               (unsigned)geteuid(), sg_client_ip(s), sg_ident(s));
    else if (state == LOCK_FAILED)
        sg_log(s, SG_ERR, "LOCK:FAILED", "file=%s, error=%s", file, strerror(errno));
}

static void lock_files_event(struct sg_session *s, const char *event, const char *detail,
                             void *self)
{
    const struct lock_files *l = self;
    const char *cause = cause_of(l, event, detail ? detail : "");
    char name[LOCK_NAME_MAX], file[4096];
    enum lock_state state;

    if (strcmp(event, "locked") == 0 && sg_noted(s, "lock.refuses"))
        sg_close_session(s);
    if (!l->duration || !cause || (!l->local && sg_client_is_local(s)))
        return;
    lock_name(name, sg_client_ip(s), sg_ident(s));
    snprintf(file, sizeof file, "%s/%s", l->path, name);
    if (*sg_ident(s) && lock_exempt(l->dir, sg_client_ip(s)))
        state = LOCK_SAINT;
    else
        state = lock_make(l->dir, name, l->perm, cause, sg_time(), (int64_t)(l->duration / 1000));
    if (state == LOCK_MADE)
        sg_count(l, CREATED, 1);
    say(s, state, file, cause);
    leave_notes(s, l, event, state, file);
}

SG_PLUGIN(lock_files, .summary = "lock clients out for a time after a check found something",
          .options = options, .counters = counters, .settings_size = sizeof(struct lock_files),
          .configure = lock_files_configure, .start = lock_files_start, .stop = lock_files_stop,
          .release = lock_files_release, .connect = lock_files_connect, .end = lock_files_end,
          .event = lock_files_event)
