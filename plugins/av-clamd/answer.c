/* Reads an answer of clamd.  What is not understood is not clean; but what says FOUND
 * is a find, however odd the rest of it is: to read that strictly would let the
 * message through wherever errors are to be ignored. */
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

/* After the number and its colon; NULL if there is none. */
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
        name = at + 2;
    return name && *name ? name : "unnamed";
}

/* The line up to its end, blanks after it or none. */
static int ends_line(const char *text)
{
    text += strspn(text, " \t");
    return *text == '\0' || *text == '\r' || *text == '\n';
}

const char *clamd_find(char *text)
{
    static const char word[] = " FOUND";
    char *at = text, *line;
    while ((at = strstr(at, word)) != NULL && !ends_line(at + sizeof word - 1))
        at++;
    if (!at)
        return NULL;
    *at = '\0';
    line = strrchr(text, '\n');
    return name_of(line ? line + 1 : text);
}

/* Errors that say something about the message and nothing about clamd. */
static int blames_message(char *text)
{
    static const char *const errors[] = {
        ": Can't parse data",        ": Bad format or broken data",
        ": Can't unpack some data",  ": Exceeded max scan size",
        ": Exceeded max scan files", ": Exceeded max recursion depth"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (cut(text, errors[i]))
            return 1;
    return 0;
}

enum clamd_answer clamd_answer(char *text, int numbered)
{
    if (numbered && (text = skip_number(text)) == NULL)
        return CLAMD_ODD;
    if (has_control_bytes(text))
        return CLAMD_ODD;
    if (strcmp(text, "INSTREAM size limit exceeded. ERROR") == 0)
        return CLAMD_LIMIT;
    if (cut(text, " ERROR"))
        return blames_message(text) ? CLAMD_UNREADABLE : CLAMD_ERROR;
    return cut(text, ": OK") ? CLAMD_CLEAN : CLAMD_ODD;
}
