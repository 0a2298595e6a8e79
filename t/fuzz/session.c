/* A dialogue, played to the relay.  What stands in the input is said by whose turn it
 * is; `~` makes something happen first, all that was said so far having been dealt
 * with:
 *
 *   ~C ~S       the client, the server speaks
 *   ~Q          what follows are replies for the obliging server to use
 *   ~,          a cut: what was said arrives, the same goes on
 *   ~-          a tilde
 *   ~o ~O       the server answers by itself from now on; or no more
 *   ~c ~x       the client sends no more; is gone.  ~s ~y: the server
 *   ~v ~w       the client, the server does not read for a while; again: it does
 *   ~0 … ~9     1, 2, 4, … 512 seconds pass
 *   ~h HOOK X   from now on the hook (t c g h a m r d e) passes, rejects, accepts,
 *               takes over, errs, defers, fails for now, finds (p r a k e d t v)
 *   ~H HOOK X   the same of the second plugin
 *   ~r ~R ~a    the oldest open question is answered: pass, reject, accept
 *   ~p ~k ~!    a plugin pauses the body, or goes on; closes; all sessions are to end
 *   ~= X        an option, before anything is said; see options[]
 *
 * The server is obliging to begin with. */
#include "session_mta.h"

#include "../../daemon/session/steps/sessions.h"

#include <smtp-gated/plugin.h>
#include <stdlib.h>

enum { LONGEST = 16384 };

static struct {
    struct span rest;
    char speaker; /* C, S or Q */
    struct buffer words;
    bool begun;
} script;

/* ---- options ---- */

static void reject_bare(void)
{
    stage.core->bare_newline = BARE_REJECT;
}

static void forbid_starttls(void)
{
    stage.core->starttls = STARTTLS_FORBID;
}

static void limit_size(void)
{
    stage.core->size_limit = 100;
}

static void shorten_pipeline(void)
{
    stage.core->pipeline_size = 3;
}

static void shrink_buffer(void)
{
    stage.core->buffer_size = 512;
}

static void keep_little(void)
{
    witness_wants_spool();
    stage.core->spool_memory = 64;
    stage.core->spool_path = "/dev/null/-";
}

static void keep_in_file(void)
{
    keep_little();
    stage.core->spool_path = "/dev/shm";
}

static void take_nobody(void)
{
    stage.core->max_connections = 0;
}

static void turn_round(void)
{
    stage.loops = true;
}

static void hand_over(void)
{
    stage.route_flags |= SG_ROUTE_XCLIENT;
}

static void send_proxy_line(void)
{
    stage.route_flags |= SG_ROUTE_PROXY;
}

static void be_unreachable(void)
{
    stage.unreachable = true;
}

static void be_cramped(void)
{
    stage.cramped = true;
}

static void (*const options[128])(void) = {
    ['n'] = reject_bare,         ['f'] = forbid_starttls, ['l'] = limit_size,
    ['i'] = shorten_pipeline,    ['b'] = shrink_buffer,   ['k'] = witness_wants_spool,
    ['K'] = keep_little,         ['x'] = hand_over,       ['p'] = send_proxy_line,
    ['h'] = witness_adds_header, ['u'] = be_unreachable,  ['c'] = be_cramped,
    ['F'] = keep_in_file,        ['m'] = take_nobody,     ['r'] = turn_round,
    ['L'] = stage_takes_lf,
};

/* ---- what happens ---- */

static void begin(void)
{
    if (script.begun)
        return;
    script.begun = true;
    stage_connect();
    stage_rest();
}

/* What was said arrives. */
static void deliver(void)
{
    struct span words = bytes_of(&script.words);
    if (words.n == 0)
        return;
    begin();
    if (script.speaker == 'C')
        client_say(words);
    else if (script.speaker == 'S')
        server_say(words);
    else
        buffer_append(&mta.words, words.p, words.n);
    buffer_finish(&script.words);
    stage_rest();
}

static char next_letter(void)
{
    char c = script.rest.n ? *script.rest.p : '\0';
    if (script.rest.n)
        script.rest = span_skip(script.rest, 1);
    return c;
}

static void tell_hook(enum voter who)
{
    char hook = next_letter();
    verdicts_told(who, hook, next_letter());
}

static void set_option(void)
{
    unsigned char c = (unsigned char)next_letter();
    if (!script.begun && c < 128 && options[c])
        options[c]();
}

static void speak(char who)
{
    script.speaker = who;
}

static void leave(char how)
{
    if (how == 'c' || how == 'x')
        client_leave(how == 'c');
    else
        server_leave(how == 's');
}

static void be_deaf(char who)
{
    bool *deaf = who == 'v' ? &stage.client_deaf : &stage.server_deaf;
    *deaf = !*deaf;
    stage.was_deaf = true;
}

static void pass_time(char exponent)
{
    stage_pass((uint64_t)1000 << (exponent - '0'));
}

static void decide(char how)
{
    verdicts_resolve(how == 'R' ? SG_REJECT : how == 'a' ? SG_ACCEPT : SG_PASS);
}

static void oblige(char how)
{
    mta.obliging = how == 'o';
}

static void by_plugin(char what)
{
    if (what == 'p')
        witness_pause();
    else if (what == 'k')
        witness_close();
    else
        sessions_end_all();
}

static void (*const happenings[128])(char) = {
    ['C'] = speak,     ['S'] = speak,     ['Q'] = speak,     ['c'] = leave,     ['x'] = leave,
    ['s'] = leave,     ['y'] = leave,     ['v'] = be_deaf,   ['w'] = be_deaf,   ['0'] = pass_time,
    ['1'] = pass_time, ['2'] = pass_time, ['3'] = pass_time, ['4'] = pass_time, ['5'] = pass_time,
    ['6'] = pass_time, ['7'] = pass_time, ['8'] = pass_time, ['9'] = pass_time, ['r'] = decide,
    ['R'] = decide,    ['a'] = decide,    ['o'] = oblige,    ['O'] = oblige,    ['p'] = by_plugin,
    ['k'] = by_plugin, ['!'] = by_plugin,
};

/* Behind a tilde. */
static void happen(char c)
{
    unsigned char i = (unsigned char)c;
    if (c == '-') {
        buffer_append(&script.words, "~", 1);
        return;
    }
    deliver();
    if (c == 'h' || c == 'H')
        tell_hook(c == 'h' ? WITNESS : SECOND);
    else if (c == '=')
        set_option();
    else if (i < 128 && happenings[i]) {
        happenings[i](c);
        if (script.begun)
            stage_rest();
    }
}

static void play(void)
{
    while (script.rest.n) {
        const char *tilde = memchr(script.rest.p, '~', script.rest.n);
        size_t n = tilde ? (size_t)(tilde - script.rest.p) : script.rest.n;
        buffer_append(&script.words, script.rest.p, n);
        script.rest = span_skip(script.rest, n);
        if (!tilde)
            break;
        next_letter();
        happen(next_letter());
    }
    deliver();
    begin();
}

/* Nobody waits for anybody, and the relay is neither leaving nor left. */
static bool is_settled(void)
{
    return stage_alive() && !stage.client_deaf && !stage.client_left && !stage.client_gone &&
           stage.server >= 0 && !verdicts_pending() && !witness_paused() &&
           mta.answered == mta.count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > LONGEST)
        return -1;
    memset(&script, 0, sizeof script);
    script.speaker = 'C';
    script.rest = span_of((const char *)data, size);
    stage_begin();
    play();
    stage.server_deaf = false;
    stage_rest();
    if (getenv("FUZZ_SHOW"))
        stage_show();
    judge(is_settled());
    stage_end();
    return 0;
}
