/* What the worker may ask of the sessions. */
#ifndef SG_SESSION_STEPS_SESSIONS_H
#define SG_SESSION_STEPS_SESSIONS_H

#include "../../base/address.h"
#include "../../base/scoreboard.h"
#include "../../conf/core.h"
#include "../../plugin/module.h"

void sessions_open(const struct core *core, const struct plugins *plugins, struct scoreboard *board,
                   struct worker_slot *slot);
void sessions_close(void); /* when none is left, before the loop is closed */
/* Takes over the accepted, non-blocking descriptor.  local: where the client arrived; a wildcard
 * address if only the descriptor knows. */
void session_accept(int fd, const union address *peer, const union address *local);
unsigned sessions_count(void);
/* Once per turn of the loop: plugins' answers go to their sessions, closed
 * sessions are freed.  True if anything was done. */
bool sessions_turn(void);
void sessions_end_all(void); /* 421 to each, closed */
/* The same, except that who waits for the reply to a message hears it after that. */
void sessions_expire_all(void);
/* A listening socket of ours: a server there would be ourselves. */
void sessions_listen_at(int fd);

#endif
