/* See client.h. */
#include "client.h"
#include "../../daemon/base/check.h"
#include "../../daemon/net/conn.h"
#include "../../daemon/session/steps/sessions.h"
#include "../../daemon/smtp/reply.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define KEEP_MAX 65536u

static struct {
    struct conn conn;
    struct buffer in;
    void (*changed)(void);
    bool there, gone;
} client;

static size_t on_data(struct conn *c, const char *bytes, size_t n)
{
    (void)c;
    buffer_append(&client.in, bytes, n);
    client.changed();
    return n;
}

static void on_end(struct conn *c)
{
    conn_close(c);
    client.gone = true;
    client.changed();
}

static void on_error(struct conn *c, int error)
{
    (void)error;
    on_end(c);
}

static const struct conn_ops ops = {.data = on_data, .end = on_end, .error = on_error};

void client_open(void (*changed)(void))
{
    client.changed = changed;
    client.conn.watch.fd = -1;
}

static union address address_of(const char *text, uint16_t port)
{
    union address a = {0};
    if (inet_pton(AF_INET6, text, &a.in6.sin6_addr) == 1)
        a.in6.sin6_family = AF_INET6;
    else if (inet_pton(AF_INET, text, &a.in.sin_addr) == 1)
        a.in.sin_family = AF_INET;
    else
        fprintf(stderr, "smtp-gated-plugin: '%s' is not an address\n", text);
    address_set_port(&a, port);
    return a;
}

void client_connect(const char *from)
{
    char text[64] = "192.0.2.1";
    unsigned short port = 40000;
    int pair[2];
    sscanf(from, "%63s %hu", text, &port);
    client_hang_up();
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    union address peer = address_of(text, port), local = address_of("198.51.100.25", 25);
    client.there = true;
    client.gone = false;
    buffer_finish(&client.in);
    check(conn_open(&client.conn, pair[0], &ops, KEEP_MAX) == 0);
    session_accept(pair[1], &peer, &local);
}

bool client_is_there(void)
{
    return client.there;
}

bool client_is_closed(void)
{
    return client.gone && buffer_len(&client.in) == 0;
}

bool client_is_open(void)
{
    return conn_is_open(&client.conn);
}

void client_say_no_more(void)
{
    conn_shutdown(&client.conn);
}

void client_hang_up(void)
{
    conn_close(&client.conn);
    buffer_finish(&client.in);
}

void client_send_line(const char *line)
{
    conn_write(&client.conn, line, strlen(line));
    conn_write(&client.conn, "\r\n", 2);
    conn_flush(&client.conn);
}

bool client_send_file(const char *path)
{
    char *line = NULL;
    size_t room = 0;
    FILE *in = fopen(path, "r");
    if (!in)
        return false;
    for (ssize_t n; (n = getline(&line, &room, in)) > 0;) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        if (n > 0 && line[0] == '.')
            conn_write(&client.conn, ".", 1);
        conn_write(&client.conn, line, (size_t)n);
        conn_write(&client.conn, "\r\n", 2);
        conn_flush(&client.conn);
    }
    free(line);
    fclose(in);
    return true;
}

char *client_take_reply(void)
{
    struct reply r;
    size_t n = buffer_len(&client.in), used = n, kept = 0;
    if (n == 0)
        return NULL;
    enum reply_state state = reply_scan(buffer_head(&client.in), n, &r);
    if (state == REPLY_PARTIAL && !client.gone)
        return NULL;
    if (state == REPLY_WHOLE)
        used = r.raw.n;
    char *text = xmalloc(used + 1);
    for (size_t i = 0; i < used; i++)
        if (buffer_head(&client.in)[i] != '\r')
            text[kept++] = buffer_head(&client.in)[i];
    while (kept > 0 && text[kept - 1] == '\n')
        kept--;
    text[kept] = '\0';
    buffer_consume(&client.in, used);
    return text;
}
