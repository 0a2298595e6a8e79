/* See careless.h.  Each dialect is strict but for what its row says. */
#include "careless.h"
#include "../stress/bytes.h"
#include "../stress/loop.h"
#include "hash.h"
#include "models.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum { SMALL_LINE = 512, RECIPIENTS_ROOM = 2000 };

const struct dialect dialects[DIALECTS] = {
    {.reading = {.name = "strict"}},
    {.reading = {.name = "four letters", .extent = EXTENT_FOUR}},
    {.reading = {.name = "letters", .extent = EXTENT_LETTERS}},
    {.reading = {.name = "high bit dropped", .fold = FOLD_HIGH_BIT}},
    {.reading = {.name = "foreign bytes dropped", .fold = FOLD_DROPPED}},
    {.reading = {.name = "Unicode folded", .fold = FOLD_UNICODE}},
    {.reading = {.name = "32 bits", .number = NUMBER_U32}},
    {.reading = {.name = "31 bits and a sign", .number = NUMBER_S32}},
    {.reading = {.name = "octal", .number = NUMBER_C}},
    {.reading = {.name = "no CHUNKING"}, .no_chunking = true},
    {.reading = {.name = "refuses chunks"}, .refuses_chunks = true},
    {.reading = {.name = "LMTP"}, .lmtp = true},
    {.reading = {.name = "250 to DATA"}, .data_250 = true},
    {.reading = {.name = "XDATA, silent"}, .xdata = true},
    {.reading = {.name = "XDATA, 250"}, .xdata = true, .xdata_says_ok = true},
    {.reading = {.name = "Exchange"}, .exchange = true},
    {.reading = {.name = "STARTTLS in clear"}, .starttls = true},
    {.reading = {.name = "lines of 512 bytes"}, .small_lines = true},
    {.reading = {.name = "drops a last dot", .rewriting = REWRITE_DOT}},
    {.reading = {.name = "user%domain", .rewriting = REWRITE_PERCENT}},
    {.reading = {.name = "domain!user", .rewriting = REWRITE_BANG}},
    {.reading = {.name = "drops quotes and comments",
                 .rewriting = REWRITE_QUOTED | REWRITE_COMMENT}},
    {.reading = {.name = "the last path", .place = PLACE_LAST}},
};

enum mode { LINES, IN_DATA, IN_CHUNK };

struct mta {
    struct endpoint e;
    const struct dialect *d;
    unsigned number, recipient_count;
    struct bytes in, out, body;
    enum mode mode;
    uint64_t chunk_left;
    bool greeted, chunking, last, has_sender, drops, closing;
    char sender[ADDRESS_ROOM], recipients[RECIPIENTS_ROOM];
};

unsigned careless_open;

static void say(struct mta *m, const char *text)
{
    bytes_text(&m->out, text);
    bytes_text(&m->out, "\r\n");
}

static void forget(struct mta *m)
{
    m->has_sender = false;
    m->recipient_count = 0;
    m->recipients[0] = '\0';
    m->body.n = 0;
}

/* ---- messages ---- */

static void complete(struct mta *m)
{
    char what[ADDRESS_ROOM + RECIPIENTS_ROOM + 40];
    snprintf(what, sizeof what, "<%s> %s %016llx", m->sender, m->recipients,
             (unsigned long long)hash_of(m->body.p, m->body.n));
    dialect_taken(m->number, what);
    for (unsigned i = 0; i < (m->d->lmtp ? m->recipient_count : 1); i++)
        say(m, "250 taken");
    m->mode = LINES;
    forget(m);
}

static size_t take_data(struct mta *m, const char *p, size_t n)
{
    size_t end = model_read(&models[STRICT], p, n, &m->body);
    if (end > 0)
        complete(m);
    return end;
}

static size_t take_chunk(struct mta *m, const char *p, size_t n)
{
    size_t take = n < m->chunk_left ? n : (size_t)m->chunk_left;
    m->chunk_left -= take;
    bytes_add(&m->body, p, take);
    if (m->chunk_left > 0)
        return take;
    m->mode = LINES;
    if (m->last)
        complete(m);
    else
        say(m, "250 chunk");
    return take;
}

/* ---- commands ---- */

static void on_greeting(struct mta *m, struct span argument, bool extended)
{
    (void)argument;
    forget(m);
    m->chunking = extended && !m->d->no_chunking;
    say(m, extended ? "250-mta.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN" : "250 mta.test");
    if (m->chunking)
        say(m, "250-CHUNKING");
    if (extended && m->d->starttls)
        say(m, "250-STARTTLS");
    if (extended)
        say(m, "250 SIZE 1000000");
}

static void on_helo(struct mta *m, struct span argument)
{
    on_greeting(m, argument, false);
}

static void on_ehlo(struct mta *m, struct span argument)
{
    on_greeting(m, argument, true);
}

static void on_lhlo(struct mta *m, struct span argument)
{
    if (m->d->lmtp)
        on_greeting(m, argument, true);
    else
        say(m, "500 what?");
}

/* A second one replaces the first, but for the strict. */
static void on_mail(struct mta *m, struct span argument)
{
    if (m->has_sender && m->d == &dialects[0]) {
        say(m, "503 nested");
        return;
    }
    forget(m);
    reading_address(&m->d->reading, argument, m->sender);
    m->has_sender = true;
    say(m, "250 sender");
}

static void on_rcpt(struct mta *m, struct span argument)
{
    char address[ADDRESS_ROOM];
    size_t n = strlen(m->recipients);
    if (!m->has_sender) {
        say(m, "503 no sender");
        return;
    }
    reading_address(&m->d->reading, argument, address);
    snprintf(m->recipients + n, sizeof m->recipients - n, "%s%s", n ? "," : "", address);
    m->recipient_count++;
    say(m, "250 recipient");
}

