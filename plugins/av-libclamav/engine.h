/* The engine of libclamav: loaded once, shared by all workers and threads. */
#ifndef AV_LIBCLAMAV_ENGINE_H
#define AV_LIBCLAMAV_ENGINE_H

#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>

struct cl_engine;

struct engine_limits {
    uint64_t scantime; /* ms for one message */
    uint64_t scansize; /* bytes, of all that is unpacked */
    long recursion, files;
};

/* NULL, and a sentence in why.  *signatures: how many. */
struct cl_engine *engine_load(const char *database, const struct engine_limits *limits,
                              unsigned *signatures, char *why, size_t size);
/* When the newest file of the database was made, as Unix time, and the greatest version that
 * one of them has: of those that freshclam(1) fetches what stands in them, of others the time
 * of the file.  0: unknown. */
void engine_database_age(const char *database, uint64_t *made, uint64_t *version);
/* While no scan runs; of this process. */
void engine_unpack_in(struct cl_engine *engine, const char *directory);
void engine_free(struct cl_engine *engine);

/* LIMIT, UNREADABLE: that message's own, and the same next time; ERROR: of the engine. */
enum engine_result { ENGINE_CLEAN, ENGINE_VIRUS, ENGINE_LIMIT, ENGINE_UNREADABLE, ENGINE_ERROR };

/* One scan.  Knows nothing of the host: runs on any thread. */
struct engine_scan {
    struct cl_engine *engine;
    const char *message; /* borrowed, `size` bytes */
    size_t size;
    atomic_int unwanted; /* set by another thread: end soon, with any result */
    enum engine_result result;
    char trouble[160]; /* of libclamav with its temporary files */
    char text[160];    /* name of the virus or of the limit, or what went wrong */
};

void engine_scan(struct engine_scan *scan);

#endif
