/* What became of each message: what its client was told, and how often the server
 * got it.  The two are compared when the second of them happens. */
#include "crowd.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "Message-ID: <%010u@crowd.test>\r\n\r\n"
#define NUMBER_AT 13u /* of its digits in the letter */
#define NUMBER_SIZE 10u

struct page {
    uint8_t told, got;
};

struct book book;
static struct page *pages;
static uint32_t used, room;

uint32_t book_new(void)
{
    if (used == room) {
        room = room ? room * 2 : 65536;
        pages = realloc(pages, room * sizeof *pages);
        if (!pages)
            abort();
    }
    pages[used] = (struct page){0, 0};
    return used++;
}

uint32_t book_next(void)
{
    return used;
}

void book_told(uint32_t number, enum told what)
{
    struct page *p = &pages[number];
    p->told = (uint8_t)what;
    book.taken += what == TOLD_TAKEN;
    book.later += what == TOLD_LATER;
    book.broken += what == TOLD_BROKEN;
    book.missing += what == TOLD_TAKEN && !p->got;
    book.leaked += what == TOLD_LATER && p->got;
}

void book_got(const char *letter)
{
    char digits[NUMBER_SIZE + 1] = "", should_be[LETTER_SIZE];
    memcpy(digits, letter + NUMBER_AT, NUMBER_SIZE);
    uint32_t number = (uint32_t)strtoul(digits, NULL, 10);
    letter_write(should_be, number);
    if (number >= used || memcmp(letter, should_be, LETTER_SIZE) != 0) {
        book.altered++;
        return;
    }
    book.doubled += pages[number].got;
    book.leaked += pages[number].told == TOLD_LATER;
    pages[number].got = 1;
}

/* Lines of 72, some of which begin with a dot and are stuffed. */
void letter_write(char *text, uint32_t number)
{
    static char form[LETTER_SIZE];
    char head[64];
    int n = snprintf(head, sizeof head, HEAD, number);
    if (!form[0]) {
        memset(form, 'x', sizeof form);
        for (size_t i = 72; i + 8 < sizeof form; i += 72)
            memcpy(form + i, i % 5 ? "\r\n" : "\r\n..", i % 5 ? 2 : 4);
        memcpy(form + sizeof form - 5, "\r\n.\r\n", 5);
    }
    memcpy(text, form, sizeof form);
    memcpy(text, head, (size_t)n);
}
