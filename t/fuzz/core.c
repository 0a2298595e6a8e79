/* A core file of any bytes: either it is complained of, in printable words, or what
 * -T prints of it is taken again and printed the same. */
#include "files.h"

#include "../../daemon/conf/core.h"

#include <stdlib.h>

static struct core *read_bytes(const void *bytes, size_t size, struct complaints *c)
{
    struct memory_file f = memory_file(bytes, size);
    struct core *core = core_read(f.path, c);
    close(f.fd);
    return core;
}

static char *print(const struct core *core)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    core_print(core, out);
    fclose(out);
    return text;
}

static void reads_back(const struct core *core)
{
    struct complaints c = {0};
    char *once = print(core), *twice;
    struct core *again = read_bytes(once, strlen(once), &c);
    check(again);
    twice = print(again);
    check(strcmp(once, twice) == 0);
    free(once);
    free(twice);
    core_destroy(again);
    complaints_finish(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct complaints c = {0};
    struct core *core = read_bytes(data, size, &c);
    if (core)
        reads_back(core);
    else
        said_in_words(&c);
    core_destroy(core);
    complaints_finish(&c);
    return 0;
}
