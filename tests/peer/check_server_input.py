#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-server against servers that are none: check_server_input.py IMAPWRIGHT"""
import socket
import time

from support import LittleServer, Run, check, finish


def silent(connection):
    connection.recv(4096)
    time.sleep(60)


def closing(connection):
    connection.close()


def refusing(connection):
    connection.sendall(b"* BYE go away\r\n")


def babbling(connection):
    connection.sendall(b"220 mail.example.org ESMTP\r\n")
    time.sleep(60)


def endless(connection):
    """A greeting that never ends."""
    connection.sendall(b"* OK ")
    while True:
        connection.sendall(b"x" * 65536)


def refuse_login(connection):
    connection.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
    stream = connection.makefile("rb")
    while True:
        line = stream.readline()
        if not line:
            return
        tag, command = line.split()[:2]
        if command.upper() == b"CAPABILITY":
            connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
        elif command.upper() == b"LOGIN":
            while line.rstrip().endswith(b"}"):
                connection.sendall(b"+ go on\r\n")
                size = int(line.rstrip()[:-1].split(b"{")[-1])
                stream.read(size)
                line = stream.readline()
            connection.sendall(tag + b" NO [AUTHENTICATIONFAILED] not you\r\n")


def login_disabled(connection):
    connection.sendall(b"* OK hello\r\n")
    for line in connection.makefile("rb"):
        tag = line.split()[0]
        connection.sendall(b"* CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS\r\n" + tag +
                           b" OK done\r\n")


def against(serve, *options):
    server = LittleServer(serve)
    began = time.monotonic()
    run = Run("check-server", f"imap://alice:pssst@127.0.0.1:{server.port}/", "--timeout", "1",
              *options)
    run.seconds = time.monotonic() - began
    server.close()
    return run


def main():
    run = against(silent)
    check(run.status == 2, f"a silent server: exit {run.status}")
    check(run.verdicts() == {"target": "timeout"}, f"a silent server: {run.verdicts()}")
    check("no greeting" in run.detail(), f"a silent server: {run.detail()}")
    check(run.seconds < 4, f"a silent server held us for {run.seconds:.1f} s")

    rows = [(closing, "setup", ""), (refusing, "setup", "go away"), (babbling, "setup", ""),
            (endless, "setup", ""), (refuse_login, "setup", "user name and password"),
            (login_disabled, "setup", "use --starttls or imaps://")]
    for serve, verdict, words in rows:
        run = against(serve)
        name = serve.__name__
        check(run.status == 2, f"{name}: exit {run.status}")
        check(run.verdicts() == {"target": verdict}, f"{name}: {run.verdicts()}")
        check(words in run.detail(), f"{name}: {run.detail()}")
        check("pssst" not in run.everything(), f"{name}: the password is shown")
        check(run.seconds < 8, f"{name}: {run.seconds:.1f} s")

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    run = Run("check-server", f"imap://alice:pssst@127.0.0.1:{port}/")
    check(run.status == 2 and run.verdicts() == {"target": "setup"}, "no server at all")
    check("refused" in run.detail(), f"no server at all: {run.detail()}")

    usage = [
        (["imap://alice:pssst@mail.example.org/"], "this machine only"),
        (["imap://alice@mail.example.org/"], "in clear"),
        (["imap://127.0.0.1/"], "names no user"),
        (["imap://alice@127.0.0.1/"], "IMAPWRIGHT_PASSWORD"),
        (["localhost:143"], "imap://"),
        ([], "which server"),
        (["imap://a:b@127.0.0.1/", "--shard", "3/2"], "--shard"),
        (["imap://a:b@127.0.0.1/", "--jobs", "0"], "--jobs"),
        (["imap://a:b@127.0.0.1/", "--profile", "rev3"], "rev3"),
        (["imap://a:b@127.0.0.1/", "no/such/case"], "no/such/case"),
        (["imap://a:b@127.0.0.1/", "--expect", "/nonexistent"], "/nonexistent"),
        (["imap://a:b@127.0.0.1/", "--tap", "/nonexistent/x"], "/nonexistent/x"),
        (["imap://a:b@127.0.0.1/", "--password-file", "/nonexistent", "--nonsense"], "nonsense"),
    ]
    for arguments, words in usage:
        run = Run("check-server", *arguments)
        check(run.status == 2, f"{arguments}: exit {run.status}")
        check(words in run.stderr, f"{arguments}: {run.stderr!r}")
        check("pssst" not in run.everything(), f"{arguments}: the password is shown")

    for arguments in (["--list", "server/select"], ["--list", "imap://127.0.0.1/", "select"]):
        run = Run("check-server", *arguments)
        check(run.status == 0 and "server/select/codes " in run.stdout, f"{arguments}: {run.stderr}")
        check("server/store" not in run.stdout, f"{arguments}: lists more")
    finish()


main()
