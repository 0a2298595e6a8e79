/* The bare library: libclamav over the letters that load would send, with the limits
 * and options of av-libclamav, and nothing around it.
 *
 *   scan DATABASE FIRST COUNT SIZE [THREADS]
 *
 * One letter after the other, or as many at a time as there are THREADS, each of which
 * takes the next.  Prints the CPU of all the scans and the median time of one, in
 * microseconds. */
#include "letter.h"
#include <clamav.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static long long ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* As a scanner sees it: a stuffed dot is one, and the final one is none. */
static size_t unstuff(char *text, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n; i++)
        if (text[i] != '.' || i == 0 || text[i - 1] != '\n' || text[i + 1] != '.')
            text[to++] = text[i];
    return to - 3;
}

static int file_of(unsigned number, unsigned lines)
{
    struct letter l;
    letter_write(&l, number, lines);
    size_t size = letter_size(&l), n;
    char *text = malloc(size + 1);
    int fd = memfd_create("letter", MFD_CLOEXEC);
    if (!text || fd < 0)
        abort();
    for (size_t at = 0; at < size; at += n) {
        const char *part = letter_part(&l, at, &n);
        memcpy(text + at, part, n);
    }
    size = unstuff(text, size);
    if (write(fd, text, size) != (ssize_t)size)
        abort();
    free(text);
    return fd;
}

static void must(cl_error_t rc, const char *what)
{
    if (rc == CL_SUCCESS)
        return;
    fprintf(stderr, "scan: %s: %s\n", what, cl_strerror(rc));
    exit(1);
}

static struct cl_engine *load(const char *database)
{
    static const struct {
        enum cl_engine_field field;
        long long value;
    } numbers[] = {{CL_ENGINE_MAX_SCANTIME, 30000}, {CL_ENGINE_MAX_SCANSIZE, 400 << 20},
                   {CL_ENGINE_MAX_FILESIZE, 0},     {CL_ENGINE_MAX_RECURSION, 17},
                   {CL_ENGINE_MAX_FILES, 10000},    {CL_ENGINE_CACHE_SIZE, 4096}};
    unsigned signatures = 0;
    must(cl_init(CL_INIT_DEFAULT), "cl_init");
    struct cl_engine *engine = cl_engine_new();
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        must(cl_engine_set_num(engine, numbers[i].field, numbers[i].value), "a limit");
    must(cl_engine_set_str(engine, CL_ENGINE_TMPDIR, "/dev/shm"), "/dev/shm");
    must(cl_load(database, engine, &signatures, CL_DB_STDOPT), database);
    must(cl_engine_compile(engine), "compiling");
    return engine;
}

static void scan(struct cl_engine *engine, int fd)
{
    struct cl_scan_options options = {.general = CL_SCAN_GENERAL_HEURISTICS,
                                      .parse = ~0u,
                                      .heuristic = CL_SCAN_HEURISTIC_EXCEEDS_MAX};
    const char *name = NULL;
    must(cl_scandesc(fd, NULL, &name, NULL, engine, &options), "a letter");
}

static int by_size(const void *a, const void *b)
{
    long long x = *(const long long *)a, y = *(const long long *)b;
    return x < y ? -1 : x > y;
}

static struct {
    struct cl_engine *engine;
    unsigned first, count, lines;
    atomic_uint taken;
    atomic_llong cpu;
    long long *times;
} job;

static void *work(void *arg)
{
    unsigned i;
    (void)arg;
    while ((i = atomic_fetch_add(&job.taken, 1)) < job.count) {
        int fd = file_of(job.first + i, job.lines);
        long long began = ns(CLOCK_MONOTONIC), cpu_began = ns(CLOCK_THREAD_CPUTIME_ID);
        scan(job.engine, fd);
        atomic_fetch_add(&job.cpu, ns(CLOCK_THREAD_CPUTIME_ID) - cpu_began);
        job.times[i] = ns(CLOCK_MONOTONIC) - began;
        close(fd);
    }
    return NULL;
}

static void work_with(unsigned threads)
{
    pthread_t *ids = calloc(threads, sizeof *ids);
    for (unsigned i = 0; i < threads; i++)
        if (!ids || pthread_create(&ids[i], NULL, work, NULL) != 0)
            abort();
    for (unsigned i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    free(ids);
}

int main(int argc, char **argv)
{
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: scan DATABASE FIRST COUNT SIZE [THREADS]\n");
        return 2;
    }
    job.first = (unsigned)atoi(argv[2]);
    job.count = (unsigned)atoi(argv[3]);
    job.lines = letter_lines((size_t)atoi(argv[4]));
    letters_prepare(job.lines);
    job.engine = load(argv[1]);
    job.times = calloc(job.count + 1, sizeof *job.times);
    if (!job.times)
        abort();
    if (argc == 6)
        work_with((unsigned)atoi(argv[5]));
    else
        work(NULL);
    qsort(job.times, job.count, sizeof *job.times, by_size);
    printf("cpu_us=%lld scans=%u scan_p50=%lld\n", atomic_load(&job.cpu) / 1000, job.count,
           job.times[job.count / 2] / 1000);
    cl_engine_free(job.engine);
    return 0;
}
