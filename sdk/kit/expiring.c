/* See <smtp-gated/kit/expiring.h>.  Entries stand in a tree (tsearch(3)) by key
 * and in a list by age, the longest unused first. */
#include <smtp-gated/kit/expiring.h>
#include <smtp-gated/plugin.h>

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct row {
    TAILQ_ENTRY(row) by_age;
    void *value;
    size_t bytes;
    uint64_t until;
    const char *key; /* after the struct */
};

struct expiring {
    TAILQ_HEAD(, row) by_age;
    void *by_key;
    size_t count, bytes, most, most_bytes;
    void (*release)(void *value);
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->key, ((const struct row *)b)->key);
}

struct expiring *expiring_create(size_t most, size_t most_bytes, void (*release)(void *value))
{
    struct expiring *table = sg_alloc(sizeof *table);
    TAILQ_INIT(&table->by_age);
    table->most = most;
    table->most_bytes = most_bytes;
    table->release = release;
    return table;
}

static void drop(struct expiring *table, struct row *e)
{
    tdelete(e, &table->by_key, compare);
    TAILQ_REMOVE(&table->by_age, e, by_age);
    table->count--;
    table->bytes -= e->bytes;
    if (table->release)
        table->release(e->value);
    free(e);
}

void expiring_destroy(struct expiring *table)
{
    if (!table)
        return;
    while (!TAILQ_EMPTY(&table->by_age))
        drop(table, TAILQ_FIRST(&table->by_age));
    free(table);
}

static struct row *find(struct expiring *table, const char *key)
{
    struct row wanted = {.key = key};
    struct row **place = tfind(&wanted, &table->by_key, compare);
    return place ? *place : NULL;
}

void *expiring_get(struct expiring *table, const char *key, uint64_t now)
{
    struct row *e = find(table, key);
    if (!e)
        return NULL;
    if (e->until <= now) {
        drop(table, e);
        return NULL;
    }
    TAILQ_REMOVE(&table->by_age, e, by_age);
    TAILQ_INSERT_TAIL(&table->by_age, e, by_age);
    return e->value;
}

void expiring_put(struct expiring *table, const char *key, void *value, size_t bytes,
                  uint64_t until)
{
    size_t length = strlen(key) + 1;
    struct row *e = find(table, key);
    if (e)
        drop(table, e);
    if (bytes > table->most_bytes) {
        if (table->release)
            table->release(value);
        return;
    }
    e = sg_alloc(sizeof *e + length);
    e->key = memcpy(e + 1, key, length);
    e->value = value;
    e->bytes = bytes;
    e->until = until;
    if (!tsearch(e, &table->by_key, compare))
        sg_out_of_memory();
    TAILQ_INSERT_TAIL(&table->by_age, e, by_age);
    table->count++;
    table->bytes += bytes;
    while (table->count > table->most || table->bytes > table->most_bytes)
        drop(table, TAILQ_FIRST(&table->by_age));
}

int expiring_first(struct expiring *table, const char *key, uint64_t period, uint64_t now)
{
    if (expiring_get(table, key, now))
        return 0;
    expiring_put(table, key, table, 0, now + period);
    return 1;
}
