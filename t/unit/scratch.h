/* A directory that lives as long as a test, for what reads files. */
#ifndef SG_T_SCRATCH_H
#define SG_T_SCRATCH_H

#include <stddef.h>

/* Made at the first call.  What is returned lives until the next call. */
const char *scratch_dir(void);
const char *scratch_path(const char *name);
const char *scratch_file(const char *name, const char *text);
const char *scratch_bytes(const char *name, const void *bytes, size_t n);
const char *scratch_subdir(const char *name);
const char *scratch_read(const char *name); /* NULL if there is no such file */

/* A cmocka teardown: the directory and all in it is gone. */
int scratch_remove(void **state);

/* The text with every path into the directory made relative to it. */
const char *without_dir(const char *text);

#endif
