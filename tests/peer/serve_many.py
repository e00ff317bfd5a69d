#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Several scenarios in one `imapwright serve`. serve_many.py IMAPWRIGHT"""
import concurrent.futures
import json
import os
import re
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from serving import SECONDS, Bare, Server, serve
from support import check, finish

MANY = 500
RULE = {"title": "NOOP is refused", "rules": [{"on": "C: NOOP", "play": ["S: NO not now"]}]}
GREETING = {"title": "the greeting is a BYE", "start": "dialogue",
            "dialogue": ["S: * BYE later", {"S": "close"}]}


def write(folder, name, scenario):
    path = os.path.join(folder, name + ".json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(scenario, file)
    return path


def says(number):
    """A dialogue that nobody else plays."""
    return {"title": f"NOOP says {number}",
            "dialogue": ["C: NOOP", f"S: * {number} EXISTS", "S: OK"]}


def noop(port, user="user", password="secret"):
    """The answers to LOGIN and, behind it, to NOOP."""
    with Bare(port) as client:
        client.line()
        login = client.command(f"LOGIN {user} {password}".encode())[-1]
        return login, client.command(b"NOOP")


def verdicts(server):
    return re.findall(r"^(\w+)  (\S+):", server.report(), re.M)


def test_ports():
    """Each has ports of its own; what happens at one is nothing to the others."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(folder, "a", says(7)), write(folder, "b", RULE), write(folder, "c", says(9))]
        report = os.path.join(folder, "report.json")
        with Server(*paths, "--json", report) as server:
            rows = server.facts["scenarios"]
            check([(r["scenario"], r["id"]) for r in rows] == [(1, "a"), (2, "b"), (3, "c")],
                  server.line)
            check(rows[0]["imap"] == server.port and rows[0]["imaps"] == server.tls_port,
                  server.line)
            check(len({p for r in rows for p in (r["imap"], r["imaps"])}) == 6, server.line)
            check(noop(rows[0]["imap"])[1] == [b"* 7 EXISTS\r\n", b"a OK done\r\n"], "a")
            check(noop(rows[1]["imap"])[1] == [b"a NO not now\r\n"], "b")
            check(server.end() == 1, server.report())
            wanted = [("pass", "a"), ("pass", "b"), ("timeout", "c")]
            check(verdicts(server) == wanted, server.report())
            with open(report, encoding="utf-8") as file:
                results = json.load(file)
            check([(c["verdict"], c["id"]) for c in results["cases"]] == wanted, f"{results}")
            check(results["summary"]["pass"] == 2 and "C1: a NOOP" in
                  results["cases"][0]["transcript"], f"{results}")


def test_users():
    """One port; who logs in decides. Nobody else gets in the way."""
    with tempfile.TemporaryDirectory() as folder:
        given = {**RULE, "given": {"users": {"carl": "his own"}}}
        words = [f"user=alice:{write(folder, 'a', says(7))}", f"user=bob:{write(folder, 'b', RULE)}",
                 f"user=carl:{write(folder, 'c', given)}"]
        with Server(*words) as server:
            rows = {row["user"]: row for row in server.facts["scenarios"]}
            check({row["imap"] for row in rows.values()} == {server.port}, server.line)
            check(rows["carl"]["password"] == "his own", server.line)
            login, answer = noop(server.port, "bob")
            check(login.startswith(b"a OK") and answer == [b"a NO not now\r\n"], f"bob: {answer}")
            check(noop(server.port, "carl", '"his own"')[1] == [b"a NO not now\r\n"], "carl")
            check(noop(server.port, "alice", "wrong")[0].startswith(b"a NO"), "a wrong password")
            check(noop(server.port)[1] == [b"a OK done\r\n"], "a user of no scenario")
            context = ssl.create_default_context(cafile=server.ca)
            with Bare(server.port) as client:
                client.line()
                client.command(b"STARTTLS")
                client.stream.close()
                client.socket = context.wrap_socket(client.socket, server_hostname="localhost")
                client.stream = client.socket.makefile("rb")
                # what comes in one piece with the login goes along
                client.send(b"a LOGIN alice secret\r\nb NOOP\r\n")
                lines = [client.line() for _ in range(3)]
                check(lines[1:] == [b"* 7 EXISTS\r\n", b"b OK done\r\n"], f"alice: {lines}")
            check(server.end() == 0, server.report())
            check(verdicts(server) == [("pass", "a"), ("pass", "b"), ("pass", "c")],
                  server.report())


def test_connections():
    """One port; the number of the connection decides, also before the greeting."""
    with tempfile.TemporaryDirectory() as folder:
        words = [f"conn=1:{write(folder, 'a', GREETING)}", f"conn=3:{write(folder, 'b', says(7))}"]
        with Server(*words) as server:
            with Bare(server.port) as client:
                check(client.line() == b"* BYE later\r\n" and client.line() == b"", "the first")
            check(noop(server.port)[1] == [b"a OK done\r\n"], "the second")
            check(noop(server.port)[1] == [b"* 7 EXISTS\r\n", b"a OK done\r\n"], "the third")
            check(noop(server.port)[1] == [b"a OK done\r\n"], "the fourth")
            check(server.end() == 0, server.report())


def test_refused():
    with tempfile.TemporaryDirectory() as folder:
        path, early = write(folder, "a", RULE), write(folder, "b", GREETING)
        rows = [([f"user=x:{path}", f"user=x:{path}"], "x has a scenario already"),
                ([f"conn=2:{path}", f"conn=2:{path}"], "connection 2 has a scenario already"),
                ([f"conn=0:{path}"], "from 1"), ([f"conn=x:{path}"], "from 1"),
                ([f"user=:{path}"], "1 to 255"), ([f"user={'x' * 256}:{path}"], "1 to 255"),
                ([f"user=x:{early}"], "before the login"),
                ([path, path + "x"], "a.jsonx")]
        for words, reason in rows:
            done = serve(*words, "--timeout", "1")
            check(done.returncode == 2 and reason in done.stderr, f"{words}: {done}")
            check(done.stdout == "", f"{words}: {done.stdout}")


def test_many():
    """Hundreds at once, and a client for each of them at the same time."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(folder, f"n{n}", says(n + 1)) for n in range(MANY)]
        with Server(*paths) as server:
            ports = [row["imap"] for row in server.facts["scenarios"]]
            check(len(set(ports)) == MANY, f"{len(set(ports))} ports")
            with concurrent.futures.ThreadPoolExecutor(50) as pool:
                answers = list(pool.map(lambda port: noop(port)[1][0], ports))
            check(answers == [b"* %d EXISTS\r\n" % (n + 1) for n in range(MANY)], "other answers")
            check(server.end() == 0, server.report()[-500:])
            check([v for v, _ in verdicts(server)] == ["pass"] * MANY, server.report()[-500:])


def test_client():
    """A client behind "--" finds all of them, and every verdict counts, and its own end."""
    program = ("import imaplib, json, os\n"
               "for row in json.loads(os.environ['IMAPWRIGHT_LISTENING'])['scenarios'][:COUNT]:\n"
               "    client = imaplib.IMAP4('127.0.0.1', row['imap'])\n"
               "    client.login(row['user'], row['password'])\n"
               "    client.noop()\n"
               "raise SystemExit(STATUS)\n")
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(folder, "a", says(7)), write(folder, "b", RULE)]
        report = os.path.join(folder, "report.json")
        for count, ends, status, wanted in [(2, 0, 0, ["pass", "pass"]), (2, 3, 1, ["pass", "pass"]),
                                            (1, 0, 1, ["pass", "timeout"])]:
            text = program.replace("COUNT", str(count)).replace("STATUS", str(ends))
            done = serve(*paths, "--json", report, client=[sys.executable, "-c", text])
            check(done.returncode == status, f"{count}, {ends}: {done}")
            check(f"the client's exit status: {ends}" in done.stderr, f"{done}")
            with open(report, encoding="utf-8") as file:
                cases = json.load(file)["cases"]
            check([case["verdict"] for case in cases] == wanted, f"{cases}")
            check([case["id"] for case in cases] == ["a", "b"], f"{cases}")
        done = serve(*paths, "--json", "/nonexistent/report", client=["true"])
        check(done.returncode == 2 and "/nonexistent/report" in done.stderr, f"{done}")


