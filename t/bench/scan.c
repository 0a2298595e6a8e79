/* The bare library: libclamav over the letters that load would send, one after the
 * other, with the limits and options of av-libclamav, and nothing around it.
 *
 *   scan DATABASE FIRST COUNT SIZE
 *
 * Prints the CPU of all the scans and the median time of one, in microseconds. */
#include "letter.h"
#include <clamav.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static long long cpu_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000LL + u.ru_utime.tv_usec +
           u.ru_stime.tv_usec;
}

static long long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
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

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: scan DATABASE FIRST COUNT SIZE\n");
        return 2;
    }
    unsigned first = (unsigned)atoi(argv[2]), count = (unsigned)atoi(argv[3]);
    unsigned lines = letter_lines((size_t)atoi(argv[4]));
    letters_prepare(lines);
    struct cl_engine *engine = load(argv[1]);
    long long *times = calloc(count + 1, sizeof *times), cpu = 0;
    if (!times)
        abort();
    for (unsigned i = 0; i < count; i++) {
        int fd = file_of(first + i, lines);
        long long began = now_us(), cpu_began = cpu_us();
        scan(engine, fd);
        cpu += cpu_us() - cpu_began;
        times[i] = now_us() - began;
        close(fd);
    }
    qsort(times, count, sizeof *times, by_size);
    printf("cpu_us=%lld scans=%u scan_p50=%lld\n", cpu, count, times[count / 2]);
    cl_engine_free(engine);
    return 0;
}
