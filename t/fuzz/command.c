/* A command line from its bytes to an address: everything found lies where it was
 * found, and the line the relay would write reads as the client's did. */
#include "fuzz.h"

#include "../../daemon/base/buffer.h"
#include "../../daemon/smtp/command.h"
#include "../../daemon/smtp/line.h"
#include "../../daemon/smtp/path.h"
#include "../../daemon/smtp/told.h"
#include "../../daemon/smtp/reading.h"

static bool holds(struct span s, char c)
{
    return s.n > 0 && memchr(s.p, c, s.n) != NULL;
}

/* The line that the relay writes reads as the client's did, and is written as it is. */
static void rebuild(const struct path *path, const char *keyword)
{
    struct buffer line = {0}, room = {0};
    struct path again;

    buffer_printf(&line, "%s:<", keyword);
    buffer_append(&line, path->mailbox.sent.p, path->mailbox.sent.n);
    buffer_append(&line, ">", 1);
    for (struct span rest = path->parameters, word; (word = span_word(&rest)).n > 0;) {
        buffer_append(&line, " ", 1);
        buffer_append(&line, word.p, word.n);
    }
    check(path_parse(span_of(buffer_head(&line), buffer_len(&line)), keyword, false, &again,
                     &room) == PATH_FINE);
    check(again.canonical);
    check(span_eq(again.mailbox.address, path->mailbox.address));
    check(span_eq(again.mailbox.sent, path->mailbox.sent));
    buffer_finish(&line);
    buffer_finish(&room);
}

static bool holds_one_of(struct span s, const char *bytes)
{
    for (; *bytes; bytes++)
        if (holds(s, *bytes))
            return true;
    return false;
}

/* Read with the habits of MTAs: without the quotes, without a route, at the first "@" or the
 * last, with the dot behind it or not, there is one domain to see. */
static void one_reading(const struct mailbox *m)
{
    struct span s = m->address, domain;
    const char *last = s.n > 0 ? memrchr(s.p, '@', s.n) : NULL;

    check(!holds_one_of(s, "<>"));
    if (s.n == 0)
        return;
    domain = last ? span_skip(s, (size_t)(last + 1 - s.p)) : span_of(s.p, 0);
    check(last ? domain.n > 0 && domain.p != s.p + 1 : !holds_one_of(s, "%!"));
    for (size_t i = 0; i < domain.n; i++)
        check((unsigned char)domain.p[i] > ' ' && (unsigned char)domain.p[i] < 0x7f);
    if (domain.n > 0 && domain.p[0] != '[')
        check(domain.p[domain.n - 1] != '.' && !holds_one_of(domain, "%!\"\\,;:()[]"));
    if (!holds(s, '"'))
        check(!holds_one_of(span_of(s.p, s.n - domain.n), " \\,;:()[]") &&
              (!last || memchr(s.p, '@', s.n) == last));
}

/* No reader that looks for brackets finds another path: not behind it, where only
 * xtext and the null address of AUTH may have some. */
static void no_second_path(struct span parameters)
{
    struct span word;

    while ((word = span_word(&parameters)).n > 0)
        check(!holds_one_of(word, "<>") || strncasecmp(word.p, "ENVID=", 6) == 0 ||
              strncasecmp(word.p, "ORCPT=", 6) == 0 || span_is(word, "AUTH=<>"));
}

static void parse_path(struct span arg, const char *keyword)
{
    struct path path;
    struct span value;
    struct buffer room = {0};

    if (path_parse(arg, keyword, true, &path, &room) == PATH_FINE) {
        check(within(path.parameters, arg));
        one_reading(&path.mailbox);
        no_second_path(path.parameters);
        rebuild(&path, keyword);
        if (parameter_find(path.parameters, "SIZE", &value))
            check(within(value, path.parameters));
    }
    buffer_finish(&room);
}

/* As a server may read it that drops what is not ASCII or folds it, and looks at the first
 * four letters, or at what stands before the first byte that is not a letter. */
static enum verb careless(struct span text)
{
    char word[4];
    size_t n = 0;

    for (size_t i = 0; i < text.n && n < 4; i++)
        if ((unsigned char)text.p[i] < 0x80)
            word[n++] = text.p[i];
    for (unsigned v = VERB_UNKNOWN + 1; v < VERB_COUNT && n == 4; v++)
        if (strncasecmp(word, verb_name((enum verb)v), 4) == 0)
            return (enum verb)v;
    return VERB_UNKNOWN;
}

/* What may go on is read in one way. */
static void read_carelessly(const struct command *c, const struct line *line)
{
    unsigned all = ~0u;
    enum reading reading = command_reading(c, line->raw, all);

    if (reading != READING_ONE && reading != READING_ALONE)
        return;
    check(careless(c->word) == c->verb ||
          strncasecmp(verb_name(careless(c->word)), verb_name(c->verb), 4) == 0);
    check(c->verb != VERB_UNKNOWN || reading == READING_ALONE);
    check(line->raw <= 512 || reading == READING_ALONE);
    check(c->verb != VERB_BDAT ||
          command_reading(c, line->raw, all & ~(unsigned)EHLO_CHUNKING) == READING_NOT_OFFERED);
}

/* What is told is one word that logs and patterns can bear. */
static void parse_told(struct span arg)
{
    struct told told;

    for (int xclient = 0; xclient < 2; xclient++) {
        if (!told_parse(arg, xclient, &told))
            continue;
        check(!told.address || told.client.sa.sa_family == AF_UNSPEC ||
              address_port(&told.client) == 0);
        for (const char *p = told.helo_name; *p; p++)
            check((unsigned char)*p > ' ' && *p != 0x7f);
        check(strlen(told.helo_name) <= TOLD_MAX);
    }
}

static void parse_line(const struct line *line)
{
    struct command command = command_parse(line->text);

    check(within(command.word, line->text) && within(command.arg, line->text));
    check(!holds(command.word, ' ') && !holds(command.word, '\t'));
    check(span_eq(span_trim(command.arg), command.arg));
    check(command.verb == VERB_UNKNOWN || span_is(command.word, verb_name(command.verb)));
    read_carelessly(&command, line);
    parse_path(command.arg, "FROM");
    parse_path(command.arg, "TO");
    parse_told(command.arg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of((const char *)data, size);
    struct line line, part;

    while (rest.n > 0 && line_scan(rest.p, rest.n, &line)) {
        check(line.raw <= rest.n && within(line.text, rest) && rest.p[line.raw - 1] == '\n');
        check(!line_scan(rest.p, line.raw - 1, &part));
        if (line.flaw == LINE_FINE)
            check(!holds(line.text, '\r') && !holds(line.text, '\0') &&
                  line.raw == line.text.n + 2);
        parse_line(&line);
        rest = span_skip(rest, line.raw);
    }
    return 0;
}
