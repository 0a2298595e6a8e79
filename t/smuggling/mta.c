/* The MTA: reads the end of data as its model does, and counts chunks.  Over the
 * bytes between its 354 and the end all other models are asked, too: each must find
 * the same end, and those that keep every byte the same message. */
#include "talk.h"
#include "models.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>

enum mode { LINES, IN_DATA, IN_CHUNK };

struct mta {
    struct endpoint e;
    const struct model *model;
    struct bytes in, out, body;
    enum mode mode;
    size_t chunk_left;
    bool last, mail, rcpt, closing;
    char from[40];
};

unsigned mta_open;
static unsigned reads_as = MODELS;
static bool header_expected;

void mta_reads(unsigned model, bool header)
{
    reads_as = model;
    header_expected = header;
}

static void say(struct mta *m, const char *text)
{
    bytes_text(&m->out, text);
    bytes_text(&m->out, "\r\n");
}

/* How long the header is that the daemon puts before the message: one field of three
 * lines.  That of a client's own cannot be it, no case has one. */
static size_t header_length(const struct mta *m, const struct bytes *body)
{
    static const char *const begins[] = {"X-Nat-Received: from [", "\tby ", "\tabuse-to "};
    size_t at = 0;
    for (size_t i = 0; header_expected && i < sizeof begins / sizeof *begins; i++) {
        size_t n = strlen(begins[i]);
        const char *lf = NULL;
        if (body->n - at > n && memcmp(body->p + at, begins[i], n) == 0)
            lf = memchr(body->p + at, '\n', body->n - at);
        if (!lf || lf[-1] != '\r') {
            complain(NULL, "%s: line %zu of the header is not there", m->from, i + 1);
            return at;
        }
        at = (size_t)(lf - body->p) + 1;
    }
    return at;
}

/* exact: every byte is there that was sent. */
static void complete(struct mta *m, const struct bytes *body, bool exact)
{
    size_t header = header_length(m, body);
    judge_taken(m->from, hash_of(body->p + header, body->n - header), exact);
    say(m, "250 taken");
    m->mail = m->rcpt = false;
    m->mode = LINES;
    m->body.n = 0;
}

/* What was on the wire, read by all the others. */
static void ask_the_others(const struct mta *m, const char *p, size_t n, uint64_t hash)
{
    struct bytes body = {0};
    for (unsigned i = 0; i < MODELS; i++) {
        size_t end = model_read(&models[i], p, n, &body);
        if (end != n)
            complain(NULL, "%s: \"%s\" finds the end at %zu of %zu", m->from, models[i].name, end,
                     n);
        else if (models[i].nul == NUL_KEPT && m->model->nul == NUL_KEPT &&
                 hash_of(body.p, body.n) != hash)
            complain(NULL, "%s: \"%s\" reads another message", m->from, models[i].name);
    }
    bytes_finish(&body);
}

static size_t take_data(struct mta *m, const char *p, size_t n)
{
    struct bytes body = {0};
    size_t end = model_read(m->model, p, n, &body);
    if (end > 0) {
        ask_the_others(m, p, end, hash_of(body.p, body.n));
        complete(m, &body, m->model->nul == NUL_KEPT);
    }
    bytes_finish(&body);
    return end;
}

static size_t take_chunk(struct mta *m, const char *p, size_t n)
{
    size_t take = n < m->chunk_left ? n : m->chunk_left;
    m->chunk_left -= take;
    bytes_add(&m->body, p, take);
    if (m->chunk_left > 0)
        return take;
    m->mode = LINES;
    if (m->last)
        complete(m, &m->body, true);
    else
        say(m, "250 chunk");
    return take;
}

/* ---- commands ---- */

static void on_mail(struct mta *m, const char *line)
{
    const char *from = strchr(line, '<');
    snprintf(m->from, sizeof m->from, "%.*s", from ? (int)strcspn(from + 1, "@>") : 0,
             from ? from + 1 : "");
    m->mail = true;
    m->rcpt = false;
    m->body.n = 0;
    say(m, "250 sender");
}

