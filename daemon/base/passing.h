/* An order with descriptors, from one process to another over a UNIX stream socket:
 * one letter of orders.h, and what comes with it. */
#ifndef SG_BASE_PASSING_H
#define SG_BASE_PASSING_H

#include <stdbool.h>
#include <sys/types.h>

enum { PASSING_MOST = 253 }; /* the kernel's SCM_MAX_FD */

/* The sender's stay open.  False: none has gone, or they are too many. */
bool pass_descriptors(int socket, char letter, const int *fds, unsigned count);

/* Does not wait.  As recv() of one letter; fds: at most PASSING_MOST, the receiver's
 * own now, close-on-exec; *count is 0 where only a letter came, and where there were
 * no descriptors to be had. */
ssize_t take_letter(int socket, char *letter, int *fds, unsigned *count);

#endif
