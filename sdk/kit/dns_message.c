/* What servers say: one DNS message (RFC 1035, 4.1), taken apart.
 *
 * It has been matched with its question; but the bytes come from anywhere.  A record
 * counts if it has the name that was asked for, which stands in the message, or the one
 * an alias before it led to.  How long "nothing" may be kept is the lesser of the SOA's
 * own TTL and its last field (RFC 2308, 5).  A pointer of a compressed name must lead
 * backwards, and each farther than the one before: so there are no loops. */
#include "dns_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CLASS_IN = 1, TYPE_CNAME = 5, TYPE_SOA = 6, RCODE_NXDOMAIN = 3 };
enum { RECORDS = 256 };                          /* more of one answer are not taken */
enum { TTL_MOST = 86400, NOTHING_MOST = 10800 }; /* seconds; RFC 2308 advises the latter */

struct whole {
    struct dns_answer public; /* what everybody sees */
    unsigned references;
    size_t bytes; /* of this block */
};

static struct whole *whole_of(const struct dns_answer *answer)
{
    return (struct whole *)(uintptr_t)answer;
}

static struct whole *whole_create(size_t more)
{
    struct whole *w = sg_alloc(sizeof *w + more);
    w->references = 1;
    w->bytes = sizeof *w + more;
    return w;
}

const struct dns_answer *dns_answer_none(enum dns_outcome outcome, const char *reason, uint32_t ttl)
{
    size_t length = reason ? strlen(reason) + 1 : 0;
    struct whole *w = whole_create(length);
    w->public.outcome = outcome;
    w->public.ttl = ttl;
    if (reason)
        w->public.reason = memcpy(w + 1, reason, length);
    return &w->public;
}

size_t dns_answer_bytes(const struct dns_answer *answer)
{
    return whole_of(answer)->bytes;
}

const struct dns_answer *dns_answer_keep(const struct dns_answer *answer)
{
    whole_of(answer)->references++;
    return answer;
}

void dns_answer_drop(const struct dns_answer *answer)
{
    if (answer && --whole_of(answer)->references == 0)
        free(whole_of(answer));
}

const char *dns_rcode_name(unsigned rcode)
{
    static const char *const names[16] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                          "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                          "NXRRSET", "NOTAUTH", "NOTZONE"};
    const char *name = names[rcode & 15];
    return name ? name : "an unknown error";
}

/* -------------------------------------------------------------- reading -- */

struct reader {
    const unsigned char *bytes;
    size_t size, at;
    bool bad;
};

struct rr {
    char name[1024]; /* 255 bytes, each at most as \DDD */
    unsigned type, class;
    uint32_t ttl;
    size_t data, length;
};

static unsigned read_16(struct reader *r)
{
    if (r->size - r->at < 2) {
        r->bad = true;
        return 0;
    }
    r->at += 2;
    return (unsigned)r->bytes[r->at - 2] << 8 | r->bytes[r->at - 1];
}

static uint32_t read_32(struct reader *r)
{
    uint32_t high = read_16(r);
    return high << 16 | read_16(r);
}

static void skip(struct reader *r, size_t n)
{
    if (r->size - r->at < n)
        r->bad = true;
    else
        r->at += n;
}

/* One byte of a label, as a master file writes it: a dot or backslash inside it, and what
 * is not printable, is marked.  Room for four. */
static char *write_byte(char *to, unsigned char byte)
{
    if (byte == '.' || byte == '\\')
        *to++ = '\\';
    if (byte >= ' ' && byte <= '~')
        *to++ = (char)byte;
    else
        to += sprintf(to, "\\%03u", byte);
    return to;
}

/* Follows pointers from `at` to the next label; its length, or -1. */
static int next_label(const struct reader *r, size_t *at, size_t *floor, size_t *behind)
{
    while (*at < r->size && r->bytes[*at] >= 0xc0) {
        if (*at + 1 >= r->size)
            return -1;
        size_t to = (size_t)(r->bytes[*at] & 0x3f) << 8 | r->bytes[*at + 1];
        if (!*behind)
            *behind = *at + 2;
        if (to >= *floor)
            return -1;
        *at = *floor = to;
    }
    if (*at >= r->size || r->bytes[*at] > 63 || *at + r->bytes[*at] >= r->size)
        return -1;
    return r->bytes[*at];
}

/* name: 1024 bytes. */
static void read_name(struct reader *r, char *name)
{
    size_t at = r->at, floor = r->at, behind = 0, total = 1;
    char *to = name;
    int n = r->bad ? -1 : next_label(r, &at, &floor, &behind);
    for (; n > 0 && (total += (size_t)n + 1) <= DNS_WIRE_NAME;
         n = next_label(r, &at, &floor, &behind)) {
        if (to > name)
            *to++ = '.';
        for (int i = 1; i <= n; i++)
            to = write_byte(to, r->bytes[at + (size_t)i]);
        at += (size_t)n + 1;
    }
    *to = '\0';
    r->bad = r->bad || n != 0;
    if (!r->bad)
        r->at = behind ? behind : at + 1;
}

/* The next record; false after the last that is whole. */
static bool read_rr(struct reader *r, struct rr *rr)
{
    read_name(r, rr->name);
    rr->type = read_16(r);
    rr->class = read_16(r);
    rr->ttl = read_32(r);
    rr->length = read_16(r);
    rr->data = r->at;
    skip(r, rr->length);
    return !r->bad;
}

