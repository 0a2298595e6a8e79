// A server from npm (smtp-server, of nodemailer's author): takes all, and keeps each
// message in a file of its own with its envelope in front.
//
//   node smtp-server.js MODULES FOLDER PORT
'use strict';
const fs = require('fs');
const path = require('path');

const [modules, folder, port] = process.argv.slice(2);
const { SMTPServer } = require(path.join(modules, 'smtp-server'));
let number = 0;

const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
        const bytes = [];
        stream.on('data', (piece) => bytes.push(piece));
        stream.on('end', () => {
            const { mailFrom, rcptTo } = session.envelope;
            const head = `Return-path: <${mailFrom.address}>\n` +
                `Envelope-to: ${rcptTo.map((to) => to.address).join(', ')}\n`;
            number += 1;
            fs.writeFileSync(`${folder}/mail/${number}`, Buffer.concat([Buffer.from(head), ...bytes]));
            done();
        });
    },
});
server.on('error', () => {}); // of a session
server.listen(port, '127.0.0.1');
