#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What serve can be given: users, mail, capabilities, personas. serve_world.py IMAPWRIGHT"""
import glob
import imaplib
import mailbox
import os
import re
import subprocess
import sys
import tempfile
import time
import zlib

from serving import SECONDS, Bare, Server, serve
from support import ROOT, check, finish

PERSONAS = os.path.join(ROOT, "scenarios", "personas")
LOGIN = b"LOGIN user secret"
APPENDS = 40


def write(folder, name, octets):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(octets)
    return path


def refused(arguments, words):
    """Usage or set-up is wrong, and it says what."""
    done = serve(*arguments, "--timeout", "1")
    check(done.returncode == 2 and done.stdout == "", f"{arguments}: {done}")
    for word in words:
        check(word in done.stderr, f"{arguments}: no {word!r} in {done.stderr!r}")


def answers(server, *commands):
    """The untagged lines of the last of the commands, and the tagged one."""
    with Bare(server.port) as client:
        client.line()
        for command in commands:
            lines = client.command(command)
    return lines


def log_in(server, user, password):
    return answers(server, f'LOGIN {user} "{password}"'.encode())[-1].startswith(b"a OK")


# ---- users -------------------------------------------------------------------------------------

def test_users():
    """Those of the file and of the options, each with an INBOX; nobody else."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "users", b"# who\nann:one\r\n\nbob:t:wo\n")
        with Server("--users", path, "--user", "cem:") as server:
            for user, password in [("ann", "one"), ("bob", "t:wo"), ("cem", "")]:
                check(log_in(server, user, password), f"{user} is not let in")
                listed = answers(server, f'LOGIN {user} "{password}"'.encode(), b'LIST "" *')
                check(listed[0].endswith(b" INBOX\r\n"), f"{user}: {listed}")
            for user, password in [("ann", "t:wo"), ("bob", "t"), ("user", "secret"), ("#", "")]:
                check(not log_in(server, user, password), f"{user} {password} is let in")
        for octets, words in [(b"ann:x\nbob\n", [":2: "]), (b"ann:x\n\nann:y\n", [":3: ", "ann"]),
                              (b"ann:x\n:y\n", [":2: "]), (b"# none\n", ["no user"]),
                              (b"ann:" + b"x" * 2000 + b"\n", [":1: ", "too long"])]:
            refused(["--users", write(folder, "bad", octets)], ["bad", *words])
        refused(["--users", os.path.join(folder, "none")], ["none"])
        refused(["--user", "ann"], ["NAME:PASSWORD"])
        refused(["--user", "ann:1", "--user", "ann:2"], ["ann", "twice"])


# ---- mail --------------------------------------------------------------------------------------

def contents(server):
    """Of every mailbox: flags, date and octets of its messages."""
    client = imaplib.IMAP4("127.0.0.1", server.port, timeout=SECONDS)
    client.login("user", "secret")
    found = {}
    for line in client.list()[1]:
        name = line.decode().split(' "/" ')[1].strip('"')
        client.select(f'"{name}"', readonly=True)
        found[name] = []
        for number in client.search(None, "ALL")[1][0].split():
            data = client.fetch(number, "(FLAGS INTERNALDATE BODY.PEEK[])")[1][0]
            flags = re.search(rb"FLAGS \(([^)]*)\)", data[0]).group(1).replace(b"\\Recent", b"")
            date = re.search(rb'INTERNALDATE "([^"]*)"', data[0]).group(1)
            found[name].append((b" ".join(flags.split()), date, data[1]))
    client.logout()
    return found


def test_folder():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "b.eml", b"Subject: b\n\nb\n")
        first = write(folder, "a.eml", b"Subject: a\r\n\r\na")
        os.utime(first, (951782400, 951782400))
        write(folder, "notes.txt", b"no message")
        write(folder, "Work/2024/c.eml", b"Subject: c\n\nc\n")
        write(folder, ".git/d.eml", b"Subject: d\n\nd\n")
        write(folder, "list.mbox", b"From a@b Tue Feb 29 10:00:00 2000\nSubject: e\n\n>From me\n\n"
              b"From a@b\nSubject: f\n\nnot\nFrom here\n")
        with Server("--mail", folder) as server:
            found = contents(server)
    inbox = [(date, octets) for _, date, octets in found.pop("INBOX")]
    check(inbox[0] == (b"29-Feb-2000 00:00:00 +0000", b"Subject: a\r\n\r\na\r\n"), f"{inbox}")
    check(len(inbox) == 2 and inbox[1][1] == b"Subject: b\r\n\r\nb\r\n", f"{inbox}")
    letters = {name: [octets for _, _, octets in messages] for name, messages in found.items()}
    check(letters == {"Work": [], "Work/2024": [b"Subject: c\r\n\r\nc\r\n"],
                      "list": [b"Subject: e\r\n\r\nFrom me\r\n",
                               b"Subject: f\r\n\r\nnot\r\nFrom here\r\n"]}, f"{letters}")
    check(found["list"][0][1] == b"29-Feb-2000 10:00:00 +0000", f"{found['list']}")


def test_maildir():
    """As Python's own module writes one."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "Maildir")
        maildir = mailbox.Maildir(path)
        message = mailbox.MaildirMessage(b"Subject: x\n\nx\n")
        message.set_subdir("cur")
        message.set_flags("FRS")
        maildir.add(message)
        maildir.add(b"Subject: new\n\n")
        maildir.add_folder("Sent.&AOQ-").add(b"Subject: y\n\n")
        with Server("--mail", path) as server:
            found = contents(server)
    inbox = [(flags, octets) for flags, _, octets in found.pop("INBOX")]
    check(inbox == [(b"\\Answered \\Flagged \\Seen", b"Subject: x\r\n\r\nx\r\n"),
                    (b"", b"Subject: new\r\n\r\n")], f"{inbox}")
    check(sorted(found) == ["Sent", "Sent/&AOQ-"] and len(found["Sent/&AOQ-"]) == 1, f"{found}")


