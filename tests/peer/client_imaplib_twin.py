# SPDX-License-Identifier: MIT
"""Our client and Python's imaplib do the same against a live Dovecot, as two users whose mailboxes
are alike, and must get the same (type, data): client_imaplib_twin.py IMAPLIB_IN_C"""
import imaplib
import re
import subprocess
import sys

from support import Dovecot, check, finish

MESSAGE = "Subject: {n}\rFrom: a@example.org\r\rline {n}\r"

CALLS = [
    ("capability",),
    ("login",),
    ("list", '""', "*"),
    ("list", '""', "nowhere"),
    ("create", "a/b"),
    ("create", '"x y"'),
    ("create", "a/b"),
    ("list", '""', "%"),
    ("list", '"a/"', "*"),
    ("subscribe", "a/b"),
    ("lsub", '""', "*"),
    ("unsubscribe", "a/b"),
    ("lsub", '""', "*"),
    ("status", "INBOX", "(MESSAGES UNSEEN)"),
    ("status", "nowhere", "(MESSAGES)"),
    ("fetch", "1", "FLAGS"),
    ("append", "INBOX", "", MESSAGE.format(n=1)),
    ("append", "INBOX", "\\Seen", MESSAGE.format(n=2)),
    ("append", "INBOX", "(\\Flagged $x)", MESSAGE.format(n=3)),
    ("append", "nowhere", "", MESSAGE.format(n=4)),
    ("select", "nowhere"),
    ("select", "INBOX"),
    ("response", "UIDNEXT"),
    ("response", "FLAGS"),
    ("response", "NOTHING"),
    ("search", "ALL"),
    ("search", "SUBJECT 9"),
    ("search", "UNSEEN"),
    ("search", '(FROM "a@example.org" SUBJECT "2")'),
    ("fetch", "1", "(FLAGS)"),
    ("fetch", "1:*", "(UID RFC822.SIZE)"),
    ("fetch", "1", "(BODY.PEEK[])"),
    ("fetch", "1:2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT])"),
    ("fetch", "2", "(BODY.PEEK[]<5.0>)"),
    ("fetch", "2", "(BODY.PEEK[]<0.3> FLAGS)"),
    ("fetch", "9", "(FLAGS)"),
    ("fetch", "1", "(NONSENSE)"),
    ("fetch", "1", "(ENVELOPE BODYSTRUCTURE)"),
    ("store", "1", "+FLAGS", "\\Deleted"),
    ("store", "1", "FLAGS.SILENT", "(\\Deleted \\Seen)"),
    ("store", "9", "+FLAGS", "\\Deleted"),
    ("copy", "2:3", "a/b"),
    ("copy", "2", "nowhere"),
    ("uid", "FETCH", "2 (FLAGS)"),
    ("uid", "SEARCH", "ALL"),
    ("uid", "STORE", "2 +FLAGS (\\Answered)"),
    ("uid", "COPY", "2 a/b"),
    ("uid", "EXPUNGE", "2"),
    ("uid", "NOOP"),
    ("check",),
    ("noop",),
    ("expunge",),
    ("expunge",),
    ("search", "ALL"),
    ("close",),
    ("fetch", "1", "FLAGS"),
    ("examine", "INBOX"),
    ("store", "1", "+FLAGS", "\\Deleted"),
    ("unselect",),
    ("rename", "a/b", "a/c"),
    ("delete", "a/c"),
    ("delete", "a/c"),
    ("capability",),
    ("logout",),
]


def show(data):
    def one(item):
        if item is None:
            return "-"
        if isinstance(item, tuple):
            return "=".join(part.hex() for part in item)
        return item.hex()
    return " ".join(one(item) for item in data)


def by_imaplib(client, name, *arguments):
    if name == "login":
        arguments = ("alice", "secret")
    if name == "append":
        arguments = (*arguments[:2], None, arguments[2].encode())
    if name == "search":
        arguments = (None, *arguments)
    if name == "examine":
        name, arguments = "select", (*arguments, True)
    try:
        kind, data = getattr(client, name)(*arguments)
    except imaplib.IMAP4.readonly:
        return "readonly"
    except imaplib.IMAP4.abort:
        return "abort"
    except imaplib.IMAP4.error:
        return "error"
    if name == "response":
        kind = "OK"
    return f"ok {kind} {show(data)}"


def ours(program, port):
    lines = ["\t".join(("login", "bob", "secret") if call == ("login",) else call)
             for call in CALLS]
    done = subprocess.run([program, "127.0.0.1", str(port)], input="\n".join(lines) + "\n",
                          capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"imaplib_in_c: {done.returncode} {done.stderr}")
    return done.stdout.splitlines()


# What differs from run to run: the time a command took, UIDVALIDITY in codes.
VARYING = re.compile(rb"\(\d+\.\d+ \+ .*? secs\)|(?<=UID )\d+(?= )|\d{9,}")


def settle(line):
    def readable(word):
        return "=".join(repr(VARYING.sub(b"#", bytes.fromhex(part)).decode("latin-1"))
                        for part in word.split("="))
    outcome, *rest = line.split(" ")
    return " ".join([outcome, *rest[:1],
                     *(word if word == "-" else readable(word) for word in rest[1:])])


def main():
    with Dovecot() as dovecot:
        mine = ours(sys.argv[1], dovecot.port)
        client = imaplib.IMAP4("127.0.0.1", int(dovecot.port), timeout=20)
        theirs = [by_imaplib(client, *call) for call in CALLS]
    check(len(mine) == len(theirs), f"{len(mine)} results for {len(theirs)} calls")
    for call, our, their in zip(CALLS, mine, theirs):
        check(settle(our) == settle(their),
              f"{call}\n  imaplib: {settle(their)}\n  ours:    {settle(our)}")
    finish()


main()
