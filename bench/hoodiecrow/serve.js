// SPDX-License-Identifier: MIT
// serve.js MODULES FILE: hoodiecrow-imap, from the folder of npm's modules, with the file as each of
// ten messages of INBOX; prints its port. It has one user: testuser, testpass.
"use strict";
const fs = require("fs");
const path = require("path");
const [modules, file] = process.argv.slice(2);
const hoodiecrow = require(path.join(path.resolve(modules), "hoodiecrow-imap"));
const raw = fs.readFileSync(file, "latin1");
const messages = Array.from({length: 10}, () => ({raw}));
const server = hoodiecrow({plugins: ["IDLE"], storage: {INBOX: {messages}}});
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
