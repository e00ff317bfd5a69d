#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""parse as a filter in a pipe: parse_cli.py IMAPWRIGHT. What it says of each response and command
stands in tests/golden."""
import json
import os
import select
import subprocess
import sys

from support import check, finish

SECONDS = 20
A_WHILE = 0.3  # in which nothing comes


def parse(octets, *options, stdout=subprocess.PIPE):
    return subprocess.run([sys.argv[1], "parse", *options], input=octets, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=SECONDS, check=False)


def test_status():
    """0, 1 or 2, and nothing but JSON on standard output."""
    rows = [
        (b"", [], 0),
        (b"* OK hello\r\n", [], 0),
        (b"* NONSENSE\r\n* 1 EXISTS\r\n", [], 0),
        (b"* 1 EXISTS 2\r\n* 1 EXISTS\r\n", [], 1),
        (b"* 1 EXISTS", [], 1),
        (b"* 1 FETCH (BODY[] {5}\r\nhell", [], 1),
        (b"* 1 EXISTS\n", [], 1),
        (b"* 1 EXISTS\n", ["--lenient", "bare-lf"], 0),
        (b"a NOOP\r\n", ["--commands"], 0),
        (b"a NOOP x\r\n", ["--commands"], 1),
        (b"* 1 EXISTS 2\r\n", ["--lenient", "all"], 1),
        (b"", ["--nonsense"], 2),
        (b"", ["--lenient", "everything"], 2),
        (b"", ["file"], 2),
    ]
    for octets, options, status in rows:
        done = parse(octets, *options)
        check(done.returncode == status, f"{octets} {options}: exit {done.returncode}")
        check((done.stderr == b"") == (status < 2), f"{octets} {options}: {done.stderr}")
        values = [json.loads(line) for line in done.stdout.splitlines()]
        failed = any("error" in value for value in values)
        check(failed == (status == 1), f"{octets} {options}: {values}")
    check(parse(b"", "--help").stdout.startswith(b"usage: imapwright parse"), "--help")


def test_streaming():
    """Each value comes as soon as its last octet does."""
    with subprocess.Popen([sys.argv[1], "parse"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        def said(seconds):
            ready, _, _ = select.select([process.stdout], [], [], seconds)
            return os.read(process.stdout.fileno(), 65536) if ready else b""

        for octets, kinds in [(b"* 1 EXI", []), (b"STS\r\n", ["exists"]),
                              (b"* 2 EXPUNGE\r\na OK x\r\n* 1 F", ["expunge", "tagged"]),
                              (b"ETCH (BODY[] {4}\r\nab", []), (b"cd)\r\n", ["fetch"])]:
            process.stdin.write(octets)
            process.stdin.flush()
            given = b"" if kinds else said(A_WHILE)
            while given.count(b"\n") < len(kinds) and (more := said(SECONDS)):
                given += more
            types = [json.loads(line)["type"] for line in given.splitlines()]
            check(types == kinds, f"behind {octets}: {types}")
        process.stdin.close()
        check(process.wait(SECONDS) == 0, "streaming: exit status")


def test_volume():
    """More than any buffer of ours, in pieces of the pipe's choosing."""
    message = b"* 1 FETCH (BODY[] {1000}\r\n" + b"m" * 1000 + b")\r\n"
    done = parse(message * 20000)
    check(done.returncode == 0 and done.stdout.count(b"\n") == 20000, f"volume: {done.stderr}")
    check(len(set(done.stdout.splitlines())) == 1, "volume: the same response, read differently")


def test_trouble():
    """What cannot be read or written is no success."""
    with open("/dev/full", "wb") as full:
        done = parse(b"* 1 EXISTS\r\n", stdout=full)
    check(done.returncode == 2 and b"cannot write" in done.stderr, f"a full disk: {done}")
    folder = os.open("/", os.O_RDONLY)
    done = subprocess.run([sys.argv[1], "parse"], stdin=folder, capture_output=True,
                          timeout=SECONDS, check=False)
    os.close(folder)
    check(done.returncode == 2 and b"cannot read" in done.stderr, f"a folder: {done}")


def main():
    for test in (test_status, test_streaming, test_volume, test_trouble):
        test()
    finish()


main()
