/* The patterns are compiled in the keeper, so that workers share the code that the JIT
 * compiler made; what a match writes to (match data, the JIT's stack) is each thread's own.
 * A stranger chooses what is matched, so every match has a limit. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "regexes.h"
#include "../base/check.h"
#include <pcre2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* How much a match may cost: steps of backtracking, and KiB of memory. */
enum { STEPS = 100000, HEAP_KIB = 1024, JIT_STACK_START = 32 * 1024, JIT_STACK_MAX = 512 * 1024 };

struct regex {
    pcre2_code *code;
    char *text;
};

struct sg_regexes {
    unsigned count;
    struct regex regex[];
};

/* --------------------------------------------------------------- the list -- */

/* Where the system forbids memory that is both written and run there is no JIT; the
 * interpreter gives the same answers. */
static pcre2_code *compile(const char *text, struct buffer *why)
{
    int error;
    PCRE2_SIZE where;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, &error, &where, NULL);
    if (!code) {
        PCRE2_UCHAR message[256];
        pcre2_get_error_message(error, message, sizeof message);
        buffer_printf(why, "a regular expression, but at character %zu: %s", where + 1,
                      (const char *)message);
        return NULL;
    }
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

bool regexes_add(struct sg_regexes **list, const char *text, struct buffer *why)
{
    const unsigned count = *list ? (*list)->count : 0;
    pcre2_code *code = compile(text, why);
    if (!code)
        return false;
    *list = xrealloc(*list, sizeof **list + (count + 1) * sizeof(struct regex));
    (*list)->regex[count] = (struct regex){code, xstrdup(text)};
    (*list)->count = count + 1;
    return true;
}

bool regexes_format(const struct sg_regexes *list, unsigned i, struct buffer *out)
{
    if (!list || i >= list->count)
        return false;
    buffer_append(out, list->regex[i].text, strlen(list->regex[i].text));
    return true;
}

void regexes_destroy(struct sg_regexes *list)
{
    for (unsigned i = 0; list && i < list->count; i++) {
        pcre2_code_free(list->regex[i].code);
        free(list->regex[i].text);
    }
    free(list);
}

/* ---------------------------------------------------------------- a match -- */

struct matcher {
    pcre2_match_context *limits;
    pcre2_match_data *data;
    pcre2_jit_stack *stack; /* NULL: there is no JIT */
};

static pthread_key_t matchers;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void destroy(void *arg)
{
    struct matcher *m = arg;
    pcre2_jit_stack_free(m->stack);
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->limits);
    free(m);
}

static void make_key(void)
{
    check(pthread_key_create(&matchers, destroy) == 0);
}

static struct matcher *create(void)
{
    struct matcher *m = xcalloc(1, sizeof *m);
    m->limits = pcre2_match_context_create(NULL);
    m->data = pcre2_match_data_create(1, NULL);
    m->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (!m->limits || !m->data)
        sg_out_of_memory();
    pcre2_set_match_limit(m->limits, STEPS);
    pcre2_set_heap_limit(m->limits, HEAP_KIB);
    pcre2_jit_stack_assign(m->limits, NULL, m->stack);
    pthread_setspecific(matchers, m);
    return m;
}

/* This thread's. */
static struct matcher *matcher(void)
{
    pthread_once(&once, make_key);
    struct matcher *m = pthread_getspecific(matchers);
    return m ? m : create();
}

int sg_regex_match(const struct sg_regexes *list, const char *text, size_t n)
{
    if (!list)
        return 0;
    struct matcher *m = matcher();
    for (unsigned i = 0; i < list->count; i++) {
        const int found =
            pcre2_match(list->regex[i].code, (PCRE2_SPTR)text, n, 0, 0, m->data, m->limits);
        if (found >= 0)
            return (int)i + 1;
        if (found != PCRE2_ERROR_NOMATCH)
            return -1;
    }
    return 0;
}
