/* Whom to ask: what people and resolv.conf write, as a text and as addresses. */
#include "dns_inner.h"

#include <errno.h>
#include <smtp-gated/kit/address.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT 53
#define SYSTEM "/etc/resolv.conf"
#define LOCAL "127.0.0.1:53" /* resolv.conf(5): whom to ask if it names nobody */

/* -------------------------------------------------------------- servers -- */

static bool read_server(const char *item, struct dns_server *to)
{
    struct address_place read;
    memset(to, 0, sizeof *to);
    if (address_read(&read, item, PORT) < 0)
        return false;
    to->addr = read.addr;
    to->addrlen = read.addrlen;
    strcpy(to->text, read.text);
    return true;
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
                        "'%s' is not a server: write IP or IP:port, and a link-local address with "
                        "its interface, fe80::1%%eth0; eight at most",
                        wrong);
    else if (!servers)
        sg_config_error("nameservers",
                        "the system's name servers cannot be found, " SYSTEM ": %s; name some",
                        strerror(errno));
    return servers;
}
