/* Memory that never fails to come: when it runs out, the process ends here, in
 * one place, with a line in the log.  In a worker that costs its sessions; the
 * keeper starts another.  What protects a worker is the limits of a session. */
#ifndef SG_BASE_CHECK_H
#define SG_BASE_CHECK_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s); /* NULL gives NULL */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same for plugins, as <smtp-gated/plugin.h> declares them. */
void *sg_alloc(size_t n);
char *sg_strdup(const char *text);
void sg_out_of_memory(void);

/* Logs "BUG file:line: what" and aborts.  For what cannot be, never for input. */
#define check(cond) ((cond) ? (void)0 : check_failed(__FILE__, __LINE__, #cond))
_Noreturn void check_failed(const char *file, int line, const char *what);

#endif
