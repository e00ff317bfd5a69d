#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hostile clients of serve: none disturbs another or makes it swell. serve_hostile.py IMAPWRIGHT"""
import random
import socket
import ssl
import struct
import threading
import time

from serving import MEASURED, SECONDS, Bare, Server
from support import check, finish

MB = 1 << 20
PATIENCE = 5       # seconds that an answer to another client may take, on a busy machine
LARGE = b"APPEND INBOX {1048576+}\r\n" + b"y" * MB
OPEN_MAX = 200     # connections that a server has at once
GROWTH_MB = 48     # of a server that keeps nothing of what a client throws at it
NEWS = (b"EXISTS\r\n", b"RECENT\r\n")  # what others add to the mailbox


class Witness(threading.Thread):
    """Another client, which must hardly notice."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.client = Bare(server.port)
        self.client.log_in()
        self.going, self.answers, self.slowest, self.wrong = True, 0, 0.0, None
        self.start()

    def run(self):
        while self.going:
            began = time.monotonic()
            try:
                answer = [line for line in self.client.command(b"FETCH 1 (RFC822.SIZE)")
                          if not line.endswith(NEWS)]
            except OSError as error:
                answer = error
            self.slowest = max(self.slowest, time.monotonic() - began)
            if answer != [b"* 1 FETCH (RFC822.SIZE 276)\r\n", b"a OK fetched\r\n"]:
                self.wrong = answer
                return
            self.answers += 1
            time.sleep(0.005)

    def judge(self, name):
        self.going = False
        self.join(SECONDS)
        self.client.close()
        check(self.wrong is None, f"{name}: another client got {self.wrong}")
        check(self.answers > 0, f"{name}: another client got no answer")
        check(self.slowest < PATIENCE, f"{name}: another client waited {self.slowest:.1f} s")


def pour(client, octets, times):
    """Sends until it is all gone or the server has had enough."""
    try:
        for _ in range(times):
            client.send(octets)
    except (ConnectionError, TimeoutError):
        pass


def bad_of(client):
    line = client.line()
    return b" BAD" in line or b" NO [TOOBIG]" in line


def endless_line(server):
    with Bare(server.port) as client:
        client.line()
        pour(client, b"x" * MB, 64)
        pour(client, b"\r\n", 1)
        check(bad_of(client), "a line of 64 MB was taken")


def endless_quoted(server):
    with Bare(server.port) as client:
        client.line()
        pour(client, b'a LOGIN "', 1)
        pour(client, b'\\"' * (MB // 2), 64)
        pour(client, b'"\r\n', 1)
        check(bad_of(client), "a name of 64 MB was taken")


def deep(server):
    with Bare(server.port) as client:
        client.log_in()
        client.send(b"b SEARCH " + b"(" * 60000 + b"\r\n")
        check(bad_of(client), "60 000 parentheses were taken")


def many_items(server):
    """Not wrong, only tiresome."""
    with Bare(server.port) as client:
        client.log_in()
        for _ in range(20):
            answer = client.command(b"FETCH " + b"1:*," * 15000 + b"1 (UID)")
            check(answer[-1].startswith(b"a "), f"a long set: {answer[-1]}")


def announced(server):
    """The literal is too large; the server says so and waits for none of it."""
    for octets in (b"67108865", b"4294967295", b"99999999999999999999"):
        with Bare(server.port) as client:
            client.line()
            client.command(b"LOGIN user secret")
            client.send(b"b APPEND INBOX {" + octets + b"}\r\n")
            check(bad_of(client), f"a literal of {octets} was asked for")
            check(client.command(b"NOOP", b"c")[-1].startswith(b"c OK"), f"behind {octets}")


def poured(server):
    """The same, but the octets come unasked: they are skipped."""
    with Bare(server.port) as client:
        client.line()
        client.command(b"LOGIN user secret")
        client.send(b"b APPEND INBOX {134217728+}\r\n")
        pour(client, b"c NOOP\r\n" * (MB // 8), 128)
        client.send(b"\r\n")
        check(bad_of(client), "a literal of 128 MB was taken")
        check(client.command(b"NOOP", b"d")[-1].startswith(b"d OK"), "behind 128 MB")


def promised(server):
    """Many literals are announced, and nothing comes of them: nothing is kept for them."""
    clients = [Bare(server.port) for _ in range(100)]
    for client in clients:
        client.line()
        client.send(b"a APPEND INBOX {67108000}\r\n")
        check(client.line().startswith(b"+ "), "a literal of 64 MB was not asked for")
    for client in clients:
        client.close()


def garbage(server):
    source = random.Random(1)
    for _ in range(20):
        with Bare(server.port) as client:
            reader = threading.Thread(target=drain, args=(client,), daemon=True)
            reader.start()
            pour(client, source.randbytes(MB // 4), 1)
            pour(client, bytes(source.choice(b'a1 {}+\r\n"\\()[]*%\0~') for _ in range(20000)), 1)
            client.socket.shutdown(socket.SHUT_WR)
            reader.join(SECONDS)
            check(not reader.is_alive(), "garbage: the connection hangs")


def drain(client):
    try:
        while client.stream.read(65536):
            pass
    except (OSError, ValueError):
        pass


def garbage_for_tls(server):
    """No handshake, and commands in clear in front of one (RFC 9051 §11.1)."""
    for first in (b"", b"\x16\x03\x01\xff\xff\x01", b"\x16\x03\x01\x00\x05\x01\xff\xff\xff\xff"):
        with Bare(server.tls_port) as client:
            pour(client, first + b"a NOOP\r\n" * 10000, 4)
            drain(client)
    with Bare(server.port) as client:
        client.line()
        client.send(b"a STARTTLS\r\nb LOGIN user secret\r\n")
        check(client.line().startswith(b"a OK"), "STARTTLS")
        context = ssl.create_default_context(cafile=server.ca)
        with context.wrap_socket(client.socket, server_hostname="localhost") as secured:
            secured.sendall(b"c NOOP\r\n")
            answer = secured.recv(4096)
            check(answer == b"c OK done\r\n", f"behind a command from before TLS: {answer}")


def resets(server):
    """Nothing of a connection that was torn down stays, its place least of all."""
    for i in range(2 * OPEN_MAX):
        client = Bare(server.port if i % 2 else server.tls_port)
        client.send(b"a LOGIN user {3}\r\n"[:i % 19])
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    end = time.monotonic() + PATIENCE  # the resets may still wait in the server's queue
    greeted = False
    while not greeted and time.monotonic() < end:
        with Bare(server.port) as client:
            greeted = client.line().startswith(b"* OK")
    check(greeted, "there is no place behind so many resets")


def large_and_idle(server):
    """Many that each send something large once, and stay: nothing of it is kept for them."""
    clients = [Bare(server.port) for _ in range(20)]
    for client in clients:
        client.line()
        client.send(b"a LOGIN x {%d+}\r\n" % (5 * MB) + b"x" * (5 * MB) + b"\r\n")
        check(client.line().startswith(b"a NO"), "a password of 5 MB is right")
    for client in clients:
        check(client.command(b"NOOP") == [b"a OK done\r\n"], "one of many suffers")
        client.close()


def never_reads(server):
    """It asks and asks, and takes no answer."""
    with Bare(server.port) as client:
        client.log_in()
        client.command(LARGE)
        client.socket.settimeout(PATIENCE)
        pour(client, b"b FETCH * BODY.PEEK[]\r\n", 2000)
        time.sleep(1)


def never_reads_tls(server):
    context = ssl.create_default_context(cafile=server.ca)
    plain = socket.create_connection(("localhost", server.tls_port), timeout=PATIENCE)
    with context.wrap_socket(plain, server_hostname="localhost") as client:
        client.sendall(b"a LOGIN user secret\r\nb SELECT INBOX\r\nc " + LARGE + b"\r\n")
        try:
            client.sendall(b"b FETCH * BODY.PEEK[]\r\n" * 2000)
        except (OSError, ssl.SSLError):
            pass
        time.sleep(1)


def main():
    rows = [(endless_line, GROWTH_MB), (endless_quoted, GROWTH_MB), (deep, GROWTH_MB),
            (many_items, GROWTH_MB), (announced, GROWTH_MB), (poured, GROWTH_MB),
            (promised, GROWTH_MB), (garbage, GROWTH_MB), (garbage_for_tls, GROWTH_MB),
            (resets, GROWTH_MB), (large_and_idle, GROWTH_MB), (never_reads, GROWTH_MB), (never_reads_tls, GROWTH_MB)]
    for hostile, growth in rows:
        with Server(env=MEASURED) as server:
            witness = Witness(server)
            while witness.answers == 0 and witness.is_alive():
                time.sleep(0.01)
            before = server.peak_mb()
            began = time.monotonic()
            hostile(server)
            witness.judge(hostile.__name__)
            grown = server.peak_mb() - before
            check(grown <= growth, f"{hostile.__name__}: the server grew by {grown} MB")
            print(f"{hostile.__name__:16} {before:4} + {grown:4} MB in "
                  f"{time.monotonic() - began:.1f} s, another waited {witness.slowest:.3f} s")
            check(server.end() == 0, f"{hostile.__name__}: {server.report()}")
    finish()


main()
