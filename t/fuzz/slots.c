/* The queue of replies beside a plain array: the input's bytes push, pop and ask. */
#include "fuzz.h"

#include "../../daemon/smtp/slots.h"

#include <stdlib.h>

enum { MOST = 5000 };

static struct model {
    unsigned tags[MOST];
    bool local[MOST];
    unsigned first, end;
} model;

static void push(struct slots *q, bool local)
{
    if (model.end == MOST)
        return;
    struct slot slot = {.verb = (uint8_t)model.end, .mail = (uint16_t)model.end};
    slot.local = local ? xstrdup("250 ours\r\n") : NULL;
    slot.note = model.end % 3 ? xstrdup("note") : NULL;
    slots_push(q, slot);
    model.tags[model.end] = model.end;
    model.local[model.end++] = local;
}

static void pop(struct slots *q)
{
    const struct slot *head = slots_head(q);
    check((head == NULL) == (model.first == model.end));
    if (!head)
        return;
    check(head->mail == (uint16_t)model.tags[model.first]);
    struct slot slot = slots_pop(q);
    check((slot.local != NULL) == model.local[model.first]);
    check((slot.note != NULL) == (model.tags[model.first] % 3 != 0));
    model.first++;
    free(slot.local);
    free(slot.note);
}

static void ask(struct slots *q)
{
    unsigned awaited = 0;
    for (unsigned i = model.first; i < model.end; i++)
        awaited += !model.local[i];
    check(slots_awaited(q) == awaited && q->count == model.end - model.first);
}

static void finish(struct slots *q)
{
    slots_finish(q);
    check(slots_head(q) == NULL && q->count == 0);
    model.first = model.end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slots q = {0};
    model.first = model.end = 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] < 100)
            push(&q, data[i] & 1);
        else if (data[i] < 220)
            pop(&q);
        else if (data[i] < 254)
            ask(&q);
        else
            finish(&q);
    }
    slots_finish(&q);
    return 0;
}
