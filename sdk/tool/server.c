/* See server.h. */
#include "server.h"
#include "../../daemon/base/check.h"
#include "../../daemon/net/conn.h"
#include <ctype.h>
#include <fnmatch.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define VERB_MAX 16
#define KEEP_MAX 65536u

struct canned {
    char verb[VERB_MAX];
    char *reply;
};

static const struct {
    const char *verb, *reply;
} obliging[] = {
    {"BANNER", "220 server.test ESMTP"},
    {"EHLO", "250-server.test\\n250-PIPELINING\\n250-8BITMIME\\n250-ENHANCEDSTATUSCODES\\n"
             "250-CHUNKING\\n250-AUTH PLAIN\\n250 SIZE 10485760"},
    {"HELO", "250 server.test"},
    {"AUTH", "235 2.7.0 Welcome"},
    {"MAIL", "250 2.1.0 Fine"},
    {"RCPT", "250 2.1.5 Fine"},
    {"DATA", "354 Go on"},
    {"DOT", "250 2.0.0 Taken"},
    {"BDAT", "250 2.0.0 Fine"},
    {"LAST", "250 2.0.0 Taken"},
    {"RSET", "250 2.0.0 Fine"},
    {"NOOP", "250 2.0.0 Fine"},
    {"QUIT", "221 2.0.0 Goodbye"},
};

static struct {
    struct watch listener;
    struct conn conn;
    void (*changed)(void);
    struct canned *canned; /* the script's, the last one counts */
    unsigned count;
    struct buffer got; /* lines of this connection, each ended by LF */
    uint64_t chunk;    /* bytes of it still to come */
    bool last;         /* … and it ends the message */
    bool body;         /* after a 354 */
} server;

/* ------------------------------------------------------------- replies -- */

void server_answer(const char *verb, const char *reply)
{
    server.canned = xrealloc(server.canned, (server.count + 1) * sizeof *server.canned);
    struct canned *c = &server.canned[server.count++];
    snprintf(c->verb, sizeof c->verb, "%s", verb);
    c->reply = xstrdup(reply);
}

static const char *reply_to(const char *verb)
{
    for (unsigned i = server.count; i-- > 0;)
        if (strcasecmp(server.canned[i].verb, verb) == 0)
            return server.canned[i].reply;
    for (size_t i = 0; i < sizeof obliging / sizeof *obliging; i++)
        if (strcasecmp(obliging[i].verb, verb) == 0)
            return obliging[i].reply;
    return "500 5.5.1 What is that?";
}

/* A script's "\n" is two characters. */
static void say(const char *verb)
{
    const char *reply = reply_to(verb);
    if (strcmp(reply, "silence") == 0)
        return;
    if (strcmp(reply, "close") == 0) {
        conn_close(&server.conn);
        return;
    }
    server.body = strcasecmp(verb, "DATA") == 0 && strncmp(reply, "354", 3) == 0;
    for (const char *end; (end = strstr(reply, "\\n")) != NULL; reply = end + 2) {
        conn_write(&server.conn, reply, (size_t)(end - reply));
        conn_write(&server.conn, "\r\n", 2);
    }
    conn_write(&server.conn, reply, strlen(reply));
    conn_write(&server.conn, "\r\n", 2);
    conn_flush(&server.conn);
    if (strcasecmp(verb, "QUIT") == 0)
        conn_shutdown(&server.conn);
}

/* --------------------------------------------------------------- lines -- */

static void begin_chunk(const char *arguments)
{
    char last[8] = "";
    unsigned long long size = 0;
    sscanf(arguments, "%llu %7s", &size, last);
    server.chunk = size;
    server.last = strcasecmp(last, "LAST") == 0;
    if (size == 0)
        say(server.last ? "LAST" : "BDAT");
}

static void command(const char *line)
{
    char verb[VERB_MAX] = "";
    sscanf(line, "%15s", verb);
    if (strcasecmp(verb, "BDAT") == 0)
        begin_chunk(line + strlen("BDAT"));
    else
        say(verb);
}

static void take_line(const char *line, size_t n)
{
    char *copy = xasprintf("%.*s", (int)n, line);
    buffer_printf(&server.got, "%s\n", copy);
    if (!server.body)
        command(copy);
    else if (strcmp(copy, ".") == 0)
        say("DOT");
    free(copy);
}

static size_t take_chunk(const char *bytes, size_t n)
{
    size_t part = n < server.chunk ? n : (size_t)server.chunk;
    for (size_t i = 0; i < part; i++)
        if (bytes[i] != '\r' && bytes[i] != '\0')
            buffer_append(&server.got, bytes + i, 1);
    server.chunk -= part;
    if (server.chunk == 0)
        say(server.last ? "LAST" : "BDAT");
    return part;
}

/* One line, or what is here of a chunk; 0 if there is no whole line. */
static size_t take(const char *bytes, size_t n)
{
    if (server.chunk > 0)
        return take_chunk(bytes, n);
    const char *end = memchr(bytes, '\n', n);
    if (!end)
        return 0;
    size_t length = (size_t)(end - bytes);
    take_line(bytes, length > 0 && end[-1] == '\r' ? length - 1 : length);
    return length + 1;
}

static size_t on_data(struct conn *c, const char *bytes, size_t n)
{
    size_t used = 0, part;
    while (conn_is_open(c) && used < n && (part = take(bytes + used, n - used)) > 0)
        used += part;
    server.changed();
    return used;
}

static void on_end(struct conn *c)
{
    conn_close(c);
}

static void on_error(struct conn *c, int error)
{
    (void)error;
    conn_close(c);
}

bool server_got(const char *pattern)
{
    bool found = false;
    char *text = xstrdup(buffer_cstr(&server.got));
    for (char *line = text, *end; !found && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        found = fnmatch(pattern, line, 0) == 0;
    }
    free(text);
    return found;
}

/* ---------------------------------------------------------- connections -- */

static const struct conn_ops ops = {.data = on_data, .end = on_end, .error = on_error};

static void on_listener(struct watch *w, uint32_t events)
{
    (void)events;
    int fd = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    conn_close(&server.conn);
    buffer_finish(&server.got);
    server.chunk = 0;
    server.body = false;
    if (conn_open(&server.conn, fd, &ops, KEEP_MAX) == 0)
        say("BANNER");
}

uint16_t server_open(void (*changed)(void))
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    server.changed = changed;
    server.conn.watch.fd = -1;
    server.listener =
        (struct watch){socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on_listener};
    int fd = server.listener.fd;
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0 ||
        loop_watch(&server.listener, EPOLLIN) != 0)
        return 0;
    return ntohs(at.sin_port);
}

void server_close(void)
{
    conn_close(&server.conn);
    if (server.listener.fd >= 0) {
        loop_unwatch(&server.listener);
        close(server.listener.fd);
    }
    for (unsigned i = 0; i < server.count; i++)
        free(server.canned[i].reply);
    free(server.canned);
    buffer_finish(&server.got);
}
