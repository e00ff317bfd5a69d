#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""peer_sessions.py PORT USER PASSWORD SECONDS: sessions of imaplib one after the other, each LOGIN,
SELECT, FETCH of ten messages, LOGOUT; at least one. Prints how many a second."""
import imaplib
import sys
import time

MESSAGES = 10


def session(port, user, password):
    client = imaplib.IMAP4("127.0.0.1", port, timeout=60)
    client.login(user, password)
    client.select("INBOX")
    kind, data = client.fetch(f"1:{MESSAGES}", "(FLAGS BODY.PEEK[])")
    bodies = [item for item in data if isinstance(item, tuple)]
    if kind != "OK" or len(bodies) != MESSAGES:
        raise RuntimeError(f"{kind}, {len(bodies)} messages")
    client.logout()


def main(port, user, password, seconds):
    begin, count = time.monotonic(), 0
    while count == 0 or time.monotonic() - begin < float(seconds):
        session(int(port), user, password)
        count += 1
    print(count / (time.monotonic() - begin))


if __name__ == "__main__":
    main(*sys.argv[1:])
