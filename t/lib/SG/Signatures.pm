# A ClamAV database of our own, two signatures small, and messages that it finds
# something in.  What scanners look for is put together at run time, so that no
# scanner takes the test for what it tests.
package SG::Signatures;
use v5.36;
use MIME::Base64 ();
use SG::Conf;

sub eicar () {
    return join '', 'X5O!P%@AP[4\PZX54(P^)', '7CC)7}$EICAR', '-STANDARD-ANTIVIRUS', '-TEST-FILE!$H+H*';
}

sub marker () { return join '-', 'SG', 'TEST', 'MARKER', '7f3a' }

# A directory with the database; what is found is called SG.Eicar.UNOFFICIAL and
# SG.Marker.UNOFFICIAL.  more: text of further .ndb lines.
sub database ($more = '') {
    my $dir = SG::tempdir();
    SG::Conf::write_file("$dir/sg.ndb", join '', signature('SG.Eicar', eicar()),
        signature('SG.Marker', marker()), $more);
    return $dir;
}

sub signature ($name, $bytes) { return "$name:0:*:" . unpack('H*', $bytes) . "\n" }

# A message with an attachment in base64; first: what its first line is.
sub attachment ($bytes, $first = 'Subject: the file you wanted') {
    my $file = MIME::Base64::encode($bytes, "\r\n");
    return join "\r\n", $first, 'From: a@client.test', 'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary="b"', '', '--b', 'Content-Type: text/plain', '',
        'Here it is.', '--b', 'Content-Type: application/octet-stream; name="file.bin"',
        'Content-Transfer-Encoding: base64', '', "$file--b--", '';
}

# A harmless message of about so many bytes.
sub harmless ($size = 200) {
    my $line = 'All work and no play makes Jack a dull boy.' . "\r\n";
    return "Subject: nothing\r\n\r\n" . $line x ($size / length($line) + 1);
}

1;
