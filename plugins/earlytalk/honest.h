/* Which clients have been seen to wait for the greeting: a table that all workers share,
 * of a fixed size.  Where two clients meet in one place, the later one is forgotten or
 * taken for the other; both cost little. */
#ifndef EARLYTALK_HONEST_H
#define EARLYTALK_HONEST_H

#include <stdint.h>
#include <sys/socket.h>

struct honest;

/* Before workers are forked.  NULL and errno. */
struct honest *honest_create(void);
void honest_destroy(struct honest *h);

void honest_note(struct honest *h, const struct sockaddr *client, int64_t now);
int honest_knows(const struct honest *h, const struct sockaddr *client, int64_t now);

#endif
