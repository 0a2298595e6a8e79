/* The paths of MAIL and RCPT on their way from the client to the checks and the server. */
#ifndef SG_SESSION_STEPS_ENVELOPE_H
#define SG_SESSION_STEPS_ENVELOPE_H

#include "../model/request.h"

/* Reads the path of MAIL or RCPT into r->path, which then points into the line or into
 * r->room. */
enum path_reading envelope_read(struct request *r);

/* The same, and sets the hook's arguments.  False: it was refused, and the client has been
 * told. */
bool envelope_take(struct session *s, struct request *r);

/* The command goes to the server, with the address that the checks have seen. */
void envelope_forward(struct session *s, const struct request *r);

#endif