/* ---------------------------------------------------------- of one type -- */

static size_t take_text(const struct reader *r, const struct rr *rr, char *to)
{
    size_t at = rr->data, end = rr->data + rr->length, length = 0;
    while (at < end) {
        size_t n = r->bytes[at++];
        n = n > end - at ? end - at : n;
        memcpy(to + length, r->bytes + at, n);
        length += n;
        at += n;
    }
    return length;
}

/* Writes the data, at most rr->length or DNS_NAME * 4 bytes and a NUL; false if
 * they make no sense. */
static bool take(const struct reader *r, const struct rr *rr, struct dns_record *record, char *to)
{
    struct reader data = {.bytes = r->bytes, .size = r->size, .at = rr->data};
    size_t wanted = rr->type == DNS_A ? 4 : 16;
    record->data = to;
    if (rr->type == DNS_TXT) {
        record->length = take_text(r, rr, to);
    } else if (rr->type == DNS_A || rr->type == DNS_AAAA) {
        if (rr->length != wanted)
            return false;
        memcpy(to, r->bytes + rr->data, wanted);
        record->length = wanted;
    } else {
        record->preference = rr->type == DNS_MX ? read_16(&data) : 0;
        read_name(&data, to);
        record->length = strlen(to);
    }
    to[record->length] = '\0';
    return !data.bad;
}

/* How much the data of a record may need. */
static size_t room_for(const struct rr *rr)
{
    return (rr->type == DNS_PTR || rr->type == DNS_MX ? DNS_NAME * 4 : rr->length) + 1;
}

/* Goes through the answer section.  Without w: what is needed for the records and
 * their data; with it: fills it. */
static size_t collect(struct reader r, unsigned rrs, enum dns_type type, const char *name,
                      struct whole *w, unsigned *count)
{
    char wanted[1024];
    struct rr rr = {0};
    struct dns_record *records = w ? (struct dns_record *)(void *)(w + 1) : NULL;
    char *to = w ? (char *)(records + *count) : NULL;
    size_t need = 0;
    unsigned n = 0;
    snprintf(wanted, sizeof wanted, "%s", name);
    while (rrs-- > 0 && n < RECORDS && read_rr(&r, &rr)) {
        if (rr.class != CLASS_IN || strcasecmp(rr.name, wanted) != 0)
            continue;
        if (w && rr.ttl < w->public.ttl)
            w->public.ttl = rr.ttl;
        if (rr.type == TYPE_CNAME) {
            struct reader data = {.bytes = r.bytes, .size = r.size, .at = rr.data};
            read_name(&data, wanted);
        } else if (rr.type == type) {
            if (w && take(&r, &rr, &records[w->public.count], to))
                w->public.count++;
            to = w ? to + room_for(&rr) : NULL;
            need += room_for(&rr);
            n++;
        }
    }
    *count = n;
    return need;
}

/* Of the authority section, which stands after the answers. */
static uint32_t ttl_of_nothing(struct reader r, unsigned answers, unsigned authorities)
{
    struct rr rr = {0};
    char name[1024];
    while (answers-- > 0)
        if (!read_rr(&r, &rr))
            return 0;
    while (authorities-- > 0 && read_rr(&r, &rr)) {
        if (rr.type != TYPE_SOA)
            continue;
        struct reader data = {.bytes = r.bytes, .size = r.size, .at = rr.data};
        read_name(&data, name);
        read_name(&data, name);
        skip(&data, 16);
        uint32_t least = read_32(&data);
        least = least < rr.ttl ? least : rr.ttl;
        return data.bad ? 0 : least < NOTHING_MOST ? least : NOTHING_MOST;
    }
    return 0;
}

static const struct dns_answer *found(const struct reader *r, unsigned answers, enum dns_type type,
                                      const char *name)
{
    unsigned count = 0;
    size_t need = collect(*r, answers, type, name, NULL, &count);
    if (count == 0)
        return NULL;
    struct whole *w = whole_create(count * sizeof(struct dns_record) + need);
    w->public.records = (struct dns_record *)(void *)(w + 1);
    w->public.ttl = TTL_MOST;
    collect(*r, answers, type, name, w, &count);
    if (w->public.count > 0)
        return &w->public;
    dns_answer_drop(&w->public);
    return dns_answer_none(DNS_FAILED, "the server sent records that are none", 0);
}

const struct dns_answer *dns_message_read(const unsigned char *bytes, size_t size,
                                          enum dns_type type)
{
    struct reader r = {.bytes = bytes, .size = size};
    char asked[1024] = "";
    read_16(&r);
    unsigned rcode = read_16(&r) & 15, questions = read_16(&r);
    unsigned answers = read_16(&r), authorities = read_16(&r);
    skip(&r, 2);
    read_name(&r, asked);
    skip(&r, 4);
    if (r.bad || questions != 1)
        return dns_answer_none(DNS_FAILED, "the server sent no proper message", 0);
    if (rcode != 0 && rcode != RCODE_NXDOMAIN)
        return dns_answer_none(DNS_FAILED, dns_rcode_name(rcode), 0);
    const struct dns_answer *records = rcode == 0 ? found(&r, answers, type, asked) : NULL;
    if (records)
        return records;
    return dns_answer_none(DNS_NOTHING, NULL, ttl_of_nothing(r, answers, authorities));
}
