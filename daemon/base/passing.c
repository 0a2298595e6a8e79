/* See passing.h. */
#define _GNU_SOURCE 1
#include "passing.h"
#include <string.h>
#include <sys/socket.h>

union room {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(PASSING_MOST * sizeof(int))];
};

bool pass_descriptors(int socket, char letter, const int *fds, unsigned count)
{
    union room room = {0};
    struct iovec text = {&letter, 1};
    struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};
    if (count == 0 || count > PASSING_MOST)
        return false;
    message.msg_control = room.bytes;
    message.msg_controllen = CMSG_SPACE(count * sizeof *fds);
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(count * sizeof *fds);
    memcpy(CMSG_DATA(c), fds, count * sizeof *fds);
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

ssize_t take_letter(int socket, char *letter, int *fds, unsigned *count)
{
    union room room;
    struct iovec text = {letter, 1};
    struct msghdr message = {.msg_iov = &text,
                             .msg_iovlen = 1,
                             .msg_control = room.bytes,
                             .msg_controllen = sizeof room.bytes};
    const ssize_t n = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    *count = 0;
    struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
        *count = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof *fds);
        memcpy(fds, CMSG_DATA(c), *count * sizeof *fds);
    }
    return n;
}
