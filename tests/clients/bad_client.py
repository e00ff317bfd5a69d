#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Deliberately bad clients, to see that verdicts about clients are right.

bad_client.py happy    talks, believes everything, ignores every error, always exits 0
bad_client.py sad      does the same and always exits 1
bad_client.py reckless after the first trouble it sends garbage, old tags and commands that do not
                       fit, and exits 0
bad_client.py absent   never connects, exits 0
"""
import os
import socket
import sys

SECONDS = 2
COMMANDS = ["LOGIN {user} {password}", "SELECT INBOX", "FETCH 1 (BODY[])", "NOOP", "LOGOUT"]
RECKLESS = ["a1 NOOP", "a1 NOOP", "b1 FETCH 1", "b2 LOGIN again please", "(((", "b3 LOGOUT"]


def talk(lines):
    """Sends each line and reads whatever comes until a line that begins with the line's tag."""
    address = os.environ["IMAPWRIGHT_HOST"], int(os.environ["IMAPWRIGHT_PORT"])
    with socket.create_connection(address, timeout=SECONDS) as server:
        replies = server.makefile("rb")
        replies.readline()
        for line in lines:
            server.sendall(line.encode() + b"\r\n")
            tag = line.split(" ", 1)[0].encode() + b" "
            while reply := replies.readline():
                if reply.startswith(tag) or reply.startswith(b"* BAD"):
                    break


def main(mood):
    if mood == "absent":
        return 0
    names = {"user": os.environ["IMAPWRIGHT_USER"], "password": os.environ["IMAPWRIGHT_PASSWORD"]}
    lines = [f"a{i} {command.format(**names)}" for i, command in enumerate(COMMANDS, 1)]
    if mood == "reckless":
        lines = lines[:3] + RECKLESS
    try:
        talk(lines)
    except OSError:
        pass
    return 1 if mood == "sad" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "happy"))
