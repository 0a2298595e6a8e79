/* See hostile.h. */
#include "hostile.h"

enum { LONG_LINE = 507 }; /* with a verb of four letters, a buffer of 512 bytes */

const char *const pace_names[PACES] = {"waiting", "at once", "byte by byte"};

#define EHLO "EHLO c#.client.test\r\n~"
#define HELO "HELO c#.client.test\r\n~"
#define MAIL "MAIL FROM:<honest#@client.test>\r\n~"
#define RCPT "RCPT TO:<b#@server.test>\r\n~"
#define HEADER                                                                                     \
    "Subject: case #\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n"                                  \
    "Message-ID: <#@client.test>\r\n\r\n"
#define LETTER HEADER "honest to the end\r\n.\r\n~"
#define DATA "DATA\r\n~" LETTER
#define OPEN EHLO MAIL RCPT
/* What must never arrive: the check refuses it. */
#define MARKED                                                                                     \
    HEADER "SG-SMUGGLED-"                                                                          \
           "MARKER\r\n.\r\n"
#define REST "MAIL FROM:<evil#@client.test>\r\n~" RCPT "DATA\r\n~" MARKED "~"
/* The same without waiting, as a payload. */
#define EVIL                                                                                       \
    "RSET\r\nMAIL FROM:<evil#@client.test>\r\nRCPT TO:<b#@server.test>\r\nDATA\r\n" MARKED "~"
/* … and where it would be seen, were the envelope not another one. */
#define AS(sender) EHLO "MAIL FROM:" sender "\r\n~" RCPT DATA
#define FOR(recipient) EHLO MAIL "RCPT TO:" recipient "\r\n~" DATA

