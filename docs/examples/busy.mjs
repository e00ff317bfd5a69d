// SPDX-License-Identifier: MIT
// node busy.mjs: a client against a mock server. IMAPWRIGHT names the program, if not in PATH.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

async function serve(scenario) {
  const path = fileURLToPath(new URL(scenario, import.meta.url));
  const child = spawn(process.env.IMAPWRIGHT ?? "imapwright", ["serve", path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, ...JSON.parse(line) };
}

// True: all was as the scenario wants it. If not, the server says why.
async function verdict({ child }) {
  child.kill("SIGTERM");
  const [status] = await once(child, "exit");
  return status === 0;
}

// The client under test; yours takes its place. The status of each command.
async function session(port, commands) {
  const socket = connect(port, "127.0.0.1");
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  const answers = [];
  await lines.next(); // the greeting
  for (const [number, command] of commands.entries()) {
    const tag = `a${number} `;
    socket.write(`${tag}${command}\r\n`);
    let line;
    do {
      line = (await lines.next()).value;
    } while (!line.startsWith(tag));
    answers.push(line.slice(tag.length));
  }
  socket.end();
  return answers;
}

const server = await serve("busy.json");
try {
  const answers = await session(server.imap, ["LOGIN user secret", "SELECT INBOX", "LOGOUT"]);
  assert.equal(answers[1], "NO [INUSE] try again later");
} finally {
  assert.ok(await verdict(server), "the server is not pleased");
}
