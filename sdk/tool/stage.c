/* See stage.h. */
#include "stage.h"
#include "client.h"
#include "server.h"
#include "../../daemon/base/check.h"
#include "../../daemon/net/loop.h"
#include "../../daemon/net/timer.h"
#include <ctype.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PATIENCE_MS 10000u
#define LAST_WORDS_MS 2000u

/* What playing a line came to. */
enum progress { WAITS, DONE, RED };

static struct {
    const struct script *script;
    unsigned at, tests, red;
    void (*over)(void);
    bool ending, ended; /* what is still on its way to the client is waited for; over */
    struct watch poke;
    struct timer deadline;
    uint64_t patience;
    uint16_t server_port;
    struct sg_session *session;
    struct buffer events; /* "name detail" lines that no line of the script expected yet */
    char found[600];      /* what a red line saw */
} stage;

/* --------------------------------------------------------------- words -- */

static enum progress judge(bool fits, const char *found)
{
    snprintf(stage.found, sizeof stage.found, "%s", found);
    return fits ? DONE : RED;
}

static void connected(void)
{
    if (!client_is_there())
        client_connect("");
}

static enum progress play_connect(const char *rest)
{
    client_connect(rest);
    return DONE;
}

static enum progress play_send(const char *rest)
{
    connected();
    client_send_line(rest);
    return DONE;
}

static enum progress play_send_file(const char *rest)
{
    connected();
    return judge(client_send_file(rest), "the file cannot be read");
}

/* "< 550" asks for the code only. */
static bool reply_fits(const char *pattern, const char *reply)
{
    const bool code_only = strlen(pattern) == 3 && isdigit((unsigned char)*pattern);
    if (!code_only)
        return fnmatch(pattern, reply, 0) == 0;
    const char *last = strrchr(reply, '\n');
    return strncmp(last ? last + 1 : reply, pattern, 3) == 0;
}

static enum progress play_reply(const char *rest)
{
    connected();
    char *reply = client_take_reply();
    if (!reply && client_is_closed())
        return judge(false, "the end of the connection");
    if (!reply)
        return WAITS;
    enum progress p = judge(reply_fits(rest, reply), reply);
    free(reply);
    return p;
}

static enum progress play_closed(const char *rest)
{
    (void)rest;
    return client_is_closed() ? DONE : WAITS;
}

static enum progress play_hangup(const char *rest)
{
    (void)rest;
    client_hang_up();
    return DONE;
}

static enum progress play_server(const char *rest)
{
    char verb[16] = "";
    const char *reply = rest + strcspn(rest, " ");
    snprintf(verb, sizeof verb, "%.*s", (int)(reply - rest), rest);
    server_answer(verb, reply + strspn(reply, " "));
    return DONE;
}

static enum progress play_got(const char *rest)
{
    return server_got(rest) ? DONE : WAITS;
}

static enum progress play_never_got(const char *rest)
{
    return judge(!server_got(rest), "the server got it");
}

/* The first event that matches counts as expected. */
static enum progress play_event(const char *rest)
{
    struct buffer others = {0};
    bool found = false;
    char *text = xstrdup(buffer_cstr(&stage.events));
    for (char *line = text, *end; line && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        size_t name = strcspn(line, " ");
        const bool fits = !found && (fnmatch(rest, line, 0) == 0 ||
                                     (strlen(rest) == name && strncmp(rest, line, name) == 0));
        found = found || fits;
        if (!fits)
            buffer_printf(&others, "%s\n", line);
    }
    free(text);
    buffer_finish(&stage.events);
    stage.events = others;
    return found ? DONE : WAITS;
}

static enum progress play_note(const char *rest)
{
    char name[64] = "";
    const char *pattern = rest + strcspn(rest, " ");
    snprintf(name, sizeof name, "%.*s", (int)(pattern - rest), rest);
    const char *value = stage.session ? sg_noted(stage.session, name) : NULL;
    if (!value)
        return stage.session ? WAITS : judge(false, "the session is over");
    return judge(fnmatch(pattern + strspn(pattern, " "), value, 0) == 0, value);
}

static enum progress play_patience(const char *rest)
{
    stage.patience = strtoul(rest, NULL, 10) * 1000;
    return DONE;
}

static const struct word {
    const char *name;
    enum progress (*play)(const char *rest);
    unsigned words; /* it needs at least */
    bool expects;   /* a test */
} words[] = {
    {">", play_send, 0, false},
    {">>", play_send_file, 1, false},
    {"<", play_reply, 1, true},
    {"connect", play_connect, 0, false},
    {"hangup", play_hangup, 0, false},
    {"closed", play_closed, 0, true},
    {"server", play_server, 2, false},
    {"got", play_got, 1, true},
    {"never-got", play_never_got, 1, true},
    {"event", play_event, 1, true},
    {"note", play_note, 2, true},
    {"patience", play_patience, 1, false},
};

static const struct word *find_word(const char *name)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, name) == 0)
            return &words[i];
    return NULL;
}

static unsigned count_words(const char *text)
{
    unsigned n = 0;
    for (text += strspn(text, " "); *text; text += strspn(text, " "), n++)
        text += strcspn(text, " ");
    return n;
}

