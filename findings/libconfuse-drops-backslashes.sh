#!/bin/sh
# One would guess that a backslash in front of a letter that is no escape is kept in a quoted
# value, or that the file is refused.
# libconfuse 3.3 drops it without a word in a value in double quotes: "\d+\.example" is read as
# `d+.example`.  In single quotes the value stays as it is written.
# It bites whoever lets people write regular expressions, or paths of another system, in such a
# file: the pattern that is in force is not the one in the file, and nothing tells.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libconfuse2=3.3-3 libconfuse-dev=3.3-3 &&
    for package in *.deb; do dpkg-deb -x "$package" .; done)

cat >"$work/ask.c" <<'C'
#include <confuse.h>
#include <stdio.h>
int main(void)
{
    cfg_opt_t options[] = {CFG_STR("double", "", CFGF_NONE), CFG_STR("single", "", CFGF_NONE), CFG_END()};
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    int result = cfg_parse_buf(cfg, "double = \"\\d+\\.example\"\nsingle = '\\d+\\.example'\n");
    printf("libconfuse %s\n", confuse_version);
    printf("the file is %s\n", result == CFG_SUCCESS ? "taken" : "refused");
    printf("\"\\d+\\.example\" is read as %s\n", cfg_getstr(cfg, "double"));
    printf("'\\d+\\.example' is read as %s\n", cfg_getstr(cfg, "single"));
    cfg_free(cfg);
    return 0;
}
C
lib=$(dirname "$(find "$work/usr/lib" -name 'libconfuse.so.2' | head -1)")
cc -I"$work/usr/include" -o "$work/ask" "$work/ask.c" "$lib/libconfuse.so.2"
LD_LIBRARY_PATH=$lib "$work/ask" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
libconfuse 3.3
the file is taken
"\d+\.example" is read as d+.example
'\d+\.example' is read as \d+\.example
END
