# A library that has every function plugin.h declares, and does nothing: what
# abidiff(1) needs to compare two headers.
#   awk -f stubs.awk plugin.h > stubs.c
BEGIN { print "#include <smtp-gated/plugin.h>\n#include <stdlib.h>" }
/\/\*/ { comment = 1 }
comment { if (/\*\//) comment = 0; next }
/^(static|#)/ || inline { inline = /^static/ && !/}$/ || inline && !/^}/; next }
/^[a-z].*sg_[a-z_]*\(/ || declaration {
	declaration = declaration " " $0
	if (!/;/)
		next
	sub(/ SG_PRINTF\([^)]*\)/, "", declaration)
	sub(/;.*/, "", declaration)
	print declaration "\n{\n    abort();\n}"
	declaration = ""
}
END { print "SG_PLUGIN(stubs, .summary = \"the shape of the interface\")" }
