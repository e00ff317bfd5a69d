// SPDX-License-Identifier: MIT
// An everyday session (README.md) with imapflow.
'use strict';
const fs = require('fs');
const { ImapFlow } = require('imapflow');

const env = process.env;
const policy = env.IMAPWRIGHT_POLICY;

function parts(body) {
    const below = (body.childNodes || []).reduce((sum, child) => sum + parts(child), 0);
    return below + (body.type.startsWith('multipart/') ? 0 : 1);
}

async function main() {
    const client = new ImapFlow({
        host: env.IMAPWRIGHT_HOST,
        port: Number(policy === 'tls' ? env.IMAPWRIGHT_TLS_PORT : env.IMAPWRIGHT_PORT),
        secure: policy === 'tls',
        doSTARTTLS: policy === 'starttls' ? true : policy === 'plain' ? false : undefined,
        auth: { user: env.IMAPWRIGHT_USER, pass: env.IMAPWRIGHT_PASSWORD },
        tls: { ca: fs.readFileSync(env.IMAPWRIGHT_CA) },
        logger: false,
    });
    const said = { subjects: [], sums: [], parts: [] };
    const complaints = [];
    client.on('error', error => complaints.push(error));
    await client.connect();
    said.boxes = (await client.list()).map(box => box.path);
    await client.mailboxOpen('INBOX');
    said.found = await client.search({ subject: 'letter' });
    const items = { uid: true, flags: true, envelope: true, bodyStructure: true, size: true,
        internalDate: true, threadId: true, source: true };
    for await (const message of client.fetch('1:*', items)) {
        said.subjects.push(message.envelope.subject);
        said.sums.push(message.source.reduce((sum, octet) => sum + octet, 0));
        said.parts.push(parts(message.bodyStructure));
    }
    await client.append('Work', 'Subject: letter 7\r\n\r\nThis is number 7.\r\n', ['\\Seen'],
        new Date());
    await client.messageFlagsAdd('1', ['\\Flagged']);
    await client.messageCopy('1', 'Work');
    await client.messageMove('2', 'Work');
    await client.messageDelete('2');
    const news = new Promise(resolve => client.on('exists', resolve));
    client.idle();
    await news;
    said.news = (await client.fetchOne('*', { envelope: true })).envelope.subject;
    await client.logout();
    if (complaints.length > 0)
        throw complaints[0];
    console.log(JSON.stringify(said));
}

main().catch(error => {
    console.error(error);
    process.exitCode = 1;
});
