#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An everyday session (README.md) with Python's imaplib, which has no MOVE and no IDLE."""
import email
import imaplib
import json
import os
import re
import ssl

ENV = os.environ
SECONDS = 20
imaplib.Commands["MOVE"] = imaplib.Commands["IDLE"] = ("SELECTED",)


def connect():
    host, policy = ENV["IMAPWRIGHT_HOST"], ENV["IMAPWRIGHT_POLICY"]
    context = ssl.create_default_context(cafile=ENV["IMAPWRIGHT_CA"])
    if policy == "tls":
        return imaplib.IMAP4_SSL(host, int(ENV["IMAPWRIGHT_TLS_PORT"]), ssl_context=context,
                                 timeout=SECONDS)
    imap = imaplib.IMAP4(host, int(ENV["IMAPWRIGHT_PORT"]), timeout=SECONDS)
    if policy == "starttls":
        ok(imap.starttls(context))
    return imap


def ok(answer):
    kind, data = answer
    if kind != "OK":
        raise RuntimeError(f"{kind} {data}")
    return data


def subject(imap, number):
    header = ok(imap.fetch(number, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))[0][1]
    return email.message_from_bytes(header)["Subject"]


def structure(imap, number):
    """BODYSTRUCTURE as one span of octets, whatever its literals."""
    data = ok(imap.fetch(number, "(ENVELOPE BODYSTRUCTURE)"))
    return b"".join(part if isinstance(part, bytes) else b"".join(part) for part in data)


def parts(octets):
    return len(re.findall(rb'\("(?:TEXT|MESSAGE|APPLICATION)" ', octets, re.I))


def wait_for_news(imap):
    imap.send(b"wait IDLE\r\n")
    while not re.match(rb"\* \d+ EXISTS", imap.readline()):
        pass
    imap.send(b"DONE\r\n")
    while not imap.readline().startswith(b"wait OK"):
        pass


def main():
    imap = connect()
    ok(imap.login(ENV["IMAPWRIGHT_USER"], ENV["IMAPWRIGHT_PASSWORD"]))
    boxes = [line.rpartition(b' "/" ')[2] for line in ok(imap.list())]
    said = {"boxes": [name.strip(b'"').decode() for name in boxes]}
    count = int(ok(imap.select("INBOX"))[0])
    said["found"] = [int(n) for n in ok(imap.search(None, "SUBJECT", "letter"))[0].split()]
    numbers = [str(n) for n in range(1, count + 1)]
    said["subjects"] = [subject(imap, n) for n in numbers]
    said["sums"] = [sum(ok(imap.fetch(n, "(BODY.PEEK[])"))[0][1]) for n in numbers]
    said["parts"] = [parts(structure(imap, n)) for n in numbers]
    ok(imap.append("Work", None, None, b"Subject: letter 7\r\n\r\nThis is number 7.\r\n"))
    ok(imap.store("1", "+FLAGS", "(\\Flagged)"))
    ok(imap.copy("1", "Work"))
    ok(imap._simple_command("MOVE", "2", "Work"))
    ok(imap.store("2", "+FLAGS", "(\\Deleted)"))
    ok(imap.expunge())
    wait_for_news(imap)
    said["news"] = subject(imap, "*")
    imap.logout()
    print(json.dumps(said))


main()
