#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server that works for long needs no more memory and no more files than one that has worked for
a little: clients come, work, and go, politely or in the middle of a literal. serve_flat.py IMAPWRIGHT
IMAPWRIGHT_SOAK_SECONDS says how long (else 600)."""
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peer"))
from serving import MEASURED, Bare, Server  # noqa: E402
from support import check, finish  # noqa: E402

SECONDS = int(os.environ.get("IMAPWRIGHT_SOAK_SECONDS", "600"))
CLIENTS = 16
LOOKS = 40           # at the server's memory and files, evenly over the time
WARM = LOOKS // 2    # looks until everything has been used once
MEMORY_GROWTH = 1.1  # then, at most
MESSAGE = (b"From: a@example.org\r\nSubject: soak\r\nMIME-Version: 1.0\r\n"
           b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n")


def work(client, name, draw):
    """One session in a mailbox of its own. All succeeds but the first DELETE."""
    mailbox = b"soak-%d" % name
    client.line()
    client.command(b"LOGIN user secret")
    client.command(b"DELETE " + mailbox)
    commands = [b"CREATE " + mailbox]
    commands += [b"APPEND %s (\\Seen) {%d+}\r\n%s" % (mailbox, len(MESSAGE), MESSAGE)] * 20
    commands += [b"SELECT " + mailbox + draw.choice([b"", b" (CONDSTORE)"])]
    commands += draw.sample([
        b"FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE)", b"FETCH 1:* BODY[]", b"STORE 1:5 +FLAGS (\\Deleted)",
        b"SEARCH TEXT soak", b"SORT (SUBJECT) UTF-8 ALL", b"THREAD REFERENCES UTF-8 ALL",
        b"COPY 1:3 " + mailbox, b"LIST \"\" *", b"UID EXPUNGE 1:3", b"EXPUNGE", b"NOOP",
        b"STATUS INBOX (MESSAGES UNSEEN)", b"SETMETADATA %s (/private/comment \"soak\")" % mailbox,
        b"ENABLE QRESYNC"], 8)
    for command in commands:
        answer = client.command(command)[-1]
        check(answer.startswith(b"a OK"), f"{command[:60]}: {answer}")
    leave(client, draw)


def leave(client, draw):
    """In one of the ways in which clients go."""
    how = draw.randrange(4)
    if how == 0:
        client.command(b"LOGOUT")
    elif how == 1:
        client.send(b"b IDLE\r\n")
        client.line()
    elif how == 2:
        client.send(b"b APPEND INBOX {100000+}\r\nhalf of it")
    else:
        client.send(b"b FETCH 1:* BODY[]\r\n" * 20)


def client_after_client(server, number, end, sessions):
    draw = random.Random(number)
    while time.monotonic() < end:
        sessions[number] += 1
        try:
            with Bare(server.port) as client:
                work(client, number, draw)
        except OSError as error:
            check(False, f"a session: {error}")
            return


def main():
    begin = time.monotonic()
    with Server(env=MEASURED) as server:
        sessions = [0] * CLIENTS
        threads = [threading.Thread(target=client_after_client,
                                    args=(server, number, begin + SECONDS, sessions))
                   for number in range(CLIENTS)]
        files = server.files()
        for thread in threads:
            thread.start()
        memory = []
        for look in range(LOOKS):
            time.sleep(max(0, begin + SECONDS * (look + 1) / LOOKS - time.monotonic()))
            memory.append(server.memory_kb())
        for thread in threads:
            thread.join()
        with Bare(server.port) as client:  # it still answers; and those who left are gone
            client.log_in()
        time.sleep(1)
        early, late = max(memory[:WARM]), max(memory[WARM:])
        print(f"{sum(sessions)} sessions; memory: {early} KiB in the first half, {late} KiB later")
        check(late < early * MEMORY_GROWTH, f"memory grows: {memory}")
        check(server.files() == files, f"{files} files are open, then {server.files()}")
    finish()


if __name__ == "__main__":
    main()
