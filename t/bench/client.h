/* One SMTP session of the load: what it says, what it must hear, what it measures. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "letter.h"
#include <netinet/in.h>

/* What sessions do: send mail; EHLO and QUIT; EHLO and nothing more; be refused. */
enum dialogue { MAIL_IT, HELLO, IDLE, LOCKED };

struct plan {
    unsigned sessions, parallel, mails, size;
    unsigned pipelined; /* MAIL, RCPT and DATA at once */
    unsigned first;     /* number of the first letter */
    unsigned added;     /* header lines must stand in front of what arrives; else none may */
    unsigned addresses; /* that the sessions come from, by turns: 127.0.0.1 and on */
    unsigned dialogue;
    struct sockaddr_in server;
};

/* What came of it; microseconds, one for each mail that was taken. */
struct outcome {
    unsigned started, ended, idle, failed, accepted;
    unsigned *mail;  /* from MAIL to the final reply */
    unsigned *final; /* from the final dot to the final reply */
};

enum stage { BANNER, EHLO, MAIL, RCPT, DATA, DOT, QUIT, WAITING, STAGES };

struct client {
    int fd;
    unsigned serial;  /* of the session */
    enum stage stage; /* the reply that is awaited */
    unsigned mails;
    struct letter letter;
    size_t sent, kept;
    long long begun, dotted;
    char line[4096];
};

long long now_us(void);

/* Connects; the client's readiness comes from `set`. */
void client_begin(struct client *c, int set, const struct plan *plan, struct outcome *outcome);

/* Something happened.  False: the session is over, or, if it is to be idle, as far
 * as it shall come; c may begin another unless it is idle. */
bool client_event(struct client *c, unsigned events);

#endif
