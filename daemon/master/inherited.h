/* What a process gets from the one that started it, made ordinary: see daemon(7).
 * What master and keeper start later gets it so. */
#ifndef SG_MASTER_INHERITED_H
#define SG_MASTER_INHERITED_H

/* First of all: standard descriptors, signals, timers, the environment. */
void inherited_reset(void);

/* Before serving: the umask, and descriptors that nobody told us of; those of a
 * service manager (LISTEN_FDS) stay.  Standard error never keeps its writers
 * waiting from here on, whoever writes there, and whoever does not read. */
void inherited_reset_more(void);

#endif
