/* Work of plugins on the thread pool. */
#ifndef SG_SESSION_HOOKS_API_OFFLOAD_H
#define SG_SESSION_HOOKS_API_OFFLOAD_H

/* sg_offload(), see plugin.h: for the plugin that is being called now. */
int chore_begin(void (*work)(void *arg), void (*done)(void *arg), void *arg);

#endif
