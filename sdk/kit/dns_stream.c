/* One question by TCP (RFC 1035, 4.2.2), because its answer does not fit into a
 * datagram.  Each has a connection of its own; there are few of them. */
#include "dns_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STREAMS = 32 }; /* of a worker, at once */
static unsigned streams;

struct dns_stream {
    uv_poll_t poll;
    int fd;
    dns_stream_done *done;
    void *arg;
    unsigned char out[2 + DNS_QUERY];
    size_t sent, out_size;
    size_t got; /* of two bytes that say how many follow, and of these */
    unsigned char in[2 + 65535];
};

static void freed(uv_handle_t *handle)
{
    free(handle->data);
}

void dns_stream_close(struct dns_stream *stream)
{
    if (!stream)
        return;
    streams--;
    uv_close((uv_handle_t *)&stream->poll, freed);
    close(stream->fd);
}

static void end(struct dns_stream *stream, const unsigned char *bytes, size_t n, int error)
{
    stream->done(bytes, n, error, stream->arg);
    dns_stream_close(stream);
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EINTR || errno == EINPROGRESS;
}

/* 0, or an error. */
static int push(struct dns_stream *stream)
{
    ssize_t n =
        send(stream->fd, stream->out + stream->sent, stream->out_size - stream->sent, MSG_NOSIGNAL);
    if (n < 0)
        return would_block() ? 0 : errno;
    stream->sent += (size_t)n;
    return 0;
}

static size_t wanted(const struct dns_stream *stream)
{
    return stream->got < 2 ? 2 : 2 + ((size_t)stream->in[0] << 8) + stream->in[1];
}

/* 0 or an error; the message is whole when `got` is what is wanted. */
static int pull(struct dns_stream *stream)
{
    while (stream->got < wanted(stream)) {
        ssize_t n = recv(stream->fd, stream->in + stream->got, wanted(stream) - stream->got, 0);
        if (n == 0)
            return ECONNRESET;
        if (n < 0)
            return would_block() ? 0 : errno;
        stream->got += (size_t)n;
    }
    return 0;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct dns_stream *stream = poll->data;
    int error = 0;
    socklen_t size = sizeof error;
    if (status < 0) {
        getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        error = error ? error : EPIPE;
    } else if (events & UV_WRITABLE) {
        error = push(stream);
        if (stream->sent == stream->out_size)
            uv_poll_start(poll, UV_READABLE, on_poll);
    } else {
        error = pull(stream);
    }
    if (error)
        end(stream, NULL, 0, error);
    else if (stream->got > 2 && stream->got == wanted(stream))
        end(stream, stream->in + 2, stream->got - 2, 0);
}

struct dns_stream *dns_stream_open(const struct dns_server *server, const unsigned char *query,
                                   size_t n, dns_stream_done *done, void *arg)
{
    int fd = streams < STREAMS
                 ? socket(server->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
                 : -1;
    if (streams >= STREAMS)
        errno = EMFILE;
    if (fd < 0)
        return NULL;
    struct dns_stream *stream = sg_alloc(sizeof *stream);
    stream->fd = fd;
    if ((connect(fd, (const struct sockaddr *)&server->addr, server->addrlen) < 0 &&
         !would_block()) ||
        uv_poll_init(sg_loop(), &stream->poll, fd) < 0) {
        int error = errno;
        close(fd);
        free(stream);
        errno = error;
        return NULL;
    }
    streams++;
    stream->poll.data = stream;
    stream->done = done;
    stream->arg = arg;
    stream->out[0] = (unsigned char)(n >> 8);
    stream->out[1] = (unsigned char)n;
    memcpy(stream->out + 2, query, n);
    stream->out_size = n + 2;
    uv_poll_start(&stream->poll, UV_WRITABLE, on_poll);
    return stream;
}
