/* A stand-in for an address in the log: its MD5 in base64, as 1.4 wrote it where
 * log_mail_from or log_rcpt_to say base64. */
#ifndef SG_BASE_DIGEST_H
#define SG_BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_BASE64 25 /* 24 characters and a NUL */

void digest_base64(const char *text, char *out, size_t room); /* room >= DIGEST_BASE64 */

#endif
