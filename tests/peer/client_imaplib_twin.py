# SPDX-License-Identifier: MIT
"""Our client and Python's imaplib do the same against a live Dovecot, as two users whose mailboxes
are alike, and must get the same (type, data): client_imaplib_twin.py LIBRARY"""
import imaplib
import os
import re
import sys

from support import HERE, Dovecot, check, finish

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
import imaplib_ffi as ours  # noqa: E402

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


def run(client, errors, user, name, *arguments):
    if name == "login":
        arguments = (user, "secret")
    if name == "append":
        arguments = (*arguments[:2], None, arguments[2].encode())
    if name == "search":
        arguments = (None, *arguments)
    if name == "examine":
        name, arguments = "select", (*arguments, True)
    try:
        kind, data = getattr(client, name)(*arguments)
        return [kind, *map(settle, data)]
    except errors.readonly:
        return "readonly"
    except errors.abort:
        return "abort"
    except errors.error:
        return "error"


# What differs from run to run: the time a command took, UIDVALIDITY in codes.
VARYING = re.compile(rb"\(\d+\.\d+ \+ .*? secs\)|(?<=UID )\d+(?= )|\d{9,}")


def settle(item):
    if isinstance(item, tuple):
        return tuple(map(settle, item))
    return item and VARYING.sub(b"#", item)


def main():
    ours.load(sys.argv[1])
    with Dovecot() as dovecot:
        port = int(dovecot.port)
        theirs = imaplib.IMAP4("127.0.0.1", port, timeout=20)
        mine = ours.IMAP4("127.0.0.1", port, timeout=20)
        for call in CALLS:
            their = run(theirs, imaplib.IMAP4, "alice", *call)
            our = run(mine, ours.IMAP4, "bob", *call)
            check(our == their, f"{call}\n  imaplib: {their}\n  ours:    {our}")
    finish()


main()
