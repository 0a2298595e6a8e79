/* The crowd's loop, and the test that leads it: one command a line on stdin, one
 * line in answer.  Without a listener on stdin any more it is over.
 *
 *   open GROUP PORT N    so many more sessions from 127.0.0.GROUP
 *   open-brief …         the same, of one message each, after which others come
 *   count GROUP          how they fare
 *   ports GROUP          the local ports of those that live
 *   lost GROUP           the ports of those that ended unasked
 *   mark                 `least`, `taken` and `later` count from here
 *   book                 what was told against what was got
 *   scanner WAY          how the clamd behaves from now on
 *   finish               all end when their message is through */
#include "crowd.h"
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int set;

void loop_add(struct watch *w)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = w};
    if (epoll_ctl(set, EPOLL_CTL_ADD, w->fd, &e) != 0) {
        perror("crowd: epoll_ctl");
        exit(1);
    }
}

unsigned loop_listen(struct watch *w, const char *path)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t size = path ? sizeof un : sizeof in;
    struct sockaddr *at = path ? (struct sockaddr *)&un : (struct sockaddr *)&in;
    snprintf(un.sun_path, sizeof un.sun_path, "%s", path ? path : "");
    w->fd = socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (w->fd < 0 || bind(w->fd, at, size) != 0 || listen(w->fd, 4096) != 0) {
        perror("crowd: listen");
        exit(1);
    }
    getsockname(w->fd, at, &size);
    loop_add(w);
    return path ? 0 : ntohs(in.sin_port);
}

static void answer_count(unsigned group)
{
    struct count c = clients_count(group);
    printf("open=%u least=%u lost=%u quit=%u odd=%u taken=%u later=%u\n", c.open, c.least, c.lost,
           c.quit, c.odd, c.taken, c.later);
}

static void answer_book(void)
{
    printf("missing=%u leaked=%u doubled=%u altered=%u taken=%u later=%u broken=%u\n", book.missing,
           book.leaked, book.doubled, book.altered, book.taken, book.later, book.broken);
}

static void obey(const char *line)
{
    char word[16] = "", way[16] = "";
    unsigned group = 0, port = 0, n = 0;
    sscanf(line, "%15s %15s %u %u", word, way, &port, &n);
    group = (unsigned)atoi(way);
    if (strcmp(word, "count") == 0)
        answer_count(group);
    else if (strcmp(word, "book") == 0)
        answer_book();
    else if (strcmp(word, "ports") == 0 || strcmp(word, "lost") == 0)
        clients_print_ports(group, word[0] == 'l');
    else if (strcmp(word, "open") == 0 || strcmp(word, "open-brief") == 0)
        clients_open(group, port, n, strcmp(word, "open") != 0);
    else if (strcmp(word, "mark") == 0)
        clients_mark();
    else if (strcmp(word, "finish") == 0)
        clients_finish();
    else if (strcmp(word, "scanner") != 0 || !scanner_behave(way))
        exit(2);
    if (strchr("omfs", word[0]))
        puts("ok");
    fflush(stdout);
}

static void on_stdin(struct watch *w)
{
    static char line[256];
    static size_t kept;
    ssize_t n = read(w->fd, line + kept, sizeof line - 1 - kept);
    if (n <= 0)
        exit(0);
    kept += (size_t)n;
    line[kept] = '\0';
    if (line[kept - 1] != '\n')
        return;
    kept = 0;
    obey(line);
}

static void allow_files(void)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char **argv)
{
    struct watch test = {.fd = STDIN_FILENO, .ready = on_stdin};
    struct epoll_event events[512];
    if (argc != 2) {
        fprintf(stderr, "crowd SCANNER-SOCKET\n");
        return 2;
    }
    allow_files();
    set = epoll_create1(EPOLL_CLOEXEC);
    loop_add(&test);
    scanner_start(argv[1]);
    printf("%u\n", server_start());
    fflush(stdout);
    for (;;) {
        int n = epoll_wait(set, events, 512, clients_pause());
        for (int i = 0; i < n; i++) {
            struct watch *w = events[i].data.ptr;
            w->ready(w);
        }
    }
}
