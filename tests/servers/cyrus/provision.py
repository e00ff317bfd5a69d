#!/usr/bin/env python3
"""provision.py PORT: the administrator makes the mailboxes of the users alice and bob."""
import imaplib
import sys

admin = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]), timeout=20)
admin.login("cyrus", "secret")
for user in ("alice", "bob"):
    for outcome, text in (
        admin.create(f"user/{user}"),
        admin.setquota(f"user/{user}", "(STORAGE 102400)"),
    ):
        if outcome != "OK":
            sys.exit(f"provision.py: {user}: {text}")
admin.logout()
