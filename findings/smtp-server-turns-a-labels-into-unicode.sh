#!/bin/sh
# One would guess that a server which was not offered SMTPUTF8 by its client hands on the
# envelope as it came, in ASCII.
# npm's smtp-server decodes A-labels: MAIL FROM:<a@xn--bcher-kva.example> is reported to the
# application as a@bücher.example, without SMTPUTF8 in the session.
# It bites whoever relays, signs, logs or compares that address: the next server may not offer
# SMTPUTF8, and a list that holds the A-label does not match.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" smtp-server@3.18.4 >/dev/null

cat >"$work/ask.js" <<'JS'
const { SMTPServer } = require('smtp-server');
const net = require('net');
const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    onMailFrom(address, session, done) {
        console.log(`the application is told: ${address.address}, parameters: ${address.args || 'none'}`);
        done();
    },
});
server.listen(0, '127.0.0.1', () => {
    const client = net.connect(server.server.address().port, '127.0.0.1');
    const say = ['EHLO c.example', 'MAIL FROM:<a@xn--bcher-kva.example>', 'QUIT'];
    client.on('data', (d) => /^\d{3} /m.test(d) && say.length && client.write(say.shift() + '\r\n'));
    client.on('close', () => server.close());
});
JS
echo "smtp-server 3.18.4" >"$work/seen"
(cd "$work" && node ask.js) >>"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
smtp-server 3.18.4
the application is told: a@bücher.example, parameters: none
END
