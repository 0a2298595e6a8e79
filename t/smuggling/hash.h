/* FNV-1a, by which messages are known again. */
#ifndef SMUGGLING_HASH_H
#define SMUGGLING_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_of(const char *p, size_t n);

#endif
