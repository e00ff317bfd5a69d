# SPDX-License-Identifier: MIT
"""peer_imaplib.py PORT USER PASSWORD MAILBOX ITEMS COUNT: as client.c, with Python's
imaplib, which gives all of it at once."""
import imaplib
import sys

port, user, password, mailbox, items, count = sys.argv[1:]
client = imaplib.IMAP4("127.0.0.1", int(port))
client.login(user, password)
client.select(mailbox, readonly=True)
kind, data = client.fetch(f"1:{count}", items)
if kind != "OK":
    sys.exit(f"fetching: {data}")
pairs = [item for item in data if isinstance(item, tuple)]
print(len(pairs) or len(data), sum(len(octets) for _, octets in pairs))
client.logout()
