/* A file of the input's bytes, for what reads files. */
#ifndef SG_T_FUZZ_FILES_H
#define SG_T_FUZZ_FILES_H

#include "fuzz.h"

#include "../../daemon/base/complaint.h"

#include <ctype.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct memory_file {
    int fd;
    char path[32];
};

static inline struct memory_file memory_file(const void *bytes, size_t size)
{
    struct memory_file f = {.fd = memfd_create("file", MFD_CLOEXEC)};
    check(f.fd >= 0 && write(f.fd, bytes, size) == (ssize_t)size);
    snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
    return f;
}

/* What is wrong is said, and in words. */
static inline void said_in_words(struct complaints *c)
{
    const char *text = buffer_cstr(&c->text);
    check(c->errors > 0 && *text);
    for (; *text; text++)
        check(!iscntrl((unsigned char)*text) || *text == '\n');
}

#endif
