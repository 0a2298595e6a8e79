/* Whom to ask: what people and resolv.conf write, as a text and as addresses. */
#include "dns_inner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT 53
#define SYSTEM "/etc/resolv.conf"
#define LOCAL "127.0.0.1:53" /* resolv.conf(5): whom to ask if it names nobody */

/* -------------------------------------------------------------- servers -- */

/* Digits only, 1 to 65535; 0: it is none. */
static unsigned read_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long port = digits > 0 && digits < 6 && !text[digits] ? strtoul(text, NULL, 10) : 0;
    return port <= 65535 ? (unsigned)port : 0;
}

/* Cuts "HOST", "HOST:PORT", "[HOST]" or "[HOST]:PORT"; a bare IPv6 address has
 * more than one colon.  NULL: it is none of them. */
static char *cut_port(char *item, unsigned *port)
{
    char *colon = strchr(item, ':'), *end = strchr(item, ']');
    *port = PORT;
    if (*item == '[') {
        if (!end || (end[1] && end[1] != ':'))
            return NULL;
        *port = end[1] ? read_port(end + 2) : PORT;
        *end = '\0';
        return item + 1;
    }
    if (colon && !strchr(colon + 1, ':')) {
        *port = read_port(colon + 1);
        *colon = '\0';
    }
    return item;
}

/* "fe80::1%eth0" is an address on one interface, by its name or number, and one of that
 * kind means nothing without. */
static bool read_six(struct sockaddr_in6 *to, char *host, unsigned port)
{
    char *zone = strchr(host, '%');
    if (zone)
        *zone++ = '\0';
    to->sin6_family = AF_INET6;
    to->sin6_port = htons((uint16_t)port);
    if (inet_pton(AF_INET6, host, &to->sin6_addr) != 1)
        return false;
    if (zone)
        to->sin6_scope_id = if_nametoindex(zone);
    if (zone && to->sin6_scope_id == 0 && zone[strspn(zone, "0123456789")] == '\0')
        to->sin6_scope_id = (uint32_t)strtoul(zone, NULL, 10);
    return to->sin6_scope_id || (!zone && !IN6_IS_ADDR_LINKLOCAL(&to->sin6_addr));
}

static bool read_four(struct sockaddr_in *to, const char *host, unsigned port)
{
    to->sin_family = AF_INET;
    to->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &to->sin_addr) == 1;
}

static bool read_server(const char *item, struct dns_server *to)
{
    char copy[DNS_SERVER_TEXT], address[DNS_SERVER_TEXT - sizeof "[]:4294967295"];
    unsigned port;
    memset(to, 0, sizeof *to);
    if (strlen(item) >= sizeof address || strpbrk(item, " ,"))
        return false;
    strcpy(copy, item);
    char *host = cut_port(copy, &port);
    if (!host || port == 0)
        return false;
    strcpy(address, host);
    if (strchr(host, ':')) {
        to->addrlen = sizeof(struct sockaddr_in6);
        snprintf(to->text, sizeof to->text, "[%s]:%u", address, port);
        return read_six((void *)&to->addr, host, port);
    }
    to->addrlen = sizeof(struct sockaddr_in);
    snprintf(to->text, sizeof to->text, "%s:%u", address, port);
    return *item != '[' && read_four((void *)&to->addr, host, port);
}

/* ---------------------------------------------------------------- texts -- */

/* "SERVER,SERVER", and before it "FILE " where it was read from one. */
struct text {
    char *bytes;
    unsigned count;
};

static struct text text_begin(const char *file)
{
    size_t room = strlen(file) + 2 + DNS_SERVERS * (size_t)DNS_SERVER_TEXT;
    struct text text = {sg_alloc(room), 0};
    if (*file)
        snprintf(text.bytes, room, "%s ", file);
    return text;
}

static bool text_add(struct text *text, const char *item)
{
    struct dns_server server;
    if (!read_server(item, &server))
        return false;
    if (text->count < DNS_SERVERS) {
        strcat(text->bytes, text->count++ ? "," : "");
        strcat(text->bytes, server.text);
    }
    return true;
}

const char *dns_servers_origin(const char *text, char *path, size_t size)
{
    const char *blank = strchr(text, ' ');
    size_t n = blank ? (size_t)(blank - text) : 0;
    *path = '\0';
    if (n >= size)
        return text;
    memcpy(path, text, n);
    path[n] = '\0';
    return blank ? blank + 1 : text;
}

unsigned dns_servers_read(const char *text, struct dns_server *servers)
{
    unsigned count = 0;
    char item[DNS_SERVER_TEXT];
    while (*text && count < DNS_SERVERS) {
        size_t n = strcspn(text, ",");
        if (n < sizeof item) {
            memcpy(item, text, n);
            item[n] = '\0';
            count += read_server(item, &servers[count]);
        }
        text += n + (text[n] == ',');
    }
    return count;
}

/* "nameserver ADDRESS"; what is no address is left out, as libc does. */
static void read_line(struct text *text, char *line)
{
    static const char blanks[] = " \t\r\n";
    char *rest = NULL, *word = strtok_r(line, blanks, &rest);
    char *address = word && strcmp(word, "nameserver") == 0 ? strtok_r(NULL, blanks, &rest) : NULL;
    if (address)
        text_add(text, address);
}

static bool read_file(struct text *text, const char *path)
{
    char line[512];
    FILE *in = fopen(path, "re");
    if (!in)
        return false;
    while (fgets(line, sizeof line, in))
        read_line(text, line);
    bool whole = !ferror(in);
    fclose(in);
    if (text->count == 0)
        text_add(text, LOCAL);
    return whole;
}

char *dns_servers_of_file(const char *path)
{
    struct text text = text_begin("");
    if (read_file(&text, path))
        return text.bytes;
    int error = errno;
    free(text.bytes);
    errno = error;
    return NULL;
}

/* Workers look at the file again; where another is put in its place, they find it in the
 * directory. */
static void grant_directory(void)
{
    char *path = realpath(SYSTEM, NULL), *slash = path ? strrchr(path, '/') : NULL;
    if (slash && slash > path) {
        *slash = '\0';
        sg_grant(path, SG_GRANT_READ);
    }
    free(path);
}

static char *system_servers(void)
{
    struct text text = text_begin(SYSTEM);
    if (read_file(&text, SYSTEM)) {
        grant_directory();
        return text.bytes;
    }
    free(text.bytes);
    return NULL;
}

char *dns_servers(const char *const *nameservers, const char **wrong)
{
    *wrong = NULL;
    if (!nameservers || !*nameservers)
        return system_servers();
    struct text text = text_begin("");
    for (; *nameservers; nameservers++)
        if (text.count == DNS_SERVERS || !text_add(&text, *nameservers)) {
            *wrong = *nameservers;
            free(text.bytes);
            return NULL;
        }
    return text.bytes;
}

char *dns_configure(const char *const *nameservers)
{
    const char *wrong;
    char *servers = dns_servers(nameservers, &wrong);
    if (!servers && wrong)
        sg_config_error("nameservers",
                        "'%s' is no server: write IP or IP:port, and a link-local address with "
                        "its interface, fe80::1%%eth0; eight at most",
                        wrong);
    else if (!servers)
        sg_config_error("nameservers",
                        "the system's name servers cannot be found, " SYSTEM ": %s; name some",
                        strerror(errno));
    return servers;
}
