/* Whether this build is one of the sanitizers': they trace, and call what the
 * program never would. */
#ifndef SG_KEEPER_SANITIZED_H
#define SG_KEEPER_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
