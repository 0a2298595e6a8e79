#!/bin/sh
# One would guess that uv_poll tells of a refused connection with ECONNREFUSED, or that the socket
# is writable, as poll(2) and connect(2) would have it.
# libuv 1.44 calls back with status EBADF ("bad file descriptor") and stops polling.  The
# descriptor is good: getsockopt(SO_ERROR) on it has ECONNREFUSED.  A datagram socket whose
# server is not there gets the same.
# It bites whoever logs uv_strerror(status), or closes and reopens what seems to be a mix-up of
# descriptors: the reason is in SO_ERROR only, and reading it there clears it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libuv1=1.44.2-1+deb12u1 libuv1-dev=1.44.2-1+deb12u1 &&
    for package in *.deb; do dpkg-deb -x "$package" .; done)

cat >"$work/ask.c" <<'C'
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>
static void told(uv_poll_t *poll, int status, int events)
{
    int error = 0, fd;
    socklen_t size = sizeof error;
    uv_fileno((uv_handle_t *)poll, &fd);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    printf("%s: status %s, events %d, SO_ERROR %s, still polling: %s\n", (char *)poll->data,
           status ? uv_err_name(status) : "0", events, uv_err_name(-error),
           uv_is_active((uv_handle_t *)poll) ? "yes" : "no");
    uv_close((uv_handle_t *)poll, NULL);
}
/* A port that is bound and where nobody answers. */
static struct sockaddr_in nobody(int type)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, odd = at;
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, type, 0);
    odd.sin_port = htons(9);
    bind(fd, (struct sockaddr *)&at, size);
    getsockname(fd, (struct sockaddr *)&at, &size);
    if (type == SOCK_DGRAM)
        connect(fd, (struct sockaddr *)&odd, size);
    return at;
}
static void ask(char *what, int type)
{
    uv_poll_t poll = {.data = what};
    struct sockaddr_in at = nobody(type);
    int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
    connect(fd, (struct sockaddr *)&at, sizeof at);
    if (type == SOCK_DGRAM)
        send(fd, "question", 8, 0);
    uv_poll_init(uv_default_loop(), &poll, fd);
    uv_poll_start(&poll, type == SOCK_DGRAM ? UV_READABLE : UV_WRITABLE, told);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    close(fd);
}
int main(void)
{
    printf("libuv %s\n", uv_version_string());
    ask("TCP", SOCK_STREAM);
    ask("UDP", SOCK_DGRAM);
    return 0;
}
C
lib=$(dirname "$(find "$work/usr/lib" -name 'libuv.so.1' | head -1)")
cc -I"$work/usr/include" -o "$work/ask" "$work/ask.c" "$lib/libuv.so.1"
LD_LIBRARY_PATH=$lib "$work/ask" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
libuv 1.44.2
TCP: status EBADF, events 0, SO_ERROR ECONNREFUSED, still polling: no
UDP: status EBADF, events 0, SO_ERROR ECONNREFUSED, still polling: no
END
