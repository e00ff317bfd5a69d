#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real clients against `imapwright serve`, over plain, STARTTLS and TLS: curl, imaplib, mbsync and
imapfilter, those of them that are there. serve_clients.py IMAPWRIGHT"""
import glob
import imaplib
import os
import shutil
import ssl
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

from serving import SECONDS, Server  # noqa: E402
from support import check, finish  # noqa: E402

WAYS = ("plain", "starttls", "tls")
LETTER = b"From: a@example.org\r\nSubject: letter %d\r\n\r\nThis is number %d.\r\n"


def run(name, command, folder, status=0):
    """Its standard output."""
    done = subprocess.run(command, cwd=folder, env={**os.environ, "HOME": folder}, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    check(done.returncode == status, f"{name}: exit {done.returncode}: {done.stderr[-600:]!r}")
    return done.stdout


def port_of(server, way):
    return server.tls_port if way == "tls" else server.port


# ---- the clients: each is given a server whose INBOX has two letters, and Work one -------------

def curl(server, way, folder):
    url = f"{'imaps' if way == 'tls' else 'imap'}://localhost:{port_of(server, way)}"
    base = ["curl", "-sS", "-m", "20", "-u", "user:secret", "--cacert", server.ca]
    base += ["--ssl-reqd"] if way == "starttls" else []
    check(b"Work" in run("curl", base + [url + "/"], folder), f"curl {way}: LIST")
    for number in (1, 2):
        letter = run("curl", base + [f"{url}/INBOX;MAILINDEX={number}"], folder)
        check(letter == LETTER % (number, number), f"curl {way}: {letter!r}")
    found = run("curl", base + [f"{url}/INBOX?SUBJECT%20letter"], folder)
    check(found == b"* SEARCH 1 2\r\n", f"curl {way}: {found!r}")
    with open(os.path.join(folder, "new.eml"), "wb") as file:
        file.write(LETTER % (3, 3))
    run("curl", base + ["-T", "new.eml", f"{url}/Work"], folder)
    return {"INBOX": [1, 2], "Work": [9, 3]}


def python(server, way, _):
    context = ssl.create_default_context(cafile=server.ca)
    if way == "tls":
        client = imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=context)
    else:
        client = imaplib.IMAP4("localhost", server.port)
    if way == "starttls":
        client.starttls(context)
    client.login("user", "secret")
    client.append("Work", None, None, LETTER % (3, 3))
    client.select("INBOX")
    check(client.fetch("2", "(BODY[])")[1][0][1] == LETTER % (2, 2), f"imaplib {way}: FETCH")
    client.store("1", "+FLAGS", "\\Deleted")
    client.expunge()
    client.logout()
    return {"INBOX": [2], "Work": [9, 3]}


MBSYNC = """IMAPAccount a
Host localhost
Port {port}
User user
Pass secret
SSLType {type}
AuthMechs LOGIN
CertificateFile {ca}

IMAPStore far
Account a

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
"""


def mbsync(server, way, folder):
    kinds = {"plain": "None", "starttls": "STARTTLS", "tls": "IMAPS"}
    os.mkdir(os.path.join(folder, "mail"))
    with open(os.path.join(folder, "rc"), "w", encoding="utf-8") as file:
        file.write(MBSYNC.format(port=port_of(server, way), type=kinds[way], ca=server.ca,
                                 folder=folder))
    run("mbsync", ["mbsync", "-c", "rc", "c"], folder)
    inbox = glob.glob(os.path.join(folder, "mail", "INBOX", "*", "*"))
    check(len(inbox) == 2, f"mbsync {way}: {inbox}")
    os.remove(sorted(path for path in inbox if b"letter 1" in open(path, "rb").read())[0])
    with open(os.path.join(folder, "mail", "Work", "new", "1.x.y"), "wb") as file:
        file.write(LETTER.replace(b"\r", b"") % (3, 3))
    run("mbsync", ["mbsync", "-c", "rc", "c"], folder)
    return {"INBOX": [2], "Work": [9, 3]}


IMAPFILTER = """options.timeout = 20
options.certificates = false
options.starttls = {starttls}
a = IMAP {{ server='localhost', port={port}, username='user', password='secret'{ssl} }}
first = a.INBOX:contain_subject('letter 1')
first:mark_flagged()
first:move_messages(a.Work)
"""


def imapfilter(server, way, folder):
    with open(os.path.join(folder, "c.lua"), "w", encoding="utf-8") as file:
        file.write(IMAPFILTER.format(starttls=str(way == "starttls").lower(),
                                     port=port_of(server, way),
                                     ssl=", ssl='auto'" if way == "tls" else ""))
    run("imapfilter", ["imapfilter", "-t", server.ca, "-c", "c.lua"], folder)
    return {"INBOX": [2], "Work": [9, 1]}


# ---- what is left on the server ----------------------------------------------------------------

def letters(server, box):
    client = imaplib.IMAP4("127.0.0.1", server.port, timeout=SECONDS)
    client.login("user", "secret")
    client.select(box, readonly=True)
    data = client.fetch("1:*", "(BODY.PEEK[])")[1]
    client.logout()
    return [part[1] for part in data if isinstance(part, tuple)]


def squeeze(letter):
    """Without what a client may put in: mbsync marks what it stores."""
    return b"\r\n".join(line for line in letter.split(b"\r\n") if not line.startswith(b"X-TUID"))


def write(folder, name, number):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(LETTER % (number, number))


def try_client(client, way):
    with tempfile.TemporaryDirectory() as mail, tempfile.TemporaryDirectory() as folder:
        for name, number in (("1.eml", 1), ("2.eml", 2), ("Work/9.eml", 9)):
            write(mail, name, number)
        with Server("--mail", mail) as server:
            wanted = client(server, way, folder)
            for box, numbers in wanted.items():
                left = [squeeze(letter) for letter in letters(server, box)]
                check(left == [LETTER % (n, n) for n in numbers],
                      f"{client.__name__} {way}: {box} has {left}")


def main():
    for client in (python, curl, mbsync, imapfilter):
        if client is not python and shutil.which(client.__name__) is None:
            print(f"{client.__name__} is not here")
            continue
        for way in WAYS:
            try_client(client, way)
        print(f"{client.__name__}: {', '.join(WAYS)}")
    finish()


main()
