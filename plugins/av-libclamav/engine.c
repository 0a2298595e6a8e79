/* libclamav, as far as one needs it to scan mail.
 *
 * The message is shown in a map of our own, which begins with the preamble of
 * <smtp-gated/kit/scan.h>: what the first bytes are decides whether libclamav
 * takes it for mail, and the sender chooses those.
 *
 * What is beyond a limit libclamav leaves unscanned and calls clean.  It is told
 * to raise an alert instead, which we do not take for a virus: what has not been
 * looked at is neither clean nor infected. */
#include "engine.h"
#include "unpack.h"
#include <smtp-gated/kit/scan.h>
#include <clamav.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many clean files it remembers: of what it keeps, all that workers do not share,
 * 64 bytes each.  Of its own accord it would be 65,536. */
#define CACHED 4096

#define COPIED (16u << 20) /* messages up to this size are copied as a whole */

/* -------------------------------------------------------------- loading -- */

/* libclamav calls a message clean that it could not unpack because its temporary
 * directory is full or gone.  At best it says so in words, of which these are
 * the ones to be taken for failures of ours, and not of a broken attachment. */
static bool means_no_room(const char *text)
{
    static const char *const words[] = {"temp", "tmp", "writ", "create", "No space"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

static _Thread_local struct engine_scan *running;

static void hear(enum cl_msg severity, const char *full, const char *text, void *context)
{
    (void)full, (void)context;
    if (!running || severity != CL_MSG_ERROR || running->trouble[0] || !means_no_room(text))
        return;
    snprintf(running->trouble, sizeof running->trouble, "%.*s", (int)strcspn(text, "\n"), text);
}

/* Scans that nobody waits for any more end where the next file is unpacked. */
static cl_error_t before_each_file(int fd, const char *type, void *context)
{
    struct engine_scan *scan = context;
    (void)fd, (void)type;
    return atomic_load(&scan->unwanted) ? CL_VIRUS : CL_CLEAN;
}

/* A hash, because the cryptographic library reads its configuration when it is
 * first used, and scans may run behind a chroot. */
static cl_error_t start_library(void)
{
    static bool started;
    unsigned char hash[SHA256_HASH_SIZE];
    cl_error_t rc = started ? CL_SUCCESS : cl_init(CL_INIT_DEFAULT);
    started = rc == CL_SUCCESS;
    cl_set_clcb_msg(hear);
    cl_sha256("", 0, hash, NULL);
    return rc;
}

/* No limit for one file: what is longer would be cut off, and no alert raised. */
static cl_error_t set_limits(struct cl_engine *engine, const struct engine_limits *limits)
{
    const struct {
        enum cl_engine_field field;
        long long value;
    } numbers[] = {{CL_ENGINE_MAX_SCANTIME, (long long)limits->scantime},
                   {CL_ENGINE_MAX_SCANSIZE, (long long)limits->scansize},
                   {CL_ENGINE_MAX_FILESIZE, 0},
                   {CL_ENGINE_MAX_RECURSION, limits->recursion},
                   {CL_ENGINE_MAX_FILES, limits->files},
                   {CL_ENGINE_CACHE_SIZE, CACHED}};
    cl_error_t rc = CL_SUCCESS;
    for (size_t i = 0; rc == CL_SUCCESS && i < sizeof numbers / sizeof *numbers; i++)
        rc = cl_engine_set_num(engine, numbers[i].field, numbers[i].value);
    cl_engine_set_clcb_pre_scan(engine, before_each_file);
    return rc;
}

struct cl_engine *engine_load(const char *database, const struct engine_limits *limits,
                              unsigned *signatures, char *why, size_t size)
{
    cl_error_t rc = start_library();
    struct cl_engine *engine = rc == CL_SUCCESS ? cl_engine_new() : NULL;
    *signatures = 0;
    if (engine)
        rc = set_limits(engine, limits);
    if (engine && rc == CL_SUCCESS)
        rc = cl_load(database, engine, signatures, CL_DB_STDOPT);
    if (engine && rc == CL_SUCCESS && *signatures > 0)
        rc = cl_engine_compile(engine);
    if (engine && rc == CL_SUCCESS && *signatures > 0)
        return engine;
    if (rc == CL_SUCCESS)
        snprintf(why, size, "no signatures in %s: freshclam(1) fetches them", database);
    else
        snprintf(why, size, "%s: %s", database, cl_strerror(rc));
    engine_free(engine);
    return NULL;
}

static void look_at_file(const char *path, uint64_t *made, uint64_t *version)
{
    struct stat st;
    struct cl_cvd *head = strstr(path, ".cvd") || strstr(path, ".cld") ? cl_cvdhead(path) : NULL;
    uint64_t when = head ? head->stime : stat(path, &st) == 0 ? (uint64_t)st.st_mtime : 0;
    if (when > *made)
        *made = when;
    if (head && head->version > *version)
        *version = head->version;
    if (head)
        cl_cvdfree(head);
}

void engine_database_age(const char *database, uint64_t *made, uint64_t *version)
{
    DIR *all = opendir(database);
    const struct dirent *entry;
    *made = *version = 0;
    if (!all)
        look_at_file(database, made, version);
    while (all && (entry = readdir(all)) != NULL) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s", database, entry->d_name);
        if (entry->d_name[0] != '.' && n > 0 && (size_t)n < sizeof path)
            look_at_file(path, made, version);
    }
    if (all)
        closedir(all);
}

void engine_free(struct cl_engine *engine)
{
    if (engine)
        cl_engine_free(engine);
}

/* ------------------------------------------------------------- scanning -- */

/* The message after the preamble, as libclamav reads it: any part, in any order. */
static off_t read_message(void *handle, void *to, size_t count, off_t offset)
{
    const struct engine_scan *scan = handle;
    if (offset < SCAN_PREAMBLE_SIZE) {
        size_t left = SCAN_PREAMBLE_SIZE - (size_t)offset;
        size_t n = count < left ? count : left;
        memcpy(to, scan_preamble + offset, n);
        return (off_t)n;
    }
    size_t at = (size_t)offset - SCAN_PREAMBLE_SIZE, left = at < scan->size ? scan->size - at : 0;
    size_t n = count < left ? count : left;
    memcpy(to, scan->message + at, n);
    return (off_t)n;
}

static void conclude(struct engine_scan *scan, enum engine_result result, const char *text)
{
    scan->result = result;
    snprintf(scan->text, sizeof scan->text, "%s", text);
}

/* What is not clean, not infected, and has not been looked at to its end. */
static enum engine_result kind_of_error(cl_error_t rc)
{
    if (rc == CL_EMAXSIZE || rc == CL_EMAXREC || rc == CL_EMAXFILES)
        return ENGINE_LIMIT;
    return rc == CL_EPARSE || rc == CL_EFORMAT || rc == CL_EUNPACK ? ENGINE_UNREADABLE
                                                                   : ENGINE_ERROR;
}

static void judge(struct engine_scan *scan, cl_error_t rc, const char *name)
{
    if (rc == CL_VIRUS && (!name || !scan_is_limit(name)))
        conclude(scan, ENGINE_VIRUS, name && *name ? name : "unnamed");
    else if (scan->trouble[0])
        conclude(scan, ENGINE_ERROR, scan->trouble);
    else if (rc == CL_VIRUS)
        conclude(scan, scan_is_late(name) ? ENGINE_ERROR : ENGINE_LIMIT, name);
    else if (rc == CL_CLEAN)
        conclude(scan, ENGINE_CLEAN, "");
    else
        conclude(scan, kind_of_error(rc), cl_strerror(rc));
}

void engine_unpack_in(struct cl_engine *engine, const char *directory)
{
    cl_engine_set_str(engine, CL_ENGINE_TMPDIR, directory);
}

/* At worst it says nothing, so there must be room before and after. */
static void look_for_room(struct engine_scan *scan)
{
    const char *dir = cl_engine_get_str(scan->engine, CL_ENGINE_TMPDIR, NULL);
    const char *trouble = unpack_trouble(dir);
    if (trouble)
        snprintf(scan->trouble, sizeof scan->trouble, "%.80s: %s", dir, trouble);
}

static cl_error_t scan_map(struct engine_scan *scan, cl_fmap_t *map, const char **name)
{
    struct cl_scan_options options = {.general = CL_SCAN_GENERAL_HEURISTICS,
                                      .parse = ~0u,
                                      .heuristic = CL_SCAN_HEURISTIC_EXCEEDS_MAX};
    running = scan;
    cl_error_t rc = cl_scanmap_callback(map, NULL, name, NULL, scan->engine, &options, scan);
    running = NULL;
    return rc;
}

/* The preamble and the message in one run of memory; NULL: not all at once. */
static char *copy_message(const struct engine_scan *scan)
{
    if (scan->size > COPIED)
        return NULL;
    char *copy = sg_alloc(SCAN_PREAMBLE_SIZE + scan->size);
    memcpy(copy, scan_preamble, SCAN_PREAMBLE_SIZE);
    memcpy(copy + SCAN_PREAMBLE_SIZE, scan->message, scan->size);
    return copy;
}

/* A map that reads as it goes asks the kernel for its memory anew each time, touches
 * each page twice and gives it back at the end: all that interrupts the other threads,
 * under a lock that all scans share.  A copy does not. */
static cl_fmap_t *map_message(struct engine_scan *scan, const char *copy)
{
    size_t size = SCAN_PREAMBLE_SIZE + scan->size;
    return copy ? cl_fmap_open_memory(copy, size)
                : cl_fmap_open_handle(scan, 0, size, read_message, 1);
}

void engine_scan(struct engine_scan *scan)
{
    const char *name = NULL;
    char *copy = copy_message(scan);
    cl_fmap_t *map = map_message(scan, copy);
    if (map) {
        look_for_room(scan);
        cl_error_t rc = scan_map(scan, map, &name);
        look_for_room(scan);
        judge(scan, rc, name);
        cl_fmap_close(map);
    } else {
        conclude(scan, ENGINE_ERROR, "the message cannot be mapped");
    }
    free(copy);
}