def test_ready_fd():
    """The line comes through a pipe that closes behind it."""
    reader, writer = os.pipe()
    with subprocess.Popen([sys.argv[1], "serve", "--ready-fd", str(writer)], text=True,
                          pass_fds=[writer], stdout=subprocess.PIPE) as process:
        os.close(writer)
        with open(reader, encoding="utf-8") as file:
            line = file.read()
        check(process.stdout.readline() == line and json.loads(line)["imap"] > 0, line)
        process.terminate()
        check(process.wait(SECONDS) == 0, "it did not end well")


def test_one_verdict():
    """However a client fails, one line says so."""
    silent = ("import os, socket, time; s = socket.create_connection((os.environ['IMAPWRIGHT_HOST'],"
              " int(os.environ['IMAPWRIGHT_PORT']))); time.sleep(60)")
    rows = [(["sleep", "60"], "timeout: the client was killed after 1000 ms"),
            ([sys.executable, "-c", silent], "timeout: the client was killed after 1000 ms"),
            (["sh", "-c", "kill -SEGV $$"], "crash: signal 11 ended the client"),
            (["true"], "blocked: the client never connected")]
    for client, verdict in rows:
        done = serve("--timeout", "1", client=client)
        check(done.returncode == 1 and done.stderr == verdict + "\n", f"{client}: {done.stderr!r}")
    done = serve("--timeout", "1")
    check(done.stderr == "timeout: no client has connected\n", done.stderr)


def test_wire():
    """-v shows all of a line that comes in pieces."""
    with Server("-v") as server:
        with Bare(server.port) as client:
            client.line()
            for piece in (b"a NO", b"OP\r", b"\n"):
                client.send(piece)
                time.sleep(0.05)
            client.line()
        server.end()
        shown = "".join(re.findall(r"^C1: (.*)$", server.report(), re.M))
        check(shown == "a NOOP", f"{shown!r} of {server.report()}")


def test_wire_of_several():
    """Of several scenarios -v says whose line it is."""
    with tempfile.TemporaryDirectory() as folder:
        with Server("-v", write(folder, "a", says(7)), write(folder, "b", RULE)) as server:
            noop(server.facts["scenarios"][1]["imap"])
            server.end()
            check("\n2 C1: a NOOP\n2 S1: a NO not now\n" in server.report(), server.report())


def test_few_files():
    """Clients beyond what files may be open wait, or are turned away; the others are served."""
    with Server() as server, Bare(server.port) as client:
        client.line()
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        crowd = [socket.create_connection(("127.0.0.1", server.port), SECONDS) for _ in range(60)]
        check(client.command(b"NOOP") == [b"a OK done\r\n"], "others suffer")
        for one in crowd:
            one.close()
        check(noop(server.port)[1] == [b"a OK done\r\n"], "nobody comes in any more")
        check(server.end() == 0, server.report())


for test in (test_ports, test_users, test_connections, test_refused, test_many, test_client,
             test_ready_fd, test_one_verdict, test_wire, test_wire_of_several, test_few_files):
    test()
finish()
