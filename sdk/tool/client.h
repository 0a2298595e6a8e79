/* The client of a script: one connection at a time to the relay in this process,
 * from whatever address the script says. */
#ifndef SG_TOOL_CLIENT_H
#define SG_TOOL_CLIENT_H

#include <stdbool.h>

/* from: "ADDRESS", "ADDRESS PORT", or "": 192.0.2.1.  changed is called when
 * something came.  The former connection is hung up. */
void client_open(void (*changed)(void)); /* once */
void client_connect(const char *from);
bool client_is_there(void);  /* client_connect() was called */
bool client_is_closed(void); /* by the relay, and all replies are taken */
bool client_is_open(void);
void client_hang_up(void);
void client_say_no_more(void); /* half-closes: replies still come */

void client_send_line(const char *line);
/* A message: each LF as CRLF, dots stuffed, without the final dot. */
bool client_send_file(const char *path);

/* The next reply, its lines separated by LF; NULL if there is no whole one.  The
 * caller frees. */
char *client_take_reply(void);

#endif
