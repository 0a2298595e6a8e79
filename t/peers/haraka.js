// Haraka, with the one plugin that takes all and keeps each message in a file of its own
// with its envelope in front.  It is as liberal as it can be told to be.
//
//   node haraka.js MODULES FOLDER PORT
'use strict';
const fs = require('fs');
const path = require('path');

const [modules, folder, port] = process.argv.slice(2);

const files = {
    'config/smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    'config/connection.ini': 'postel = true\n[message]\ngreeting[]=ready\nclose=bye\n' +
        '[headers]\nadd_received=true\n[uuid]\nbanner_chars=6\ndeny_chars=0\n[max]\nbytes=1000000\n' +
        'mime_parts=1000\nline_length=512\ndata_line_length=992\n',
    'config/plugins': 'keep\n',
    'config/me': 'mta.test\n',
    'config/loglevel': 'LOGERROR\n',
    'plugins/keep.js': `
const fs = require('fs');
let number = 0;
exports.register = function () {
    this.register_hook('rcpt', 'take');
    this.register_hook('queue', 'keep');
};
exports.take = (next) => next(OK);
exports.keep = function (next, connection) {
    const { mail_from, rcpt_to, message_stream } = connection.transaction;
    number += 1;
    const file = fs.createWriteStream('${folder}/mail/' + number);
    const list = rcpt_to.map((to) => to.address).join(', ');
    file.write('Return-path: <' + mail_from.address + '>\\nEnvelope-to: ' + list + '\\n');
    message_stream.pipe(file);
    file.on('finish', () => next(OK));
};
`,
};
for (const name of ['config', 'plugins']) fs.mkdirSync(path.join(folder, name), { recursive: true });
for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
process.argv = [process.argv[0], 'haraka', '-c', folder];
require(path.join(modules, 'Haraka', 'bin', 'haraka'));
