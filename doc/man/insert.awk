# Fills a manual page: the line `.\" INSERT name` becomes the file parts/name,
# @DATE@ the date, and @SYSCONFDIR@ the folder that configure was told.
#   awk -v parts=FOLDER -v date=DATE -v sysconfdir=FOLDER -f insert.awk page.in
$1 == ".\\\"" && $2 == "INSERT" {
	file = parts "/" $3
	while ((got = (getline line < file)) > 0)
		print line
	if (got < 0) {
		print "insert.awk: there is no " file > "/dev/stderr"
		exit 1
	}
	next
}
{
	gsub(/@DATE@/, date)
	gsub(/@SYSCONFDIR@/, sysconfdir)
	print
}