static void on_rcpt(struct mta *m, const char *line)
{
    (void)line;
    m->rcpt = m->mail;
    say(m, m->mail ? "250 recipient" : "503 no sender");
}

static void on_data(struct mta *m, const char *line)
{
    (void)line;
    say(m, m->rcpt ? "354 go on" : "503 no recipient");
    if (m->rcpt)
        m->mode = IN_DATA;
}

static void on_bdat(struct mta *m, const char *line)
{
    char *end;
    m->chunk_left = strtoul(line + 5, &end, 10);
    m->last = strcasecmp(end, " LAST") == 0;
    m->mode = IN_CHUNK;
    if (!m->rcpt)
        complain(NULL, "%s: a chunk without a recipient comes to the MTA", m->from);
    if (m->chunk_left == 0)
        take_chunk(m, "", 0);
}

static void on_ehlo(struct mta *m, const char *line)
{
    (void)line;
    say(m, "250-mta.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 8BITMIME");
}

static void on_quit(struct mta *m, const char *line)
{
    (void)line;
    say(m, "221 bye");
    m->closing = true;
}

static const struct {
    const char *verb;
    void (*take)(struct mta *m, const char *line);
} verbs[] = {{"EHLO ", on_ehlo}, {"MAIL FROM:", on_mail}, {"RCPT TO:", on_rcpt},
             {"DATA", on_data},  {"BDAT ", on_bdat},      {"QUIT", on_quit}};

static void take_line(struct mta *m, const char *line)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strncasecmp(line, verbs[i].verb, strlen(verbs[i].verb)) == 0) {
            verbs[i].take(m, line);
            return;
        }
    say(m, "500 what?");
}

static size_t take_command(struct mta *m, const char *p, size_t n)
{
    char line[1024];
    const char *lf = memchr(p, '\n', n);
    if (!lf)
        return 0;
    size_t raw = (size_t)(lf - p) + 1;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(p, "\r\n"), p);
    take_line(m, line);
    return raw;
}

/* ---- its sockets ---- */

static void take(struct mta *m)
{
    static size_t (*const takes[])(struct mta * m, const char *p, size_t n) = {
        [LINES] = take_command, [IN_DATA] = take_data, [IN_CHUNK] = take_chunk};
    size_t used;
    do {
        used = m->in.n ? takes[m->mode](m, m->in.p, m->in.n) : 0;
        bytes_drop(&m->in, used);
    } while (used > 0);
}

static void hang_up(struct mta *m)
{
    bytes_finish(&m->in);
    bytes_finish(&m->out);
    bytes_finish(&m->body);
    mta_open--;
    loop_close(&m->e, false);
}

static void mta_turn(struct endpoint *e)
{
    static char room[16384];
    struct mta *m = (struct mta *)e;
    ssize_t n = e->readable ? loop_read(e, room, sizeof room) : -1;
    if (n > 0) {
        bytes_add(&m->in, room, (size_t)n);
        take(m);
        loop_again(e);
    }
    if (m->out.n > 0 && e->writable)
        bytes_drop(&m->out, loop_write(e, m->out.p, m->out.n));
    if (n == 0 || n == -2 || (m->closing && m->out.n == 0))
        hang_up(m);
}

static void listener_turn(struct endpoint *e)
{
    static unsigned number;
    int one = 1, fd;
    while ((fd = accept4(e->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct mta *m = calloc(1, sizeof *m);
        loop_add(&m->e, fd, mta_turn);
        m->model = &models[reads_as == MODELS ? number++ % MODELS : reads_as];
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        mta_open++;
        say(m, "220 mta.test");
    }
}

uint16_t mta_listen(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, size) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
        perror("smuggle: the MTA");
        exit(2);
    }
    loop_add(calloc(1, sizeof(struct endpoint)), fd, listener_turn);
    return ntohs(a.sin_port);
}
