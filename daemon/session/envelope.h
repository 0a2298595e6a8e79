/* The paths of MAIL and RCPT on their way from the client to the checks and the server. */
#ifndef SG_SESSION_ENVELOPE_H
#define SG_SESSION_ENVELOPE_H

#include "../smtp/command.h"
#include "../smtp/line.h"
#include "../smtp/path.h"
#include "session.h"

/* The path of MAIL or RCPT; what it points to is valid until the next one is read. */
enum path_reading envelope_read(const struct command *c, struct path *path);

/* The same; false: it was refused, and the client has been told. */
bool envelope_take(struct session *s, const struct command *c, struct path *path);

/* The command goes to the server, with the address that the checks have seen. */
void envelope_forward(struct session *s, const struct line *line, const struct command *c,
                      const struct path *path);

#endif
