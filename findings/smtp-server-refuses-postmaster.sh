#!/bin/sh
# One would guess that an SMTP server takes the paths that RFC 5321 says it must understand:
# <postmaster> without a domain (4.5.1), a quoted local part (4.1.2), a source route (appendix
# C: a server must accept it, and may ignore it).
# npm's smtp-server answers all three 501; RCPT TO:<postmaster@d.example> is fine.
# It bites tests that use it as the receiving MTA: mail to a bare postmaster and quoted
# senders bounce there and nowhere else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" smtp-server@3.18.4 >/dev/null

cat >"$work/ask.js" <<'JS'
const { SMTPServer } = require('smtp-server');
const net = require('net');
const server = new SMTPServer({ authOptional: true, disableReverseLookup: true });
server.listen(0, '127.0.0.1', () => {
    const client = net.connect(server.server.address().port, '127.0.0.1');
    const say = ['EHLO c.example', 'MAIL FROM:<"a b"@c.example>', 'MAIL FROM:<@r.example:a@c.example>',
        'MAIL FROM:<a@c.example>', 'RCPT TO:<postmaster>', 'RCPT TO:<postmaster@d.example>', 'QUIT'];
    let said;
    client.on('data', (d) => {
        const reply = String(d).match(/^(\d{3}) .*$/m);
        if (!reply) return;
        if (said && /^(MAIL|RCPT)/.test(said)) console.log(`${said}: ${reply[1]}`);
        if (say.length) client.write((said = say.shift()) + '\r\n');
    });
    client.on('close', () => server.close());
});
JS
echo "smtp-server 3.18.4" >"$work/seen"
(cd "$work" && node ask.js) >>"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'END' && echo 'as found'
smtp-server 3.18.4
MAIL FROM:<"a b"@c.example>: 501
MAIL FROM:<@r.example:a@c.example>: 501
MAIL FROM:<a@c.example>: 250
RCPT TO:<postmaster>: 501
RCPT TO:<postmaster@d.example>: 250
END
