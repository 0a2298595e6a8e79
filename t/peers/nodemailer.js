// Sends one message by nodemailer.
//
//   node nodemailer.js MODULES PORT
'use strict';
const path = require('path');

const [modules, port] = process.argv.slice(2);
const nodemailer = require(path.join(modules, 'nodemailer'));
const transport = nodemailer.createTransport({ host: '127.0.0.1', port, name: 'client.test' });
transport.sendMail({
    from: 'a@client.test',
    to: ['b@server.test', 'c@server.test'],
    subject: 'recorded',
    date: new Date(0),
    messageId: '<recorded@client.test>',
    text: 'A line.\n.\nA dot before.\n',
}).catch((e) => { console.error(e); process.exit(1); });
