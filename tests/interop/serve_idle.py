#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Thousands of connections that say nothing cost the others nothing. serve_idle.py IMAPWRIGHT"""
import os
import resource
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peer"))
from serving import MEASURED, Bare, Server  # noqa: E402
from support import SKIPPED, check, finish  # noqa: E402

IDLE = 5000
DEAF = 400
DEAF_MB = 1000
MESSAGES = 120
ROUNDS = 300
SPARE = 100     # other files of ours, and of the server
SLOWER = 3      # times, at most
GROWTH_KB = 40  # a connection


def rounds(client):
    """Seconds for each of so many commands, the fastest half: a busy machine makes some slow."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.command(b"STATUS INBOX (MESSAGES)")
        times.append(time.perf_counter() - began)
    return sum(sorted(times)[:ROUNDS // 2]) / (ROUNDS // 2)


def silent(server):
    client = Bare(server.port)
    client.line()
    return client


def idling(server):
    """Logged in, in INBOX, in IDLE; told of whatever happens there."""
    client = Bare(server.port)
    client.log_in()
    client.send(b"i IDLE\r\n")
    while not client.line().startswith(b"+"):
        pass
    return client


def test_deaf():
    """Hundreds that ask for much and read nothing: what waits for them is bounded together."""
    with Server(env=MEASURED) as server, Bare(server.port) as client:
        client.log_in()
        for _ in range(MESSAGES):
            client.command(b"APPEND INBOX {100000+}\r\n" + b"x" * 100000)
        before = server.peak_mb()
        others = [Bare(server.port) for _ in range(DEAF)]
        for other in others:
            other.log_in()
            other.send(b"f FETCH 2:* BODY.PEEK[]\r\n")
        check(client.command(b"NOOP")[-1] == b"a OK done\r\n", "one that reads suffers")
        grown = server.peak_mb() - before
        print(f"{DEAF} deaf: {grown} MB")
        check(grown < DEAF_MB, f"{DEAF} that read nothing: {grown} MB")
        for other in others[:5]:
            size = 0
            while not (line := other.stream.readline()).startswith(b"f OK"):
                size += len(line)
            check(size > MESSAGES * 100000, f"{size} octets came")
        for other in others:
            other.close()


def main():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE + SPARE:
        print(f"at most {hard} files may be open here")
        sys.exit(SKIPPED)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for kind in (silent, idling):
        with Server(env=MEASURED) as server, Bare(server.port) as client:
            client.log_in()
            alone, before = rounds(client), server.peak_mb()
            others = [kind(server) for _ in range(IDLE)]
            among = rounds(client)
            grown = (server.peak_mb() - before) * 1024 / IDLE
            print(f"{IDLE} {kind.__name__}: {1e6 * alone:.0f} µs a command became "
                  f"{1e6 * among:.0f}; {grown:.0f} KB a connection")
            check(among < SLOWER * alone, f"{kind.__name__}: {alone} became {among}")
            check(grown < GROWTH_KB, f"{kind.__name__}: {grown} KB a connection")
            for other in others:
                other.close()
            check(client.command(b"NOOP") == [b"a OK done\r\n"], "all are gone, and one suffers")
    test_deaf()
    finish()


main()
