/* Who listens at an address that is to be ours. */
#ifndef SG_MASTER_OCCUPANT_H
#define SG_MASTER_OCCUPANT_H

#include "listeners.h"

/* A sentence about somebody else who listens there, on the heap: which process it is
 * if that can be seen.  NULL: nobody does, or only processes of ours, or what a master
 * that is gone has left behind and that finishes.  SO_REUSEPORT would let us have the
 * address beside another daemon, and each would get a part of the clients. */
char *occupant_of(const union address *a);

#endif
