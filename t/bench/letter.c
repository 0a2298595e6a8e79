/* Letters: a head of their own, and behind it a run of lines out of one large pool.
 * Letters begin at different lines of the pool, so that nothing that remembers what
 * it has seen (a scanner's cache) recognises the text of an earlier one. */
#include "letter.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHIFTS = 16384, STUFFED = 41 };

static char *pool;
static unsigned pool_lines;

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Some lines begin with a dot that is stuffed. */
static void write_line(char *line, unsigned index, uint64_t *state)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ, 0123456789";
    for (unsigned i = 0; i < LETTER_LINE - 2; i++)
        line[i] = letters[next_random(state) % (sizeof letters - 1)];
    if (index % STUFFED == 0)
        memcpy(line, "..", 2);
    memcpy(line + LETTER_LINE - 2, "\r\n", 2);
}

void letters_prepare(unsigned most_lines)
{
    uint64_t state = 88172645463325252u;
    pool_lines = most_lines + SHIFTS;
    pool = malloc((size_t)pool_lines * LETTER_LINE);
    if (!pool)
        abort();
    for (unsigned i = 0; i < pool_lines; i++)
        write_line(pool + (size_t)i * LETTER_LINE, i, &state);
}

unsigned letter_lines(size_t bytes)
{
    size_t lines = bytes < LETTER_HEAD ? 1 : (bytes - LETTER_HEAD / 2) / LETTER_LINE;
    return (unsigned)lines;
}

void letter_write(struct letter *l, unsigned number, unsigned lines)
{
    l->number = number;
    l->lines = lines;
    l->head_size = (size_t)snprintf(l->head, sizeof l->head,
                                    LETTER_BEGINS "%010u of %06u lines\r\n"
                                                  "From: <a@bench.test>\r\nTo: <b@bench.test>\r\n"
                                                  "Message-ID: <%010u@bench.test>\r\n\r\n"
                                                  "This is letter %010u.\r\n",
                                    number, lines, number, number);
}

bool letter_recognise(struct letter *l, const char *line)
{
    unsigned number, lines;
    if (sscanf(line, LETTER_BEGINS "%10u of %6u lines", &number, &lines) != 2 ||
        lines > pool_lines - SHIFTS)
        return false;
    letter_write(l, number, lines);
    return strncmp(line, l->head, strlen(line)) == 0;
}

size_t letter_size(const struct letter *l)
{
    return l->head_size + (size_t)l->lines * LETTER_LINE + 3;
}

const char *letter_part(const struct letter *l, size_t at, size_t *n)
{
    static const char end[] = ".\r\n";
    size_t body = (size_t)l->lines * LETTER_LINE;
    if (at < l->head_size) {
        *n = l->head_size - at;
        return l->head + at;
    }
    at -= l->head_size;
    if (at < body) {
        *n = body - at;
        return pool + (size_t)(l->number % SHIFTS) * LETTER_LINE + at;
    }
    *n = 3 - (at - body);
    return end + (at - body);
}
