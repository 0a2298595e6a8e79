/* A command line from its bytes to an address: everything found lies where it was
 * found, and the line the relay would write reads as the client's did. */
#include "fuzz.h"

#include "../../daemon/base/buffer.h"
#include "../../daemon/smtp/command.h"
#include "../../daemon/smtp/line.h"
#include "../../daemon/smtp/path.h"
#include "../../daemon/smtp/reading.h"

static bool holds(struct span s, char c)
{
    return s.n > 0 && memchr(s.p, c, s.n) != NULL;
}

static void rebuild(const struct path *path, const char *keyword)
{
    struct buffer line = {0};
    struct path again;

    buffer_printf(&line, "%s:", keyword);
    buffer_append(&line, path->raw.p, path->raw.n);
    if (path->parameters.n > 0)
        buffer_append(&line, " ", 1);
    buffer_append(&line, path->parameters.p, path->parameters.n);
    check(path_parse(span_of(buffer_head(&line), buffer_len(&line)), keyword, &again));
    check(span_eq(again.address, path->address));
    check(span_eq(again.parameters, path->parameters));
    buffer_finish(&line);
}

/* Without quotes and literals there is one address to see: from the last of "<"
 * and the route's ":" to ">". */
static void simple_address(const struct path *path)
{
    struct span s = path->raw;
    const char *colon;

    if (holds(s, '"') || holds(s, '[') || s.p[0] != '<')
        return;
    check(memchr(s.p, '>', s.n) == s.p + s.n - 1);
    s = span_of(s.p + 1, s.n - 2);
    colon = s.n > 0 ? memrchr(s.p, ':', s.n) : NULL;
    if (colon)
        s = span_skip(s, (size_t)(colon - s.p) + 1);
    check(span_eq(span_trim(s), path->address));
}

static void parse_path(struct span arg, const char *keyword)
{
    struct path path;
    struct span value;

    if (!path_parse(arg, keyword, &path))
        return;
    check(within(path.raw, arg) && within(path.address, path.raw));
    check(within(path.parameters, arg));
    check(path.raw.n > 0);
    simple_address(&path);
    rebuild(&path, keyword);
    if (parameter_find(path.parameters, "SIZE", &value))
        check(within(value, path.parameters));
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