const struct hostile hostiles[] = {
    {"an honest message", EHLO MAIL RCPT DATA "QUIT\r\n", true},
    {"an honest one with parameters",
     EHLO "MAIL FROM:<honest#@client.test> SIZE=100 BODY=8BITMIME\r\n~" RCPT DATA "QUIT\r\n", true},
    {"an honest one to two", OPEN "RCPT TO:<c#@server.test>\r\n~" DATA "QUIT\r\n", true},
    {"an honest one behind HELO", HELO MAIL RCPT DATA "QUIT\r\n", true},

    {"a chunk of 2^32 and six", OPEN "BDAT 4294967302\r\nabcdef" EVIL, false},
    {"a last chunk of 2^32 and six", OPEN "BDAT 4294967302 LAST\r\nabcdef" EVIL, false},
    {"a chunk of 2^31", OPEN "BDAT 2147483648\r\n" EVIL, false},
    {"a chunk of 2^63 - 1", OPEN "BDAT 9223372036854775807\r\nabcdef" EVIL, false},
    {"a chunk of 010", OPEN "BDAT 010 LAST\r\nabcdefgh" EVIL, false},
    {"chunks that nobody offered", OPEN "BDAT 1000\r\n" EVIL, false},
    {"a last one that nobody offered", OPEN "BDAT 1000 LAST\r\n" EVIL, false},
    {"chunks offered before HELO", EHLO HELO MAIL RCPT "BDAT 1000\r\n" EVIL, false},
    {"chunks after HELO", HELO MAIL RCPT "BDAT 1000\r\n" EVIL, false},
    {"chunks behind an EHLO on its way", "EHLO c#.client.test\r\n" MAIL RCPT "BDAT 1000\r\n" EVIL,
     false},
    {"a chunk refused in its midst", OPEN "BDAT 1000\r\n~" EVIL, false},

    {"four letters: RSET, MAIL", OPEN "RSETTLE\r\n~MAILED FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},
    {"four letters: a second sender", EHLO MAIL "MAILED FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},
    {"four letters: a recipient", OPEN "RCPTS TO:<evil#@server.test>\r\n~" DATA, false},
    {"four letters: DATA", OPEN "DATABASE\r\n" MARKED "~", false},
    {"four letters: all",
     EHLO "RSETS\r\nMAILS FROM:<evil#@client.test>\r\nRCPTS TO:<b#@server.test>\r\n"
          "DATAS\r\n" MARKED "~",
     false},
    {"four letters: a greeting",
     "EHLOS c#.client.test\r\n~" MAIL RCPT "BDATS 40 LAST\r\n" MARKED "~", false},
    {"high bit",
     OPEN "\xd2"
          "SET\r\n~\xcd"
          "AIL FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},
    {"foreign bytes",
     OPEN "RS\xff"
          "ET\r\n~MA\xfeIL FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},
    {"long s",
     OPEN "R\xc5\xbf"
          "ET\r\n~MA\xc4\xb1L FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},
    {"wide letters",
     OPEN "\xef\xbc\xb2SET\r\n~\xef\xbc\xad"
          "AIL FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},
    {"accents", OPEN "RS\xc3\x89T\r\n~M\xc3\x81IL FROM:<evil#@client.test>\r\n~" RCPT DATA, false},
    {"a full stop behind the verb", OPEN "RSET.\r\n~MAIL: FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},
    {"no blank behind the verb", OPEN "RSET;\r\n~MAIL=FROM:<evil#@client.test>\r\n~" RCPT DATA,
     false},

    {"an unknown verb with a message", OPEN "XDATA\r\n" MARKED "~", false},
    {"an unknown verb with another", OPEN "XDATA\r\n~" MARKED "~", false},
    {"NOOP and a line too long", OPEN "NOOP ^RSET\r\n~" DATA, false},
    {"a line too long: a recipient", OPEN "HELP ^RCPT TO:<evil#@server.test>\r\n~" DATA, false},

    {"LHLO",
     "LHLO c#.client.test\r\n~" MAIL RCPT "RCPT TO:<c#@server.test>\r\n~" DATA
     "MAIL FROM:<evil#@client.test>\r\n" RCPT "DATA\r\n" MARKED "~",
     false},
    {"more answers than recipients",
     OPEN "RCPT TO:<c#@server.test>\r\n~RCPT TO:<d#@server.test>\r\n~"
          "DATA\r\n~" LETTER REST EVIL,
     false},
    {"DATA, whatever is answered", OPEN "DATA\r\n~" MARKED "~", false},
    {"DATA and QUIT, whatever is answered", OPEN "DATA\r\n~" HEADER "QUIT\r\n.\r\n~", false},
    {"STARTTLS and no TLS", EHLO "STARTTLS\r\n~" EHLO REST, false},
    {"STARTTLS and half a record", EHLO "STARTTLS\r\n~\x16" EHLO REST, false},

    {"a sender with a last dot", AS("<honest#@client.test.>"), false},
    {"a recipient with a last dot", FOR("<b#@server.test.>"), false},
    {"a sender with a per cent sign", AS("<honest#%client.test>"), false},
    {"a recipient with a per cent sign", FOR("<b#%server.test>"), false},
    {"a sender with a bang", AS("<client.test!honest#>"), false},
    {"a recipient with a bang", FOR("<server.test!b#>"), false},
    {"a quoted sender", AS("<\"honest#@client.test\">"), false},
    {"a quoted recipient", FOR("<\"b#@server.test\">"), false},
    {"a sender and a second path", AS("<honest#@client.test> <evil#@client.test>"), false},
    {"a recipient and a second path", FOR("<b#@server.test> <evil#@server.test>"), false},
    {"a sender with a name", AS("Bob <honest#@client.test>"), false},
    {"a sender with a name within", AS("<Bob <honest#@client.test>>"), false},
    {"a sender with a comment", AS("<(evil)honest#@client.test>"), false},
    {"a sender with a route", AS("<@one.test,@two.test:honest#@client.test>"), false},
    {"a sender, a path in its parameter", AS("<honest#@client.test> ENVID=x <evil#@client.test>"),
     false},

    {"XBDATBLOB", OPEN "XBDATBLOB 40 LAST\r\n" MARKED "~", false},
    {"XEXCH50", OPEN "XEXCH50 40 2\r\n" MARKED "~", false},
    {"XPROXY", EHLO "XPROXY SID=1 IP=192.0.2.1\r\n~" MAIL RCPT DATA, false},
    {"XPROXYFROM", EHLO "XPROXYFROM SID=1 IP=192.0.2.1 PORT=1 DOMAIN=x\r\n~" MAIL RCPT DATA, false},
    {"XPROXYTO", EHLO "XPROXYTO SID=1 DEST=x\r\n~" MAIL RCPT DATA, false},
    {"X-LINK2STATE", EHLO "X-LINK2STATE LAST CHUNK={00000028}\r\n~" MAIL RCPT DATA, false},
    {"X-EXPS", EHLO "X-EXPS GSSAPI\r\n~" MAIL RCPT DATA, false},
};
const unsigned hostile_count = sizeof hostiles / sizeof *hostiles;

void hostile_text(const struct hostile *h, unsigned number, struct bytes *text)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%u", number);
    for (const char *p = h->text; *p; p++) {
        if (*p == '#')
            bytes_text(text, digits);
        for (unsigned i = 0; *p == '^' && i < LONG_LINE; i++)
            bytes_text(text, "x");
        if (*p != '#' && *p != '^')
            bytes_add(text, p, 1);
    }
}
