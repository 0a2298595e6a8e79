/* Reads an answer of clamd.  Strictly: what is not understood is not clean. */
#include "answer.h"
#include <stddef.h>
#include <string.h>

/* Cuts `tail` off the end of text; false if it does not end so. */
static int cut(char *text, const char *tail)
{
    size_t n = strlen(text), k = strlen(tail);
    if (n <= k || strcmp(text + n - k, tail) != 0)
        return 0;
    text[n - k] = '\0';
    return 1;
}

static int has_control_bytes(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return 1;
    return 0;
}

/* Behind the number and its colon; NULL if there is none. */
static char *skip_number(char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && strncmp(text + digits, ": ", 2) == 0 ? text + digits + 2 : NULL;
}

/* "SUBJECT: NAME".  The subject may be a path, which may hold colons. */
static const char *name_of(const char *text)
{
    const char *name = NULL;
    for (const char *at = text; (at = strstr(at, ": ")) != NULL; at += 2)
        name = at > text ? at + 2 : NULL;
    return name && *name && !strchr(name, ' ') ? name : NULL;
}

enum clamd_answer clamd_answer(char *text, int numbered, const char **name)
{
    if (numbered && (text = skip_number(text)) == NULL)
        return CLAMD_ODD;
    if (has_control_bytes(text))
        return CLAMD_ODD;
    if (strcmp(text, "INSTREAM size limit exceeded. ERROR") == 0)
        return CLAMD_LIMIT;
    if (cut(text, " ERROR"))
        return CLAMD_ERROR;
    if (cut(text, ": OK"))
        return CLAMD_CLEAN;
    if (cut(text, " FOUND") && (*name = name_of(text)) != NULL)
        return CLAMD_FOUND;
    return CLAMD_ODD;
}
