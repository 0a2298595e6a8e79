# The manual page of a plugin: what the object says of itself (its summary and
# its options, from `smtp-gated-session --document`) and the prose of its author.
# Options come behind the description, references before the last section.
#   awk -v name=NAME -v date=DATE -f plugin.awk FROM-THE-OBJECT NAME.mdoc

function see_also()
{
	print ".Sh SEE ALSO"
	print ".Xr smtp-gated.conf 5 ,"
	print ".Xr smtp-gated 8"
	seen = 1
}

function head(nd)
{
	print ".Dd " date
	print ".Dt SMTP-GATED-" toupper(name) " 8"
	print ".Os"
	print ".Sh NAME"
	print ".Nm smtp-gated-" name
	print nd
	print ".Sh SYNOPSIS"
	print ".Pa conf.d/NN-" name ".conf"
}

FNR == NR && FNR == 1 { head($0); next }
FNR == NR { options = options $0 "\n"; next }
$1 == ".Sh" && ++sections == 2 { printf "%s", options; options = "" }
/^\.Sh SECURITY CONSIDERATIONS/ { see_also() }
# In the prose the name is the plugin's alone.
$1 == ".Nm" && $2 !~ /^[a-z]/ { sub(/\.Nm/, ".Nm " name) }
{ print }
END {
	printf "%s", options
	if (!seen)
		see_also()
}
