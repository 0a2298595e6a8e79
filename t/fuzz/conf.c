/* A configuration file of any bytes: either it is complained of, in printable
 * words, or what was understood reads back the same.  No endpoints: their names
 * would be looked up. */
#include "files.h"

#include "../../daemon/conf/options.h"

#include <stdlib.h>

static const char *const words[] = {"red", "green", "blue+ish", NULL};

struct all {
    int flag, colour;
    long number;
    uint64_t size, time;
    double fraction;
    const char *text, *path, *pattern, **list;
    struct sockaddr_storage ip;
    struct sg_nets *nets;
    unsigned colours, mode;
};

static const struct sg_option options[] = {SG_OPT_BOOL(struct all, flag, "no", ""),
                                           SG_OPT_INT(struct all, number, NULL, -5, 5000, ""),
                                           SG_OPT_SIZE(struct all, size, NULL, ""),
                                           SG_OPT_DURATION(struct all, time, NULL, ""),
                                           SG_OPT_FLOAT(struct all, fraction, NULL, ""),
                                           SG_OPT_STRING(struct all, text, NULL, ""),
                                           SG_OPT_PATH(struct all, path, "/x", ""),
                                           SG_OPT_REGEX(struct all, pattern, NULL, ""),
                                           SG_OPT_STRINGS(struct all, list, "a", ""),
                                           SG_OPT_IP(struct all, ip, NULL, ""),
                                           SG_OPT_NETS(struct all, nets, NULL, ""),
                                           SG_OPT_ENUM(struct all, colour, NULL, words, ""),
                                           SG_OPT_FLAGS(struct all, colours, "red", words, ""),
                                           SG_OPT_MODE(struct all, mode, NULL, ""),
                                           SG_OPT_END};

static bool read_bytes(const void *bytes, size_t size, struct all *all, struct complaints *c)
{
    const struct option_target target = {options, all};
    static const char *const obsolete[] = {"gone", NULL};
    struct memory_file f = memory_file(bytes, size);
    bool ok = options_read(f.path, &target, 1, obsolete, c);
    close(f.fd);
    return ok;
}

static char *print(struct all *all)
{
    const struct option_target target = {options, all};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    options_print(&target, out);
    fclose(out);
    return text;
}

static void forget(struct all *all, struct complaints *c)
{
    const struct option_target target = {options, all};
    options_free(&target, 1);
    complaints_finish(c);
}

static void reads_back(struct all *all)
{
    struct all again = {0};
    struct complaints c = {0};
    char *once = print(all), *twice;
    check(read_bytes(once, strlen(once), &again, &c));
    twice = print(&again);
    check(strcmp(once, twice) == 0);
    free(once);
    free(twice);
    forget(&again, &c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct all all = {0};
    struct complaints c = {0};
    if (read_bytes(data, size, &all, &c))
        reads_back(&all);
    else
        said_in_words(&c);
    forget(&all, &c);
    return 0;
}
