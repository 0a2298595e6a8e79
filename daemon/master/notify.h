/* The service manager's ear: datagrams to NOTIFY_SOCKET, see sd_notify(3).
 * Without that variable everything here does nothing. */
#ifndef SG_MASTER_NOTIFY_H
#define SG_MASTER_NOTIFY_H

#include <stdint.h>

/* Takes NOTIFY_SOCKET and WATCHDOG_USEC out of the environment: nobody we start
 * is to speak for us. */
void notify_open(void);

/* Milliseconds between two WATCHDOG=1, half of what was asked; 0: not wanted. */
uint64_t notify_interval(void);

/* Says again what the manager would not take, if it is time to.  When it will be time again,
 * on clock_ms(); 0: all is said. */
uint64_t notify_again(void);

void notify_ready(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* and STATUS= */
void notify_reloading(void);
void notify_stopping(void);
void notify_alive(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* and STATUS= */

#endif
