/* The messages of the bench.  load sends them, and sink holds every byte that
 * arrives against them, so neither needs to ask the other.  A letter is its number
 * and its length; no two numbers give the same text. */
#ifndef BENCH_LETTER_H
#define BENCH_LETTER_H

#include <stdbool.h>
#include <stddef.h>

#define LETTER_BEGINS "Subject: letter "

enum { LETTER_LINE = 78, LETTER_HEAD = 320 };

struct letter {
    unsigned number, lines; /* lines of LETTER_LINE bytes behind the head */
    size_t head_size;
    char head[LETTER_HEAD];
};

/* Once, before all else; the longest letters there will be. */
void letters_prepare(unsigned most_lines);

/* Lines that make about so many bytes. */
unsigned letter_lines(size_t bytes);

void letter_write(struct letter *l, unsigned number, unsigned lines);

/* From a letter's first line, with CRLF; false: it is none, or longer than prepared. */
bool letter_recognise(struct letter *l, const char *line);

/* As it goes over the wire: dots stuffed, the final dot at its end. */
size_t letter_size(const struct letter *l);

/* The bytes from `at` on, as far as they lie together; *n says how many, 0 at the end. */
const char *letter_part(const struct letter *l, size_t at, size_t *n);

#endif
