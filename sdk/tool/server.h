/* The server behind the relay: an obliging ESMTP server, on the worker's own
 * loop, whose replies a script may change.  One connection at a time. */
#ifndef SG_TOOL_SERVER_H
#define SG_TOOL_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/* On 127.0.0.1, a port of the kernel's choice: 0 and errno if that fails.
 * changed is called whenever lines have come. */
uint16_t server_open(void (*changed)(void));
void server_close(void);

/* From now on this is the reply to the verb (BANNER, DOT and LAST are verbs, too);
 * "\n" stands between lines.  "silence" is none, "close" ends the connection. */
void server_answer(const char *verb, const char *reply);

/* Has a line come, of commands or messages, that matches? */
bool server_got(const char *pattern);

#endif
