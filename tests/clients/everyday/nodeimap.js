// SPDX-License-Identifier: MIT
// An everyday session (README.md) with node-imap, which is in IDLE whenever it has nothing to do.
'use strict';
const fs = require('fs');
const Imap = require('imap');

const env = process.env;
const policy = env.IMAPWRIGHT_POLICY;
const imap = new Imap({
    user: env.IMAPWRIGHT_USER,
    password: env.IMAPWRIGHT_PASSWORD,
    host: env.IMAPWRIGHT_HOST,
    port: Number(policy === 'tls' ? env.IMAPWRIGHT_TLS_PORT : env.IMAPWRIGHT_PORT),
    tls: policy === 'tls',
    autotls: policy === 'starttls' ? 'always' : 'never',
    tlsOptions: { ca: fs.readFileSync(env.IMAPWRIGHT_CA), servername: env.IMAPWRIGHT_HOST },
});

// A method of imap's as a promise.
function ask(method, ...values) {
    return new Promise((resolve, reject) => {
        imap[method](...values, (error, answer) => error ? reject(error) : resolve(answer));
    });
}

function once(event) {
    return new Promise((resolve, reject) => {
        imap.once(event, resolve);
        imap.once('error', reject);
    });
}

function parts(struct) {
    return struct.reduce((sum, node) => sum + (Array.isArray(node) ? parts(node)
        : (node.type === 'alternative' || node.type === 'mixed' ? 0 : 1)
            + (node.body ? parts(node.body) : 0)), 0);
}

function fetch(set, options) {
    return new Promise((resolve, reject) => {
        const messages = [];
        const fetching = imap.seq.fetch(set, options);
        fetching.on('message', message => {
            const one = { body: [] };
            messages.push(one);
            message.on('body', stream => stream.on('data', chunk => one.body.push(chunk)));
            message.once('attributes', attributes => Object.assign(one, attributes));
        });
        fetching.once('error', reject);
        fetching.once('end', () => resolve(messages));
    });
}

async function main() {
    const said = {};
    const ready = once('ready');
    imap.connect();
    await ready;
    said.boxes = Object.keys(await ask('getBoxes'));
    await ask('openBox', 'INBOX', false);
    said.found = await new Promise((resolve, reject) => imap.seq.search([['SUBJECT', 'letter']],
        (error, numbers) => error ? reject(error) : resolve(numbers)));
    const all = await fetch('1:*', { bodies: [''], struct: true, envelope: true, size: true });
    said.subjects = all.map(message => message.envelope.subject);
    said.sums = all.map(message =>
        Buffer.concat(message.body).reduce((sum, octet) => sum + octet, 0));
    said.parts = all.map(message => parts(message.struct));
    await ask('append', 'Subject: letter 7\r\n\r\nThis is number 7.\r\n',
        { mailbox: 'Work', flags: ['Seen'], date: new Date() });
    const [first, second, third] = all.map(message => message.uid);
    await ask('addFlags', first, '\\Flagged');
    await ask('copy', first, 'Work');
    await ask('move', second, 'Work');
    await ask('addFlags', third, '\\Deleted');
    await ask('expunge');
    await once('mail');
    said.news = (await fetch('*', { envelope: true }))[0].envelope.subject;
    imap.end();
    await once('close');
    console.log(JSON.stringify(said));
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