static void on_data(struct mta *m, struct span argument)
{
    (void)argument;
    if (!m->recipient_count) {
        say(m, "503 no recipient");
        return;
    }
    say(m, m->d->data_250 ? "250 go on" : "354 go on");
    m->mode = IN_DATA;
}

/* Not one of the verbs that all know. */
static void on_xdata(struct mta *m)
{
    if (m->d->xdata_says_ok)
        say(m, "250 go on");
    m->mode = IN_DATA;
}

/* Where there are no chunks, their payload is read as what it looks like. */
static void on_bdat(struct mta *m, struct span argument)
{
    uint64_t size = reading_number(&m->d->reading, argument);
    if (!m->chunking || m->d->refuses_chunks || !m->recipient_count) {
        say(m, m->chunking ? "552 no" : "502 no");
        m->drops = m->d->refuses_chunks && m->chunking;
        return;
    }
    m->chunk_left = (int64_t)size < 0 ? 0 : size;
    m->last = memmem(argument.p, argument.n, "LAST", 4) != NULL;
    m->mode = IN_CHUNK;
    if (m->chunk_left == 0)
        take_chunk(m, "", 0);
}

/* A message right behind the command. */
static void on_blob(struct mta *m, struct span argument)
{
    if (!m->d->exchange || !m->recipient_count) {
        say(m, "500 what?");
        return;
    }
    m->chunk_left = reading_number(&m->d->reading, argument);
    m->last = true;
    m->mode = IN_CHUNK;
}

static void on_starttls(struct mta *m, struct span argument)
{
    (void)argument;
    say(m, m->d->starttls ? "220 go on" : "502 no");
    if (m->d->starttls)
        forget(m);
}

static void on_rset(struct mta *m, struct span argument)
{
    (void)argument;
    forget(m);
    say(m, "250 reset");
}

static void on_noop(struct mta *m, struct span argument)
{
    (void)argument;
    say(m, "250 ok");
}

static void on_quit(struct mta *m, struct span argument)
{
    (void)argument;
    say(m, "221 bye");
    m->closing = true;
}

static const struct {
    const char *verb;
    void (*take)(struct mta *m, struct span argument);
} verbs[] = {
    {"HELO", on_helo},         {"EHLO", on_ehlo},      {"LHLO", on_lhlo},    {"MAIL", on_mail},
    {"RCPT", on_rcpt},         {"DATA", on_data},      {"BDAT", on_bdat},    {"RSET", on_rset},
    {"NOOP", on_noop},         {"HELP", on_noop},      {"VRFY", on_noop},    {"QUIT", on_quit},
    {"STARTTLS", on_starttls}, {"XBDATBLOB", on_blob}, {"XEXCH50", on_blob},
};

static void take_verb(struct mta *m, const char *verb, struct span line)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i].verb) == 0) {
            verbs[i].take(m, reading_argument(&m->d->reading, line));
            return;
        }
    say(m, m->d->exchange && verb_is_never_passed(verb) ? "250 told" : "500 what?");
}

/* "EHLO c12.client.test" */
static void be_of_a_case(struct mta *m, struct span line)
{
    const char *c = memmem(line.p, line.n, " c", 2);
    const struct reading strict = {.name = "strict"};
    m->greeted = true;
    if (c)
        m->number = (unsigned)reading_number(&strict, span_skip(line, (size_t)(c - line.p) + 2));
    m->d = &dialects[m->number % DIALECTS];
}

static void take_line(struct mta *m, struct span line)
{
    if (!m->greeted)
        be_of_a_case(m, line);
    const char *verb = reading_verb(&m->d->reading, line);
    if (verb && verb_is_never_passed(verb) && !(m->d->lmtp && strcmp(verb, "LHLO") == 0))
        dialect_told(m->number, verb);
    if (verb)
        take_verb(m, verb, line);
    else if (m->d->xdata && line.n == 5 && memcmp(line.p, "XDATA", 5) == 0)
        on_xdata(m);
    else
        say(m, "500 what?");
}

static size_t take_command(struct mta *m, const char *p, size_t n)
{
    const char *lf = memchr(p, '\n', n);
    size_t raw = lf ? (size_t)(lf - p) + 1 : 0;
    bool small = m->greeted && m->d->small_lines && n >= SMALL_LINE;
    if (small && (raw == 0 || raw > SMALL_LINE)) {
        raw = SMALL_LINE;
        if (n > raw && reading_verb(&m->d->reading, span_of(p + raw, n - raw)))
            dialect_told(m->number, "a line too long, whose rest is a command");
    }
    struct span line = span_of(p, raw);
    while (line.n && strchr("\r\n", line.p[line.n - 1]))
        line.n--;
    if (raw)
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
        bytes_drop(&m->in, m->drops ? m->in.n : used);
        m->drops = false;
    } while (used > 0);
}

static void hang_up(struct mta *m)
{
    bytes_finish(&m->in);
    bytes_finish(&m->out);
    bytes_finish(&m->body);
    careless_open--;
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
    int one = 1, fd;
    while ((fd = accept4(e->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct mta *m = calloc(1, sizeof *m);
        loop_add(&m->e, fd, mta_turn);
        m->d = &dialects[0];
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        careless_open++;
        say(m, "220 mta.test");
    }
}

uint16_t careless_listen(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, size) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
        perror("dialect: the MTA");
        exit(2);
    }
    loop_add(calloc(1, sizeof(struct endpoint)), fd, listener_turn);
    return ntohs(a.sin_port);
}
