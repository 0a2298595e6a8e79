#!/bin/sh
# One would guess that `useProxy` takes both versions of the PROXY protocol, or answers the
# other one as an SMTP server does, with 421 or nothing.
# npm's smtp-server knows version 1 only and answers the 28 bytes of version 2 with a line of
# IMAP, `* BAD Invalid PROXY header`, then closes.
# It bites a proxy in front of it: what reads the banner finds no reply code, and may wait, or
# report a server that does not speak SMTP instead of the wrong version.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" smtp-server@3.18.4 >/dev/null

cat >"$work/ask.js" <<'JS'
const { SMTPServer } = require('smtp-server');
const net = require('net');
const v1 = 'PROXY TCP4 192.0.2.7 192.0.2.25 4711 25\r\n';
const v2 = Buffer.concat([Buffer.from('\r\n\r\n\0\r\nQUIT\n'), Buffer.from([0x21, 0x11, 0, 12]),
    Buffer.from([192, 0, 2, 7, 192, 0, 2, 25, 0x12, 0x67, 0, 25])]);
const server = new SMTPServer({ authOptional: true, disableReverseLookup: true, useProxy: true, name: 'mx.example' });
server.on('error', () => {});
const meet = (name, header) => new Promise((done) => {
    const client = net.connect(server.server.address().port, '127.0.0.1', () => client.write(header));
    client.on('error', () => {});
    client.once('data', (d) => { console.log(`${name}: ${String(d).trim()}`); client.end(); });
    client.on('close', done);
});
server.listen(0, '127.0.0.1', async () => {
    await meet('version 1', v1);
    await meet('version 2', v2);
    server.close();
});
JS
echo "smtp-server 3.18.4" >"$work/seen"
(cd "$work" && node ask.js) >>"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
smtp-server 3.18.4
version 1: 220 mx.example ESMTP
version 2: * BAD Invalid PROXY header
END
