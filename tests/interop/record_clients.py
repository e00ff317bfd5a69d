#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sessions of real clients, recorded and then played back to them without the server.
record_clients.py IMAPWRIGHT [--dovecot] [--all] [--etpan PROGRAM] [--npm FOLDER] [--client NAME]...

The server is `imapwright serve`, or a Dovecot. Each client does its everyday work; --all: in clear,
with STARTTLS and with TLS, else in one way each. --npm means those of npm alone. What is recorded must be free of the password, and
lint must find nothing in it."""
import argparse
import glob
import imaplib
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
from support import ROOT, Dovecot, check, finish  # noqa: E402

WAYS = ("plain", "starttls", "tls")
PROGRAMS = os.path.join(ROOT, "tests", "clients", "everyday")


class Recorder(Server):
    verb = "record"


# ---- the clients -------------------------------------------------------------------------------

def program(*command, modules=None):
    def do(server, way, folder):
        user = {"IMAPWRIGHT_USER": server.user, "IMAPWRIGHT_PASSWORD": server.password,
                **({"NODE_PATH": modules} if modules else {})}
        tools.run(command, folder, {**tools.environment(server, way), **user})
    return do


def curl(server, way, folder):
    """A scenario has nine connections at most: fewer errands than elsewhere."""
    url = f"{'imaps' if way == 'tls' else 'imap'}://localhost:{tools.port_of(server, way)}"
    base = ["curl", "-sS", "-m", "20", "-u", f"{server.user}:{server.password}", "--cacert",
            server.ca] + (["--ssl-reqd"] if way == "starttls" else [])
    tools.run(base + [url + "/"], folder)
    for number in "345":
        body = tools.run(base + [f"{url}/INBOX;MAILINDEX={number}"], folder)
        check(body == LETTERS[number], f"curl {way}: {body[:200]!r}")
    tools.write(folder, "new.eml", LETTERS["7"])
    tools.run(base + ["-T", "new.eml", f"{url}/Work"], folder)
    tools.run(base + [f"{url}/INBOX", "-X", r"STORE 1 +FLAGS (\Flagged)"], folder)


def with_user(do):
    """The tools know one user."""
    def as_user(server, way, folder):
        write = tools.write

        def write_for_user(where, name, octets):
            if isinstance(octets, str):
                octets = octets.replace("User user\nPass secret", f"User {server.user}\nPass "
                                        f"{server.password}")
                octets = octets.replace("username='user', password='secret'",
                                        f"username='{server.user}', password='{server.password}'")
                octets = octets.replace("user user password secret",
                                        f"user {server.user} password {server.password}")
                octets = octets.replace("imap_user=user imap_pass=secret",
                                        f"imap_user={server.user} imap_pass={server.password}")
                octets = octets.replace("//user@", f"//{server.user}@")
                octets = octets.replace("assert(#boxes == 4, #boxes)", "")  # a Dovecot has more
            return write(where, name, octets)

        tools.write = write_for_user
        try:
            do(server, way, folder)
        finally:
            tools.write = write
    return as_user


# Name, what it does, whether it is there, the way of a short run, options of record, and whether it
# reads the server's transcript, which a Dovecot has not.
def clients(options):
    def there(name):
        return shutil.which(name) is not None

    def node(name, file):
        modules = os.path.abspath(os.path.join(options.npm, "node_modules"))
        return (name, program("node", os.path.join(PROGRAMS, file), modules=modules), True,
                "plain", date, False)

    date = ["--any", "APPEND"]  # what it sends is dated, or marked
    if options.npm is not None:
        return [node("imapflow", "imapflow.js"), node("node-imap", "nodeimap.js")]
    return [
        ("imaplib", program(sys.executable, os.path.join(PROGRAMS, "imaplib_.py")), True,
         "starttls", [], False),
        ("curl", curl, there("curl"), "plain", [], False),
        ("mbsync", with_user(tools.mbsync), there("mbsync"), "tls", date, True),
        ("imapfilter", with_user(tools.imapfilter), there("imapfilter"), "plain", [], False),
        ("mutt", with_user(tools.mutt), there("mutt") and tools.has_terminals(), "starttls",
         date, True),
        ("fetchmail", with_user(tools.fetchmail), tools.FETCHMAIL is not None, "tls", [], True),
        ("ruby", program("ruby", os.path.join(PROGRAMS, "netimap.rb")), there("ruby"), "plain",
         date, False),
        ("libetpan", program(options.etpan), options.etpan is not None, "tls", date, False),
    ]


# ---- the servers -------------------------------------------------------------------------------

class Serve(Server):
    """Has letters as client_tools.py wants them, and a password worth hiding."""
    user, password = "bertha", "hunter22"

    def __init__(self):
        self.mail = tempfile.TemporaryDirectory()
        boxes = [("INBOX", "12345"), ("Work", "9"), ("Größe", "9"), ("Empty", "")]
        for box, numbers in boxes:
            folder = os.path.join(self.mail.name, "" if box == "INBOX" else box)
            os.makedirs(folder, exist_ok=True)
            for number in numbers:
                tools.write(folder, number + ".eml", LETTERS[number])
        super().__init__("--user", f"{self.user}:{self.password}", "--mail", self.mail.name, "-v")

    def __exit__(self, *_):
        super().__exit__()
        self.mail.cleanup()


class Furnished(Dovecot):
    user, password = "alice", "secret"

    def __enter__(self):
        super().__enter__()
        client = self.log_in()
        for box, numbers in (("INBOX", "12345"), ("Work", "9"), ("Gr&APYA3w-e", "9"),
                             ("Empty", "")):
            client.create(box)
            for number in numbers:
                client.append(box, None, None, LETTERS[number])
        client.logout()
        return self

    def log_in(self):
        client = imaplib.IMAP4("127.0.0.1", int(self.port), timeout=SECONDS)
        client.login(self.user, self.password)
        return client


class Delivery(threading.Thread):
    """Appends letter 8 to INBOX, past the recorder, as soon as a client waits for it."""

    IDLE = re.compile(r"C\d+: \S+ (UID )?EXPUNGE.*C\d+: \S+ IDLE", re.S)

    def __init__(self, real, recorder):
        super().__init__(daemon=True)
        self.real, self.recorder, self.over = real, recorder, False

    def run(self):
        while not self.over and not self.waits():
            time.sleep(0.05)
        if self.over:
            return
        client = imaplib.IMAP4("127.0.0.1", int(self.real.port), timeout=SECONDS)
        client.login(self.real.user, self.real.password)
        client.append("INBOX", None, None, LETTERS["8"])
        client.logout()

    def waits(self):
        """It is in IDLE; of a Dovecot nobody knows, but that nothing has gone by for a while."""
        if isinstance(self.real, Server):
            return self.IDLE.search(tools.transcript(self.real)) is not None
        before = self.used()
        time.sleep(2)
        return before > 0 and before == self.used()

    def used(self):
        with open(f"/proc/{self.recorder.process.pid}/io", encoding="utf-8") as file:
            facts = dict(line.split(": ") for line in file.read().splitlines())
        return int(facts["syscw"])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.join(SECONDS)


# ---- recording and playing ---------------------------------------------------------------------

def secret_in(folder, secrets):
    for path in glob.glob(os.path.join(folder, "**", "*"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                octets = file.read()
            for secret in secrets:
                if secret.encode() in octets:
                    return f"{secret} stands in {path}: {octets[:300]!r}"
    return None


def record(name, do, way, real, path, more):
    """True when the client was content."""
    url = f"{'imaps' if way == 'tls' else 'imap'}://localhost:{tools.port_of(real, way)}"
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder("--to", url, "--ca-file", real.ca, "-o", path, *more)
        errors = recorder.errors
        recorder.user, recorder.password = real.user, real.password
        recorder.errors = getattr(real, "errors", errors)  # tools look into the transcript
        try:
            with Delivery(real, recorder):
                do(recorder, way, folder)
        finally:
            recorder.errors = errors
            status = recorder.end()
    check(status == 0, f"{name} {way}: record: exit {status}: {recorder.report()}")
    return status == 0


def play_back(name, do, way, path):
    with tempfile.TemporaryDirectory() as folder:
        server = Server(path, "-v")
        server.user, server.password = "user", "secret"
        try:
            do(server, way, folder)
        finally:
            status = server.end()
    check(status == 0, f"{name} {way}: played back: exit {status}: {server.report()[-3000:]}")


def try_client(client, way, real):
    name, do, _, _, more, _ = client
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "session.json")
        if not record(name, do, way, real, path, more):
            return
        found = secret_in(folder, ["hunter22", "aHVudGVyMj"])
        check(found is None, f"{name} {way}: {found}")
        lint = subprocess.run([sys.argv[1], "lint", path], capture_output=True, text=True,
                              check=False)
        check(lint.returncode == 0, f"{name} {way}: lint: {lint.stdout}")
        play_back(name, do, way, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imapwright")
    parser.add_argument("--dovecot", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--etpan", help="tests/clients/everyday/etpan.c, built")
    parser.add_argument("--npm", help="where node_modules lies")
    parser.add_argument("--client", action="append")
    options = parser.parse_args()
    if options.npm is not None and not os.path.isdir(os.path.join(options.npm, "node_modules")):
        print(f"no node_modules in {options.npm}: there is no npm, or it could not install them")
        sys.exit(77)
    for client in clients(options):
        name, _, there, usual, _, looks = client
        if (options.client and name not in options.client) or (options.dovecot and looks):
            continue
        if not there:
            print(f"{name} is not here")
            continue
        ways = WAYS if options.all else [usual]
        for way in ways:
            try:
                with Furnished() if options.dovecot else Serve() as real:
                    try_client(client, way, real)
            except (OSError, ValueError, subprocess.TimeoutExpired) as error:
                check(False, f"{name} {way}: {error}")
        print(f"{name}: {', '.join(ways)}", flush=True)
    finish()


main()
