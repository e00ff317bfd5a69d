#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real clients against `imapwright serve`, in clear, with STARTTLS and with TLS, compressed where
they can. serve_clients.py IMAPWRIGHT [--etpan PROGRAM] [--npm FOLDER] [--client NAME]...

Each does its everyday work without a complaint; then what is left on the server is compared, and no
command may have been refused. Those that are not there are left out; --npm means those of npm
alone."""
import argparse
import imaplib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

import client_tools as tools  # noqa: E402
from client_tools import LETTERS  # noqa: E402
from serving import SECONDS, Server  # noqa: E402
from support import ROOT, check, finish  # noqa: E402

WAYS = ("plain", "starttls", "tls")
PROGRAMS = os.path.join(ROOT, "tests", "clients", "everyday")
SKIPPED = 77
# What the programs of tests/clients/everyday say of the mailboxes below.
FACTS = {"boxes": {"INBOX", "Work", "Größe", "Empty"}, "found": [1, 2], "news": "letter 8",
         "subjects": ["letter 1", "letter 2", "nested", "large", 'a "quoted" \\ one'],
         "sums": [sum(LETTERS[n]) for n in "12345"], "parts": [1, 1, 5, 1, 1]}
LEFT = {"INBOX": "1458", "Work": "9712"}


class Client:
    """One that can be run: `do` gets a server, the way and a folder, and gives what must be left.
    `compresses`: it must have used COMPRESS."""

    def __init__(self, name, do, there, compresses=False):
        self.name, self.do, self.there, self.compresses = name, do, there, compresses


def program(*command, environment=()):
    """A Client's `do` for a program that prints FACTS."""
    def do(server, way, folder):
        said = tools.run(command, folder, {**tools.environment(server, way), **dict(environment)})
        facts = json.loads(said or b"{}")
        facts["boxes"] = {name.replace("&APYA3w-", "öß") for name in facts.get("boxes", ())}
        for name, wanted in FACTS.items():
            check(facts.get(name) == wanted, f"{command[-1]} {way}: {name}: {facts.get(name)}")
        return LEFT
    return do


def clients(options):
    def everyday(file):
        return os.path.join(PROGRAMS, file)

    def tool(name, do, **more):
        return Client(name, do, shutil.which(name) is not None, **more)

    def node(name, file, **more):
        modules = {"NODE_PATH": os.path.abspath(os.path.join(options.npm, "node_modules"))}.items()
        return Client(name, program("node", everyday(file), environment=modules), True, **more)

    if options.npm is not None:
        return [node("imapflow", "imapflow.js", compresses=True),
                node("node-imap", "nodeimap.js")]
    return [Client("imaplib", program(sys.executable, everyday("imaplib_.py")), True),
            tool("curl", tools.curl), tool("mbsync", tools.mbsync),
            tool("imapfilter", tools.imapfilter),
            *([tool("mutt", tools.mutt, compresses=True)] if tools.has_terminals() else []),
            Client("fetchmail", tools.fetchmail, tools.FETCHMAIL is not None),
            tool("ruby", program("ruby", everyday("netimap.rb"))),
            Client("libetpan", program(options.etpan), options.etpan is not None)]


# ---- the server --------------------------------------------------------------------------------

def write(folder, name, letter):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(letter)


def fill(folder):
    """INBOX has five messages, Work one, another with umlauts one, Empty none."""
    for number in "12345":
        write(folder, number + ".eml", LETTERS[number])
    write(folder, "Work/9.eml", LETTERS["9"])
    write(folder, "Größe/9.eml", LETTERS["9"])
    os.mkdir(os.path.join(folder, "Empty"))


def log_in(server):
    client = imaplib.IMAP4("127.0.0.1", server.port, timeout=SECONDS)
    client.login("user", "secret")
    return client


class Delivery(threading.Thread):
    """Appends letter 8 to INBOX as soon as the client has expunged and waits in IDLE."""

    IDLE = re.compile(r"C\d+: \S+ (UID )?EXPUNGE.*C\d+: \S+ IDLE", re.S)

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.over = server, False

    def run(self):
        while not self.over:
            if self.IDLE.search(tools.transcript(self.server)):
                other = log_in(self.server)
                other.append("INBOX", None, None, LETTERS["8"])
                other.logout()
                return
            time.sleep(0.02)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.join(SECONDS)


# ---- what is left on it ------------------------------------------------------------------------

def letters(server, box):
    client = log_in(server)
    count = int(client.select(box, readonly=True)[1][0])
    data = client.fetch("1:*", "(BODY.PEEK[])")[1] if count > 0 else []
    client.logout()
    return [part[1] for part in data if isinstance(part, tuple)]


def squeeze(letter):
    """Without what a client may put in: mbsync and mutt mark what they store."""
    marks = (b"X-TUID:", b"Status:", b"Content-Length:", b"Lines:", b"X-Status:")
    return b"\r\n".join(line for line in letter.split(b"\r\n") if not line.startswith(marks))


def name_of(letter):
    """The key in LETTERS; else the letter itself, to be shown."""
    return {value: key for key, value in LETTERS.items()}.get(squeeze(letter), letter)


def judge(client, way, server, wanted, conversation):
    for box, numbers in wanted.items():
        left = [name_of(letter) for letter in letters(server, box)]
        check(left == list(numbers), f"{client.name} {way}: {box} has {str(left)[:600]}")
    refused = re.findall(r"S\d+: (?!\*)\S+ (?:NO|BAD) .*", conversation)
    check(not refused, f"{client.name} {way}: {refused}")
    compressed = re.search(r"C\d+: \S+ COMPRESS DEFLATE", conversation) is not None
    check(compressed == client.compresses, f"{client.name} {way}: compressed: {compressed}")


def try_client(client, way, verbose):
    with tempfile.TemporaryDirectory() as mail, tempfile.TemporaryDirectory() as folder:
        fill(mail)
        with Server("--mail", mail, "-v") as server:
            try:
                with Delivery(server):
                    wanted = client.do(server, way, folder)
                judge(client, way, server, wanted, tools.transcript(server))
            finally:
                if verbose:
                    print(tools.transcript(server))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imapwright")
    parser.add_argument("--client", action="append", help="this one alone, said at length")
    parser.add_argument("--etpan", help="tests/clients/everyday/etpan.c, built")
    parser.add_argument("--npm", help="where node_modules lies")
    options = parser.parse_args()
    if options.npm is not None and not os.path.isdir(os.path.join(options.npm, "node_modules")):
        print(f"no node_modules in {options.npm}: there is no npm, or it could not install them")
        sys.exit(SKIPPED)
    for client in clients(options):
        if options.client and client.name not in options.client:
            continue
        if not client.there:
            print(f"{client.name} is not here")
            check("CI" not in os.environ, f"{client.name} is missing")
            continue
        for way in WAYS:
            try:
                try_client(client, way, bool(options.client))
            except (OSError, ValueError, subprocess.TimeoutExpired) as error:
                check(False, f"{client.name} {way}: {error}")
        print(f"{client.name}: {', '.join(WAYS)}")
    finish()


main()
