/* The crowd: thousands of mail clients, each always within a message, the server they
 * mean, and a clamd that misbehaves on request, in one process and one loop, so
 * that what a client was told can be held against what the server has. */
#ifndef CROWD_H
#define CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---------------------------------------------------------------- loop -- */

struct watch; /* first member of whatever has a descriptor */
struct watch {
    int fd;
    void (*ready)(struct watch *w);
};

void loop_add(struct watch *w);
/* A listener on 127.0.0.1 (path NULL; its port is returned) or on a UNIX socket. */
unsigned loop_listen(struct watch *w, const char *path);

/* ---------------------------------------------------------------- book -- */

/* Every message has a number, which its text carries. */
enum told { TOLD_NOTHING, TOLD_TAKEN, TOLD_LATER, TOLD_BROKEN };

struct book {
    unsigned missing; /* taken, the client was told, but the server has it not */
    unsigned leaked;  /* the server has it, but the client was told 4xx */
    unsigned doubled; /* the server has it twice */
    unsigned altered; /* what the server got is no message of ours, byte for byte */
    unsigned taken, later, broken;
};
extern struct book book;

#define LETTER_SIZE 2048u /* of which a client sends half, pauses, and sends the rest */
#define PAUSE_MS 1000
/* Writes the bytes of a message, end of data included, into LETTER_SIZE of room. */
void letter_write(char *room, uint32_t number);

uint32_t book_new(void);  /* numbers grow by one */
uint32_t book_next(void); /* the number of the next */
void book_told(uint32_t number, enum told what);
/* The server has all of a message, or what claims to be one. */
void book_got(const char *letter);

/* ------------------------------------------------------------- clients -- */

struct count {
    unsigned open;         /* sessions that live and have begun a message at least */
    unsigned least;        /* of the session that has fewest: see taken, later */
    unsigned lost;         /* sessions that ended without having said so */
    unsigned quit;         /* sessions that ended well */
    unsigned odd;          /* replies that fit nothing; the first are on stderr */
    unsigned taken, later; /* replies to messages begun after clients_mark() */
};

/* n more sessions from 127.0.0.GROUP; brief ones have one message, and then others come. */
void clients_open(unsigned group, unsigned port, unsigned n, bool brief);
void clients_mark(void);
void clients_finish(void); /* each ends after the message it is at */
struct count clients_count(unsigned group);
/* Sends the halves that are due; the milliseconds to the next, -1 if there is none. */
int clients_pause(void);
void clients_print_ports(unsigned group, bool lost); /* of those that live, or are lost */

/* -------------------------------------------------------------- server -- */

unsigned server_start(void); /* its port */

/* ------------------------------------------------------------- scanner -- */

void scanner_start(const char *path);
/* clean, hang, close, nonsense; false: no such way. */
bool scanner_behave(const char *way);

#endif
