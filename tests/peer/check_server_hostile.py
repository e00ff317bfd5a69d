#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-server against hostile servers: the run ends in time, in bounded memory, with verdicts that
say what happened. One that cannot be talked to from the start is "setup", or "timeout" where it is
silent; one that turns hostile behind the login (tests/peer/hostile) spoils cases.

check_server_hostile.py IMAPWRIGHT"""
import os
import resource
import socket
import struct
import time

from serving import MEASURED, Server
from support import LittleServer, Run, check, finish

HERE = os.path.dirname(os.path.abspath(__file__))
RUN_SECONDS = 6
SLACK_SECONDS = 20
PEAK_MIB = 400  # with AddressSanitizer, which multiplies
CASES = ["server/capability", "server/select", "server/list/patterns--*", "server/fetch/body*"]


def run_against(port):
    began = time.monotonic()
    run = Run("check-server", f"imap://alice:secret@127.0.0.1:{port}/", "--timeout", "1",
              "--case-timeout", "2", "--run-timeout", str(RUN_SECONDS), "--jobs", "1", *CASES,
              env=MEASURED)
    run.seconds = time.monotonic() - began
    return run


def check_run(name, run, statuses, verdicts, words):
    cases = run.json["cases"] if run.json else []
    met = {case["verdict"] for case in cases}
    check(run.status in statuses, f"{name}: exit {run.status}")
    check(verdicts <= met, f"{name}: {met}")
    check(run.seconds < RUN_SECONDS + SLACK_SECONDS, f"{name}: {run.seconds:.1f} s")
    check(any(words in case["detail"] for case in cases), f"{name}: {run.stdout[-2000:]}")
    check(all(case["detail"] for case in cases if case["verdict"] != "pass"),
          f"{name}: a verdict without a reason")
    check("Sanitizer" not in run.stderr, f"{name}: {run.stderr}")


# ---- from the start ----

def listen_on(connection):
    while connection.recv(65536):
        pass


def say(octets):
    """These octets, and then nothing."""
    def serve(connection):
        connection.sendall(octets)
        listen_on(connection)
    return serve


def pour(octets):
    """These octets for ever."""
    def serve(connection):
        while True:
            connection.sendall(octets)
    return serve


def drip(octets):
    """One octet a second."""
    def serve(connection):
        for octet in octets:
            connection.sendall(bytes([octet]))
            time.sleep(1)
    return serve


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


HELLO = b"* OK hello\r\n"
SILENT = "connected, but no greeting: nothing came for 1000 ms"

# The server, the verdict of the whole, and words of its detail.
AT_ONCE = [
    ("mute", listen_on, "timeout", SILENT),
    ("mute behind its greeting", say(HELLO), "timeout", "no answer to CAPABILITY"),
    ("closes", lambda connection: connection.close(), "setup", "no greeting: connection closed"),
    ("resets", reset, "setup", "reset by"),
    ("floods without a line", pour(b"x" * 65536), "setup", "the greeting is too long"),
    ("floods with lines", pour(b"* OK still here\r\n" * 4000), "timeout",
     "no answer to CAPABILITY"),
    ("never ends its line", say(b"* OK hello"), "timeout", SILENT),
    ("drips", drip(b"* OK [CAPABILITY IMAP4rev1] hello\r\n" * 3), "timeout", SILENT),
    ("a literal too long", say(b"* CAPABILITY {4294967295}\r\nshort"), "timeout", SILENT),
    ("a literal too short", say(b"* CAPABILITY {3}\r\nIMAP4rev1\r\n"), "setup",
     "invalid greeting"),
    ("a literal of 2^63-1 octets", say(b"* CAPABILITY {9223372036854775807}\r\n"), "timeout",
     SILENT),
    ("a literal of 2^64 octets", say(b"* CAPABILITY {18446744073709551616}\r\n"), "setup",
     "the greeting is too long"),
    ("another protocol", say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "setup",
     "invalid greeting: HTTP/1.1 400"),
    ("refuses", say(b"* BYE go away\r\n"), "setup", "BYE go away"),
]


def at_once():
    for name, serve, verdict, words in AT_ONCE:
        server = LittleServer(serve)
        run = run_against(server.port)
        server.close()
        check_run(name, run, {2}, {verdict}, words)
        check(len(run.json["cases"]) == 1, f"{name}: cases were played")


# ---- behind the login ----

# The scenario, what must be among the verdicts, and words of a detail.
BEHIND = [
    ("mute", {"blocked"}, "did not come within"),
    ("closing", {"blocked"}, "the connection ended"),
    ("flood", {"blocked"}, "too long"),
    ("chatter", {"blocked"}, "did not come within"),
    ("drip", {"blocked"}, "did not come within"),
    ("unended", {"blocked"}, "did not come within"),
    ("literal", {"deviation", "pass"}, "did not come within"),
    ("literal-short", {"deviation", "pass"}, "this is no IMAP"),
    ("literal-huge", {"deviation", "pass"}, "did not come within"),
    ("literal-beyond", {"deviation", "pass"}, "too long"),
]


def behind():
    for name, verdicts, words in BEHIND:
        path = os.path.join(HERE, "hostile", name + ".json")
        with Server(path, "--user", "alice:secret", "--timeout", "60", env=MEASURED) as server:
            run = run_against(server.port)
        check_run(name, run, {1, 2}, verdicts, words)


def main():
    at_once()
    behind()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    check(peak < PEAK_MIB, f"peak memory {peak:.0f} MiB")
    print(f"peak memory {peak:.0f} MiB")
    finish()


main()
