/* The last descriptors of a worker are for the sessions that are in it: who has been
 * greeted needs a server, a file for the message, a scanner; who waits in the backlog
 * needs nothing yet.  So nobody is accepted unless the reserve is free. */
#ifndef SG_WORKER_RESERVE_H
#define SG_WORKER_RESERVE_H

#include <stdbool.h>

enum { FILES_PER_SESSION = 4 }; /* client, server, and perhaps a spool and a scanner */

void reserve_open(void);
/* Before accepting.  fd: any descriptor that is open. */
bool reserve_is_free(int fd);
/* After it, of the new descriptor.  No system call, nor above while there are enough. */
void reserve_note(int fd);
/* There was none to be had. */
void reserve_missed(void);
unsigned reserve_size(void);

#endif
