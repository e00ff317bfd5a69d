#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The programs of client/examples with a live Dovecot: client_examples.py FOLDER"""
import imaplib
import os
import signal
import subprocess
import sys
import tempfile
import time

from support import ROOT, Dovecot

SECONDS = 60
BODY = b"Subject: message %d\r\n\r\nbody %d\r\n"


class Examples:
    def __init__(self, folder, dovecot):
        self.folder = folder
        self.environment = dict(
            os.environ, IMAPWRIGHT_HOST="localhost", IMAPWRIGHT_TLS_PORT=dovecot.tls_port,
            IMAPWRIGHT_CA=dovecot.ca, IMAPWRIGHT_USER="alice", IMAPWRIGHT_PASSWORD="secret")

    def command(self, name, *arguments):
        return [os.path.join(self.folder, "example_" + name), *arguments]

    def run(self, name, *arguments):
        done = subprocess.run(self.command(name, *arguments), env=self.environment, timeout=SECONDS,
                              check=True, capture_output=True)
        return done.stdout.decode().replace("\r\n", "\n"), done.stderr.decode()


def append(mail, numbers):
    for number in numbers:
        assert mail.append("INBOX", None, None, BODY % (number, number))[0] == "OK"


def check_fetch(examples):
    wanted = "".join(f"Message {i}\nSubject: message {i}\n\nbody {i}\n\n" for i in (1, 2, 3))
    assert examples.run("fetch_inbox")[0] == wanted


def check_sync(examples, mail, folder):
    state = os.path.join(folder, "state")
    first = examples.run("sync_inbox", state)[0].splitlines()
    assert first[-1] == "3 messages, by all messages", first
    assert examples.run("sync_inbox", state)[0] == "3 messages, by QRESYNC\n"
    mail.select("INBOX")
    mail.store("3", "+FLAGS", r"\Flagged")
    mail.store("1", "+FLAGS", r"\Deleted")
    mail.expunge()
    append(mail, [4])
    mail.close()
    out = examples.run("sync_inbox", state)[0].splitlines()
    assert sorted(out) == ["3 messages, by QRESYNC", "gone 1", "message 3 flagged", "message 4"], out


def maildir(folder):
    return {name: open(os.path.join(folder, "cur", name), "rb").read()
            for name in os.listdir(os.path.join(folder, "cur"))}


def check_backup(examples, mail, folder):
    target = os.path.join(folder, "backup")
    _, bar = examples.run("backup", "INBOX", target)
    assert bar.endswith(" 100 %\n"), bar
    saved = maildir(target)
    assert sorted(saved.values()) == [BODY % (i, i) for i in (2, 3, 4)], saved
    assert sorted(name.split(".")[1] for name in saved) == ["2:2,", "3:2,F", "4:2,"], saved
    assert examples.run("backup", "INBOX", target)[1] == ""
    append(mail, [5])
    examples.run("backup", "INBOX", target)
    assert set(maildir(target)) > set(saved) and len(maildir(target)) == 4
    assert os.listdir(os.path.join(target, "tmp")) == []


def check_watch(examples, mail):
    with subprocess.Popen(examples.command("watch_inbox"), env=examples.environment,
                          stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"watching\n"
        time.sleep(0.3)
        append(mail, [6])
        assert child.stdout.readline() == b"* 5 EXISTS\r\n"
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=SECONDS)
        assert child.returncode == 0, child.returncode


def main():
    with Dovecot() as dovecot, tempfile.TemporaryDirectory() as folder:
        examples = Examples(sys.argv[1], dovecot)
        mail = imaplib.IMAP4("127.0.0.1", int(dovecot.port), timeout=SECONDS)
        mail.login("alice", "secret")
        append(mail, [1, 2, 3])
        check_fetch(examples)
        check_sync(examples, mail, folder)
        check_backup(examples, mail, folder)
        check_watch(examples, mail)
        mail.logout()
    return 0


sys.exit(main())