def test_mbox():
    """As Python's own module writes one, several times; and what is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "old mail")
        box = mailbox.mbox(path)
        for number in range(3):
            box.add(b"Subject: %d\n\nFrom one to another\n\n" % number)
        box.flush()
        with Server("--mail", path, "--mail", path) as server:
            found = [octets for _, _, octets in contents(server)["INBOX"]]
        check(found == [b"Subject: %d\r\n\r\nFrom one to another\r\n\r\n" % (n % 3)
                        for n in range(6)], f"{found}")
        refused(["--mail", write(folder, "bad", b"Subject: x\n\n")], ["bad:1: ", "From"])
        refused(["--mail", os.path.join(folder, "none")], ["none"])
        os.makedirs(os.path.join(folder, "deep", *["d"] * 40))
        refused(["--mail", os.path.join(folder, "deep")], ["too deep"])
        os.makedirs(os.path.join(folder, "wild", "a%b"))
        refused(["--mail", os.path.join(folder, "wild")], ["a%b", "name"])


# ---- capabilities ------------------------------------------------------------------------------

def capabilities(server, *commands):
    return answers(server, *commands, b"CAPABILITY")[0].split()[2:]


def test_capability():
    with Server() as server:
        everything = capabilities(server, LOGIN)
        before = capabilities(server)
    for name in everything:
        word = re.sub("LIMIT=[0-9]+$", "LIMIT", name.decode())
        with Server("--capability", f"-{word}") as server:
            left = capabilities(server, LOGIN)
            check(left == [n for n in everything if n != name], f"-{word}: {left}")
    with Server("--capability", "-IDLE,-IMAP4rev2 +X-OWN -STARTTLS -AUTH") as server:
        check(b"X-OWN" in capabilities(server, LOGIN), "+X-OWN")
        check(answers(server, LOGIN, b"IDLE")[-1].startswith(b"a BAD"), "IDLE is still known")
        wanted = [n for n in before if n not in (b"IDLE", b"IMAP4rev2", b"STARTTLS") and
                  not n.startswith(b"AUTH=")] + [b"X-OWN"]
        check(capabilities(server) == wanted, f"{capabilities(server)}")
        check(answers(server, b"AUTHENTICATE PLAIN")[-1].startswith(b"a NO"), "AUTHENTICATE")
    with Server("--capability", "IMAP4rev1 AUTH=PLAIN UIDPLUS") as server:
        check(capabilities(server) == [b"IMAP4rev1", b"AUTH=PLAIN"], f"{capabilities(server)}")
        check(capabilities(server, LOGIN) == [b"IMAP4rev1", b"UIDPLUS"], "a list that is whole")
    with Server("--capability", "+MESSAGELIMIT=7 +SAVELIMIT=5") as server:
        left = capabilities(server, LOGIN)
        check(left.count(b"MESSAGELIMIT=7") == 1 and b"SAVELIMIT=5" in left, f"{left}")
        check(len(left) == len(everything) + 1, "a limit takes the place of another")
    with Server("--capability", "+IMAP4") as server:
        check(capabilities(server) == [b"IMAP4"] + before, f"+IMAP4: {capabilities(server)}")
        check(capabilities(server, LOGIN) == [b"IMAP4"] + everything, "+IMAP4 behind the login")
    with Server("--capability", "+LOGINDISABLED") as server:
        wanted = [n for n in before if n not in (b"AUTH=PLAIN", b"AUTH=LOGIN")]
        check(capabilities(server) == wanted + [b"LOGINDISABLED"], f"{capabilities(server)}")
        check(answers(server, b"AUTHENTICATE PLAIN")[-1].startswith(b"a NO"), "PLAIN in clear")
    refused(["--capability", "-IDEL"], ["IDEL"])
    refused(["--capability", " ,"], ["names"])


def test_personas():
    """Each lists what its file says, and a session goes well."""
    names = sorted(os.path.basename(path)[:-5] for path in glob.glob(PERSONAS + "/*.json"))
    check(len(names) >= 8, f"{names}")
    refused(["--as", "nobody"], names)
    refused(["--as", "../client/select/examine"], names)
    for name in names:
        with Server("--as", name) as server, Bare(server.port) as client:
            client.line()
            for command in (LOGIN, b"STATUS INBOX (MESSAGES)", b"SELECT INBOX", b"FETCH 1 UID"):
                lines = client.command(command)
                known = name != "rfc1730" or not command.startswith(b"STATUS")
                check(lines[-1].startswith(b"a OK" if known else b"a BAD"),
                      f"{name}: {command}: {lines}")
    with Server("--as", "exchange") as server:
        status = answers(server, LOGIN, b"STATUS INBOX (MESSAGES)")
        check(status[0] == b"* STATUS INBOX (MESSAGES 1) \r\n", f"exchange: {status}")
    with Server("--as", "courier") as server:
        check(not any(b"UIDNEXT" in line for line in answers(server, LOGIN, b"SELECT INBOX")),
              "courier tells UIDNEXT")
        check(b"IDLE" in capabilities(server, LOGIN), "courier has no IDLE")
    with Server("--as", "gmail", "--capability", "-IDLE") as server:
        check(b"IDLE" not in capabilities(server, LOGIN), "a persona's IDLE")
        check(b"CONDSTORE" in capabilities(server, LOGIN), "a persona's CONDSTORE")
        check(answers(server, LOGIN, b"SELECT INBOX", b"FETCH 1 X-GM-LABELS")[0] ==
              b"* 1 FETCH (X-GM-LABELS ())\r\n", "a persona's labels")
    with Server("--as", "rfc1730") as server:
        lines = answers(server, LOGIN, b"SELECT INBOX",
                        b"FETCH 1 RFC822.HEADER.LINES (Subject)")
        check(lines[0].startswith(b"* 1 FETCH (RFC822.HEADER {"), f"rfc1730: {lines}")


class Deflated(Bare):
    """A compressed stream."""
    def begin(self):
        self.packs, self.unpacks = zlib.compressobj(wbits=-15), zlib.decompressobj(wbits=-15)

    def command(self, text):
        packed = self.packs.compress(b"a " + text + b"\r\n")
        self.socket.sendall(packed + self.packs.flush(zlib.Z_SYNC_FLUSH))
        said = b""
        while not re.search(rb"^a (OK|NO|BAD) .*\r\n\Z", said, re.M):
            said += self.unpacks.decompress(self.socket.recv(65536))
        return said.splitlines(True)


def test_compress():
    """COMPRESS goes by itself, with a persona that lists it too, and not with one that does not."""
    for arguments in ([], ["--as", "gmail"]):
        with Server(*arguments) as server, Deflated(server.port) as client:
            client.line()
            for command in (LOGIN, b"COMPRESS DEFLATE"):
                check(Bare.command(client, command)[-1].startswith(b"a OK"), f"{command}")
            client.begin()
            lines = client.command(b"SELECT INBOX")
            check(lines[-1].startswith(b"a OK"), f"compressed: {lines}")
            check(client.command(b"COMPRESS DEFLATE")[-1].startswith(b"a BAD"),
                  "compressed twice")
    with Server("--as", "courier") as server:
        check(answers(server, LOGIN, b"COMPRESS DEFLATE")[-1].startswith(b"a BAD"), "courier")


# ---- SASL --------------------------------------------------------------------------------------

def test_binding():
    """SCRAM bound to TLS, by our own client, and by nobody in clear."""
    with Server() as server, tempfile.NamedTemporaryFile() as password:
        password.write(b"secret\n")
        password.flush()
        check(not any(b"-PLUS" in name for name in capabilities(server)), "-PLUS in clear")
        for mechanism in ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"):
            done = subprocess.run(
                [sys.argv[1], "client-shim", "--host", "localhost", "--tls-port",
                 str(server.tls_port), "--port", str(server.port), "--policy", "tls", "--ca",
                 server.ca, "--user", "user", "--password-file", password.name, "--auth",
                 mechanism, "noop"], capture_output=True, text=True, timeout=SECONDS)
            check(done.returncode == 0, f"{mechanism}: {done}")


# ---- speed -------------------------------------------------------------------------------------

def test_two_writes():
    """imaplib sends the CRLF behind a literal by itself, and without TCP_NODELAY: it goes only when
    the literal is acknowledged, which a kernel delays by 40 ms."""
    with Server() as server:
        client = imaplib.IMAP4("127.0.0.1", server.port, timeout=SECONDS)
        client.login("user", "secret")
        began = time.monotonic()
        for _ in range(APPENDS):
            client.append("INBOX", None, None, b"Subject: x\r\n\r\n")
        each = (time.monotonic() - began) / APPENDS
        client.logout()
    check(each < 0.02, f"an APPEND takes {1000 * each:.1f} ms")


for test in (test_users, test_folder, test_maildir, test_mbox, test_capability, test_personas,
             test_compress, test_binding,
             test_two_writes):
    test()
finish()
