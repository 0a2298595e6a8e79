# The interface's manual from its header: comments that stand alone become prose,
# declarations with what is said above them are shown as they are, and the lines
# "--- title --" become headings.
#   awk -f header.awk plugin.h
function text(line)
{
	gsub(/\\/, "\\e", line)
	gsub(/…/, "...", line)
	return line ~ /^[.']/ ? "\\&" line : line
}

# A sentence begins a line.
function prose(line)
{
	line = text(line)
	gsub(/[.] +/, ".\n", line)
	return line
}

# A block that is only a comment is prose, else code with its comment above it.
function flush(   i, n, line)
{
	if (count == 0)
		return
	code = 0
	for (i = 1; i <= count; i++)
		code += is_code[i]
	if (title != "") {
		print ".Ss " title
		title = ""
	} else if (!is_code[1])
		print ".Pp"
	for (i = 1; i <= count && !is_code[i]; i++) {
		line = block[i]
		sub(/ *\*\/$/, "", line)
		sub(/^\/\* ?/, "", line)
		sub(/^ \* ?/, "", line)
		if (line ~ /[^ ]/)
			print prose(line)
		else if (i < count && block[i + 1] !~ /^ \*\/$/ && line !~ /[^ ]/ && block[i] ~ /^ \*$/)
			print ".Pp"
	}
	if (code) {
		print ".Bd -literal"
		for (; i <= count; i++)
			print text(block[i])
		print ".Ed"
	}
	count = 0
}

/^#ifndef SMTP_GATED_PLUGIN_H/ { flush(); behind = 1 }
/^#(ifdef __cplusplus|else|endif|include|if |ifndef)|^extern "C"/ { skip = 1 }
skip { if ($0 == "") skip = 0; next }
/^\/\* -+ .* -- \*\/$/ {
	flush()
	title = $0
	sub(/^\/\* -+ /, "", title)
	sub(/ -- \*\/$/, "", title)
	title = toupper(substr(title, 1, 1)) substr(title, 2)
	next
}
$0 == "" && !inside { flush(); next }
{
	count++
	block[count] = $0
	is_code[count] = !comment && $0 !~ /^\/\*/
	if ($0 ~ /^\/\*/)
		comment = 1
	if ($0 ~ /\*\/$/)
		comment = 0
	if ($0 ~ /\{$/)
		inside = 1
	if ($0 ~ /^\}/)
		inside = 0
}
END { flush() }
