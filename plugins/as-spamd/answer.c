/* Reads an answer of spamd.  Strictly: half an answer could hold half a score.  But to
 * refuse a message less is enough than to pass it, or whatever makes an answer odd would
 * let spam through wherever errors are to be ignored. */
#include "answer.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS "0123456789"

/* Cuts the first line off, without its end; NULL if it has none. */
static char *take_line(char **rest)
{
    char *line = *rest, *end = strchr(line, '\n');
    if (!end)
        return NULL;
    *end = '\0';
    *rest = end + 1;
    if (end > line && end[-1] == '\r')
        end[-1] = '\0';
    return line;
}

/* What strtod(3) knows besides, "nan" and "0x1p9", is no score. */
static int decimal(const char *text, double *value)
{
    const char *digits = text + (*text == '-' || *text == '+');
    size_t whole = strspn(digits, DIGITS);
    const char *end = digits + whole;
    if (*end == '.')
        end += 1 + strspn(end + 1, DIGITS);
    *value = strtod(text, NULL);
    return whole > 0 && *end == '\0';
}

static int spam_line(const char *line, double *score)
{
    char has[32], wants[32];
    double threshold;
    int n = 0;
    if (line[strcspn(line, "\v\f\r")] != '\0') /* blanks for sscanf(3) and nobody else */
        return false;
    return sscanf(line, "Spam: %*[A-Za-z] ; %31[-+.0-9] / %31[-+.0-9]%n", has, wants, &n) == 2 &&
           line[n] == '\0' && decimal(has, score) && decimal(wants, &threshold);
}

static enum spamd_answer status_line(const char *line)
{
    int code, n = 0;
    if (!line || sscanf(line, "SPAMD/%*[.0-9] %d %n", &code, &n) != 1)
        return SPAMD_ODD;
    if (code != 0)
        return SPAMD_ERROR;
    return strcmp(line + n, "EX_OK") == 0 ? SPAMD_SCORED : SPAMD_ODD;
}

/* What a header line announces after the empty line; false: it is another one. */
static bool announces(const char *line, size_t *body)
{
    size_t length;
    int n = 0;
    if (sscanf(line, "Content-length: %zu%n", &length, &n) != 1 || line[n] != '\0')
        return false;
    *body = length;
    return true;
}

/* Header fields up to the empty line, after which comes what was announced, or nothing:
 * rspamd announces its symbols, and something where there are none, too. */
static enum spamd_answer fields(char *rest, double *score)
{
    unsigned scores = 0;
    bool announced = false;
    size_t body = 0;
    char *line;
    while ((line = take_line(&rest)) && *line) {
        if (strncmp(line, "Spam:", 5) == 0 ? !spam_line(line, score) : !strchr(line, ':'))
            return SPAMD_ODD;
        scores += strncmp(line, "Spam:", 5) == 0;
        announced = announced || announces(line, &body);
    }
    if (!line || scores != 1 || (*rest && strlen(rest) != body))
        return SPAMD_ODD;
    return announced ? SPAMD_SCORED_ANNOUNCED : SPAMD_SCORED;
}

/* The number between semicolon and slash; some servers write a decimal comma.  Without a
 * slash the answer may have ended in the middle of it. */
static double stated_score(const char *line, size_t n)
{
    char number[32];
    const char *at = memchr(line, ';', n),
               *end = at ? memchr(at, '/', n - (size_t)(at - line)) : NULL;
    if (!end)
        return -INFINITY;
    at += 1 + strspn(at + 1, " \t\r");
    size_t length = strcspn(at, " \t\r/");
    if (length >= sizeof number)
        return -INFINITY;
    snprintf(number, sizeof number, "%.*s", (int)length, at);
    char *comma = strchr(number, ',');
    if (comma)
        *comma = '.';
    double score = strtod(number, NULL);
    return isnan(score) ? -INFINITY : score;
}

/* A line begins after CR, LF or both, and ends at LF. */
double spamd_worst(const char *text)
{
    double worst = -INFINITY;
    while (*text) {
        double score = strncasecmp(text, "Spam:", 5) == 0 ? stated_score(text, strcspn(text, "\n"))
                                                          : -INFINITY;
        worst = score > worst ? score : worst;
        text += strcspn(text, "\r\n");
        text += strspn(text, "\r\n");
    }
    return worst;
}

enum spamd_answer spamd_answer(char *text, double *score)
{
    char *rest = text;
    enum spamd_answer status = status_line(take_line(&rest));
    return status == SPAMD_SCORED ? fields(rest, score) : status;
}
