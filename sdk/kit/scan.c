/* See <smtp-gated/kit/scan.h>. */
#include <smtp-gated/kit/scan.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define DASHES "\t(----------------------------------------------------------)\r\n"
#define FOUR DASHES DASHES DASHES DASHES
#define PREAMBLE "Received: by smtp-gated\r\n" FOUR FOUR FOUR FOUR

_Static_assert(sizeof PREAMBLE == SCAN_PREAMBLE_SIZE + 1, "the header tells its size");
const char scan_preamble[] = PREAMBLE;

const char *const scan_policies[] = {"pass", "tempfail", "reject", NULL};

#define FACTS "size=%" PRIu64 ", time=%" PRIu64 ", src=%s, ident=%s"
#define FACTS_OF(f)                                                                                \
    (f)->size, (sg_now() - (f)->began) / 1000, sg_client_ip((f)->session), sg_ident((f)->session)

/* "SCAN:CLEAN"; valid until the next call. */
static const char *event(const struct scan_facts *f, const char *what)
{
    static char name[32];
    snprintf(name, sizeof name, "%s:%s", f->kind ? f->kind : "SCAN", what);
    return name;
}

struct sg_verdict scan_clean(const struct scan_facts *f)
{
    sg_log(f->session, SG_INFO, event(f, "CLEAN"), FACTS, FACTS_OF(f));
    return sg_pass();
}

static char text[512]; /* of the last verdict */

/* Names come from signature files, and a reply line is printable ASCII. */
static void printable(char *to, size_t size, const char *from)
{
    size_t n = 0;
    for (; *from && n + 1 < size; from++)
        to[n++] = (char)(*from > ' ' && *from <= '~' ? *from : '?');
    to[n] = '\0';
}

struct sg_verdict scan_virus(const struct scan_facts *f, const char *message, const char *name)
{
    static char clean_name[128];
    printable(clean_name, sizeof clean_name, name);
    snprintf(text, sizeof text, "%s (%s)", message, clean_name);
    sg_log(f->session, SG_WARNING, event(f, "VIRUS"), FACTS ", virus=%s", FACTS_OF(f), clean_name);
    struct sg_verdict v = sg_answer(SG_REJECT, text);
    v.code = 550;
    v.enhanced = "5.7.1";
    v.event = "virus";
    v.detail = clean_name;
    return v;
}

static struct sg_verdict failure(const char *why)
{
    snprintf(text, sizeof text, "%s", why);
    return sg_failed(text);
}

struct sg_verdict scan_failed(const struct scan_facts *f, const char *why)
{
    sg_log(f->session, SG_ERR, event(f, "FAILED"), FACTS ", result=%s", FACTS_OF(f), why);
    return failure(why);
}

struct sg_verdict scan_timeout(const struct scan_facts *f, const char *why)
{
    sg_log(f->session, SG_WARNING, event(f, "TIMEOUT"), FACTS ", result=%s", FACTS_OF(f), why);
    return failure(why);
}

/* The text is in `text`.  codes: for good, and for now. */
static struct sg_verdict unscanned(int policy, const int codes[2], const char *const enhanced[2])
{
    int now = policy == SCAN_TEMPFAIL;
    struct sg_verdict v = sg_answer(now ? SG_TEMPFAIL : SG_REJECT, text);
    v.code = codes[now];
    v.enhanced = enhanced[now];
    return v;
}

struct sg_verdict scan_too_large(const struct scan_facts *f, int policy, uint64_t limit)
{
    static const int codes[] = {552, 452};
    static const char *const enhanced[] = {"5.3.4", "4.3.4"};
    if (policy == SCAN_PASS) {
        sg_log(f->session, SG_INFO, event(f, "SKIPPED"), "size=%" PRIu64 ", src=%s, ident=%s",
               f->size, sg_client_ip(f->session), sg_ident(f->session));
        return sg_pass();
    }
    sg_log(f->session, SG_NOTICE, event(f, "TOO_LARGE"),
           "size=%" PRIu64 ", src=%s, ident=%s, limit=%" PRIu64, f->size, sg_client_ip(f->session),
           sg_ident(f->session), limit);
    if (limit)
        snprintf(text, sizeof text,
                 "Message too large to be scanned, the limit is %" PRIu64 " bytes", limit);
    else
        snprintf(text, sizeof text, "Message too large to be scanned");
    return unscanned(policy, codes, enhanced);
}

struct sg_verdict scan_unscannable(const struct scan_facts *f, int policy, const char *why)
{
    static const int codes[] = {550, 451};
    static const char *const enhanced[] = {"5.6.0", "4.6.0"};
    sg_log(f->session, SG_WARNING, event(f, "UNSCANNABLE"), FACTS ", result=%s", FACTS_OF(f), why);
    snprintf(text, sizeof text, "Message cannot be scanned");
    return policy == SCAN_PASS ? sg_pass() : unscanned(policy, codes, enhanced);
}

void scan_waits(const struct scan_facts *f)
{
    sg_log(f->session, SG_INFO, event(f, "WAITS"), "src=%s, ident=%s", sg_client_ip(f->session),
           sg_ident(f->session));
}

int scan_is_limit(const char *name)
{
    static const char limit[] = "Heuristics.Limits.Exceeded";
    return strncmp(name, limit, sizeof limit - 1) == 0;
}

int scan_is_late(const char *name)
{
    return scan_is_limit(name) && strstr(name, "MaxScanTime") != NULL;
}

int64_t scan_spool_size(int fd)
{
    struct stat st;
    return fstat(fd, &st) < 0 ? -1 : st.st_size;
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        bytes += written;
        n -= (size_t)written;
    }
    return 0;
}

int scan_copy_message(const char *message, size_t n)
{
    int fd = memfd_create("message", MFD_CLOEXEC);
    if (fd < 0 ||
        (write_all(fd, scan_preamble, SCAN_PREAMBLE_SIZE) == 0 && write_all(fd, message, n) == 0))
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}