bool stage_check(const struct script *script, struct complaints *c)
{
    unsigned errors_before = c->errors;
    for (unsigned i = 0; i < script->count; i++) {
        const struct script_line *line = &script->lines[i];
        const struct word *word = find_word(line->word);
        if (!word)
            complain(c, script->file, line->number, NULL, line->word,
                     "is not a word of a script; smtp-gated-plugin(1) lists them");
        else if (count_words(line->rest) < word->words)
            complain(c, script->file, line->number, NULL, line->word, "needs %u words after it",
                     word->words);
    }
    return c->errors == errors_before;
}

/* ------------------------------------------------------------------ TAP -- */

static void put_test(bool ok, const char *title, ...) __attribute__((format(printf, 2, 3)));

static void put_test(bool ok, const char *title, ...)
{
    va_list ap;
    va_start(ap, title);
    printf("%sok %u - ", ok ? "" : "not ", ++stage.tests);
    vprintf(title, ap);
    putchar('\n');
    va_end(ap);
    stage.red += !ok;
}

static void put_lines(const char *before, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        printf("# %s%.*s\n", before, (int)n, text);
        text += n + (text[n] == '\n');
    }
}

/* '#' in a title would be a directive. */
static void put_line_test(const struct script_line *line, enum progress p)
{
    char title[200];
    snprintf(title, sizeof title, "%s%s%s", line->word, *line->rest ? " " : "", line->rest);
    for (char *c = title; *c; c++)
        *c = *c == '#' ? '?' : *c;
    put_test(p == DONE, "line %d: %s", line->number, title);
    if (p == DONE)
        return;
    printf("# %s:%d: found\n", stage.script->file, line->number);
    put_lines("    ", stage.found);
}

static unsigned expectations(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < stage.script->count; i++)
        n += find_word(stage.script->lines[i].word)->expects;
    return n;
}

/* -------------------------------------------------------------- playing -- */

static void finish(void)
{
    char *more = client_take_reply();
    stage.ended = true;
    timer_disarm(&stage.deadline);
    put_test(!more, "the client got nothing that the script does not expect");
    if (more)
        put_lines("    ", more);
    put_test(buffer_len(&stage.events) == 0, "no event that the script does not expect");
    put_lines("    ", buffer_cstr(&stage.events));
    free(more);
    client_hang_up();
    stage.over();
}

static void in_vain(struct timer *t)
{
    (void)t;
    if (stage.ending) {
        finish();
        return;
    }
    const struct script_line *line = &stage.script->lines[stage.at];
    snprintf(stage.found, sizeof stage.found, "nothing of the kind in %u s; the rest is not played",
             (unsigned)(stage.patience / 1000));
    put_line_test(line, RED);
    finish();
}

/* After the last line: whatever is still said to the client is to be seen.  A relay
 * that owes a reply for ever, because the server does, is not waited for as long. */
static void end(void)
{
    if (!stage.ending && client_is_open()) {
        client_say_no_more();
        timer_arm(&stage.deadline, loop_now() + LAST_WORDS_MS);
    }
    stage.ending = true;
    if (!client_is_open())
        finish();
}

static void play(void)
{
    while (!stage.ended && stage.at < stage.script->count) {
        const struct script_line *line = &stage.script->lines[stage.at];
        const struct word *word = find_word(line->word);
        enum progress p = word->play(line->rest);
        if (p == WAITS && !stage.deadline.link)
            timer_arm(&stage.deadline, loop_now() + stage.patience);
        if (p == WAITS)
            return;
        timer_disarm(&stage.deadline);
        if (word->expects || p == RED)
            put_line_test(line, p);
        stage.at++;
    }
    if (!stage.ended)
        end();
}

static void on_poke(struct watch *w, uint32_t events)
{
    eventfd_t count;
    (void)events;
    if (eventfd_read(w->fd, &count) == 0)
        play();
}

void stage_poke(void)
{
    if (eventfd_write(stage.poke.fd, 1) != 0)
        perror("eventfd");
}

void stage_begin(const struct script *script, uint16_t server_port, void (*over)(void))
{
    stage.script = script;
    stage.over = over;
    stage.server_port = server_port;
    stage.patience = PATIENCE_MS;
    stage.deadline.fire = in_vain;
    stage.poke = (struct watch){eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), on_poke};
    loop_watch(&stage.poke, EPOLLIN);
    printf("1..%u\n", expectations() + 2);
    stage_poke();
}

void stage_end(void)
{
    loop_unwatch(&stage.poke);
    close(stage.poke.fd);
    buffer_finish(&stage.events);
}

bool stage_went_well(void)
{
    return stage.ended && stage.red == 0;
}

uint16_t stage_server_port(void)
{
    return stage.server_port;
}

void stage_session(struct sg_session *s)
{
    stage.session = s;
    stage_poke();
}

void stage_session_over(const struct sg_session *s)
{
    if (stage.session == s)
        stage.session = NULL;
    stage_poke();
}

void stage_event(const char *name, const char *detail)
{
    buffer_printf(&stage.events, "%s%s%s\n", name, *detail ? " " : "", detail);
    stage_poke();
}
