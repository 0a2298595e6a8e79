/* See digest.h. */
#include "digest.h"
#include "check.h"
#include <md5.h>
#include <stdint.h>
#include <string.h>

static void base64(const uint8_t *in, size_t n, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t bits = (uint32_t)in[i] << 16;
        if (i + 1 < n)
            bits |= (uint32_t)in[i + 1] << 8;
        if (i + 2 < n)
            bits |= in[i + 2];
        *out++ = digits[bits >> 18];
        *out++ = digits[bits >> 12 & 63];
        *out++ = i + 1 < n ? digits[bits >> 6 & 63] : '=';
        *out++ = i + 2 < n ? digits[bits & 63] : '=';
    }
    *out = '\0';
}

void digest_base64(const char *text, char *out, size_t room)
{
    uint8_t digest[MD5_DIGEST_LENGTH];
    MD5_CTX context;
    check(room >= DIGEST_BASE64);
    MD5Init(&context);
    MD5Update(&context, (const uint8_t *)text, strlen(text));
    MD5Final(digest, &context);
    base64(digest, sizeof digest, out);
}
