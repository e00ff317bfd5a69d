#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""serve as its users know it: serve.py IMAPWRIGHT"""
import concurrent.futures
import imaplib
import json
import os
import re
import signal
import socket
import ssl
import sys
import tempfile
import time

from serving import SECONDS, Bare, Server, serve
from support import ROOT, check, finish

HOSTS = ["127.0.0.1", "::1"]
MESSAGE = b"Subject: =?x\r\n\r\n{5}\r\n.\r\n\xe4\xff) a OK\r\n"
CLIENTS = 16
LATE = 40       # messages of a megabyte, which no kernel holds
OPEN_MAX = 200  # connections that the server may have at once
IMAPLIB = [sys.executable, os.path.join(ROOT, "tests", "clients", "imaplib_task.py")]
BAD = [sys.executable, os.path.join(ROOT, "tests", "clients", "bad_client.py")]
EXAMINE = os.path.join(ROOT, "scenarios", "client", "select", "examine.json")
BYE = os.path.join(ROOT, "scenarios", "client", "connection", "bye--inside-literal.json")


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def connect(server, host, how):
    """A connection of imaplib's; TLS is verified against the CA that the server names."""
    context = ssl.create_default_context(cafile=server.ca)
    if how == "tls":
        return imaplib.IMAP4_SSL(host, server.tls_port, ssl_context=context, timeout=SECONDS)
    client = imaplib.IMAP4(host, server.port, timeout=SECONDS)
    if how == "starttls":
        check(client.starttls(context)[0] == "OK", f"{host}: STARTTLS")
    return client


# ---- how it says where it is -------------------------------------------------------------------

def test_listening():
    """One line of JSON, the same object in the port file, which is whole from the first on."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "ports", "of a server before\n")
        with open(path, encoding="utf-8") as before, Server("--port-file", path) as server:
            check(list(server.facts) == ["event", "imap", "imaps", "ca"], server.line)
            check(server.facts["event"] == "listening", server.line)
            check(0 < server.port != server.tls_port > 0, server.line)
            with open(path, encoding="utf-8") as file:
                check(json.load(file) == server.facts, "the port file says something else")
            check(before.read() == "of a server before\n", "the port file was written in place")
            check(os.listdir(folder) == ["ports"], f"left beside the port file: {folder}")
            with Server() as other:
                ports = {server.port, server.tls_port, other.port, other.tls_port}
                check(len(ports) == 4, f"two servers, one port: {ports}")
    done = serve("--port-file", "/nonexistent/ports", "--timeout", "1")
    check(done.returncode == 2 and "/nonexistent/ports" in done.stderr, done.stderr)
    check(done.stdout == "", f"no port file, and yet: {done.stdout}")


def test_ports():
    """The port that was asked for; one in use is named, and nothing else is tried."""
    for option, host in [("--port", "127.0.0.1"), ("--port", "::1"), ("--tls-port", "127.0.0.1")]:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, 0), family=family) as taken:
            port = taken.getsockname()[1]
            done = serve(option, str(port), "--timeout", "1")
        check(done.returncode == 2, f"{option} in use: exit {done.returncode}")
        check(f"port {port} on {host} is in use" in done.stderr, f"{option}: {done.stderr!r}")
        check(done.stdout == "", f"{option} in use, and yet: {done.stdout}")
        with Server(option, str(port)) as server:
            check(port == (server.port if option == "--port" else server.tls_port), server.line)


# ---- sessions ----------------------------------------------------------------------------------

def talk(client, mailbox):
    """A session whose every value is known."""
    check(client.login("user", "secret") == ("OK", [b"logged in"]), "LOGIN")
    check(client.create(mailbox)[0] == "OK", f"CREATE {mailbox}")
    check(client.append(mailbox, "(\\Flagged)", None, MESSAGE)[0] == "OK", "APPEND")
    check(client.select(mailbox) == ("OK", [b"1"]), f"SELECT {mailbox}")
    check(client.fetch("1", "(FLAGS BODY.PEEK[])")[1][0][1] == MESSAGE, "FETCH: other octets")
    check(client.search(None, "FLAGGED") == ("OK", [b"1"]), "SEARCH FLAGGED")
    check(client.store("1", "+FLAGS", "(\\Deleted)")[0] == "OK", "STORE")
    check(client.expunge() == ("OK", [b"1"]), "EXPUNGE")
    check(client.search(None, "ALL") == ("OK", [b""]), "SEARCH ALL")
    check(client.close()[0] == "OK" and client.delete(mailbox)[0] == "OK", f"DELETE {mailbox}")
    check(client.logout() == ("BYE", [b"see you"]), "LOGOUT")


def test_sessions():
    """Plain, STARTTLS and TLS on both addresses, and nothing is believed unverified."""
    with Server() as server:
        for host in HOSTS + ["localhost"]:
            for how in ("plain", "starttls", "tls"):
                talk(connect(server, host, how), "box")
        for host in HOSTS:
            try:
                imaplib.IMAP4_SSL(host, server.tls_port, timeout=SECONDS,
                                  ssl_context=ssl.create_default_context())
                check(False, f"{host}: anyone's certificate would do")
            except ssl.SSLCertVerificationError:
                pass
        talk(connect(server, "127.0.0.1", "tls"), "box")
        check(server.end() == 0, "a served server is no success")
        check(not os.path.exists(server.ca), "the CA's file stays")


def test_passwords():
    """A wrong one is NO, and the same connection may try again."""
    with Server("--user", "Ann:p:w x") as server, Bare(server.port) as client:
        client.line()
        for words in (b'Ann "p:w"', b'Ann ""', b'ann "p:w x"', b"user secret"):
            answer = client.command(b"LOGIN " + words)
            check(answer[-1].startswith(b"a NO [AUTHENTICATIONFAILED]"), f"{words}: {answer}")
        check(client.command(b"LIST \"\" *")[-1].startswith(b"a BAD"), "LIST before LOGIN")
        check(client.command(b'LOGIN Ann "p:w x"')[-1].startswith(b"a OK"), "the right password")


def test_at_once():
    """Many clients, each with a mailbox of its own; one too many is turned away, and no other."""
    with Server("--max-connections", str(OPEN_MAX)) as server:
        def session(number):
            talk(connect(server, HOSTS[number % 2], ("plain", "tls")[number // 2 % 2]),
                 f"box{number}")
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(session, range(CLIENTS)))
        clients = [Bare(server.port) for _ in range(OPEN_MAX)]
        greetings = sum(client.line().startswith(b"* OK ") for client in clients)
        check(greetings == OPEN_MAX, f"{greetings} of {OPEN_MAX} were greeted")
        with Bare(server.port) as surplus:
            check(surplus.line() == b"", "one too many was greeted")
        check(clients[0].command(b"NOOP") == [b"a OK done\r\n"], "others suffered from it")
        for client in clients:
            client.close()
        talk(connect(server, "127.0.0.1", "plain"), "box")


def test_reads_late():
    """A client that lets more pile up than anyone holds for it still gets all of it, in order."""
    octets = b"y" * (1 << 20)
    with Server() as server, Bare(server.port) as client:
        client.log_in()
        client.command(b"APPEND INBOX {1048576+}\r\n" + octets)
        client.send(b"".join(b"f%d FETCH 2 BODY.PEEK[]\r\n" % i for i in range(LATE)))
        time.sleep(0.5)
        for i in range(LATE):
            wanted = b"* 2 FETCH (BODY[] {1048576}\r\n" + octets + b")\r\nf%d OK fetched\r\n" % i
            given = client.stream.read(len(wanted))
            if given != wanted:
                check(False, f"message {i} came as {given[:40]}…{given[-40:]}")
                return


# ---- scenarios ---------------------------------------------------------------------------------

def test_verdicts():
    """A client behind "--" is judged, in the words of check-client."""
    rows = [
        ([EXAMINE], IMAPLIB, 0, "pass  client/select/examine: EXAMINE opens read-only"),
        ([EXAMINE], ["true"], 1, "the client never connected"),
        ([EXAMINE, "--timeout", "1"], ["sleep", "60"], 1, "timeout  client/select/examine"),
        ([EXAMINE], ["sh", "-c", "exit 89"], 0, "skip  client/select/examine"),
        ([EXAMINE], ["sh", "-c", "kill -SEGV $$"], 1, "crash  client/select/examine"),
        ([EXAMINE], ["/nonexistent/client"], 2, "/nonexistent/client"),
        ([BYE], IMAPLIB, 0, "pass  client/connection/bye--inside-literal"),
        ([BYE], BAD + ["happy"], 1, "exited as if all were well (exit status 0)"),
        ([], IMAPLIB, 0, "the client's exit status: 0"),
        ([], ["true"], 1, "the client never connected"),
        ([], BAD + ["sad"], 1, "the client's exit status: 1"),
    ]
    for arguments, client, status, words in rows:
        done = serve(*arguments, client=client)
        name = f"{[os.path.basename(a) for a in arguments + client]}"
        check(done.returncode == status, f"{name}: exit {done.returncode}")
        check(words in done.stderr, f"{name}: {done.stderr}")
        check(len(done.stdout.splitlines()) == 1, f"{name}: {done.stdout}")
    deviation = serve(BYE, client=BAD + ["happy"]).stderr
    check(re.search(r"^  at +\S+bye--inside-literal\.json:\d+:\d+ ", deviation, re.M) is not None,
          f"no place: {deviation}")
    check("S1: * BYE going down" in deviation, f"no wire: {deviation}")


def test_facts():
    """The client finds the same in its arguments and in its environment, and its output is seen."""
    program = ("import os,sys; e=os.environ; n='HOST PORT TLS_PORT URL USER PASSWORD CA TASK'; "
               "print(*sys.argv[1:]); print(*(e['IMAPWRIGHT_'+w] for w in n.split()))")
    done = serve(EXAMINE, "--user", "ann:pw", client=[
        sys.executable, "-c", program, "{host}", "{port}", "{tls_port}", "{url}", "{user}",
        "{password}", "{ca}", "{task}"])
    facts = json.loads(done.stdout)
    port, tls_port, ca = facts["imap"], facts["imaps"], facts["ca"]
    wanted = (f"127.0.0.1 {port} {tls_port} imap://127.0.0.1:{port}/ ann pw {ca} examine INBOX")
    check(done.stderr.splitlines()[:2] == [wanted, wanted], f"facts: {done.stderr}")


def test_variants():
    """--variant says which; there is none behind the last."""
    text = ('{"title": "NOOP is answered in two ways", "task": "noop",\n'
            ' "vary": {"how": ["one", "two"]}, "then": {"client": "any"},\n'
            ' "rules": [{"on": "C: NOOP", "play": ["S: OK ${how}"]}]}\n')
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "ways.json", text)
        for arguments, answer in [([], b"a OK one\r\n"), (["--variant", "0"], b"a OK one\r\n"),
                                  (["--variant", "1"], b"a OK two\r\n")]:
            with Server(path, *arguments) as server, Bare(server.port) as client:
                client.line()
                given = client.command(b"NOOP")
                check(given == [answer], f"{arguments}: {given}")
        for number in ("2", "18446744073709551615"):
            done = serve(path, "--variant", number, "--timeout", "1")
            check(done.returncode == 2 and "has 2" in done.stderr, f"variant {number}: {done}")


# ---- the end -----------------------------------------------------------------------------------

def test_signals():
    """SIGTERM and SIGINT end it in order: a report, no files, no processes."""
    for how in (signal.SIGTERM, signal.SIGINT):
        with Server(EXAMINE) as server, Bare(server.port) as client:
            client.line()
            client.command(b"LOGIN user secret")
            read_only = client.command(b"EXAMINE INBOX")[-1]
            check(read_only == b"a OK [READ-ONLY] examined\r\n", f"{read_only}")
            check(server.end(how) == 0, f"{how.name}: {server.report()}")
            check(server.report().startswith("pass  client/select/examine"), server.report())
            check(client.line() == b"", f"{how.name}: the connection stays open")
            check(not os.path.exists(os.path.dirname(server.ca)), f"{how.name}: files stay")
        with Server(EXAMINE) as server:
            check(server.end(how) == 1, f"{how.name}, nobody came: exit status")
            check("no client has connected" in server.report(), server.report())
    with tempfile.TemporaryDirectory() as folder:
        pid_file = os.path.join(folder, "pid")
        with Server(EXAMINE, client=["sh", "-c", f"echo $$ >{pid_file}; exec sleep 60"]) as server:
            end = time.monotonic() + SECONDS
            while not (os.path.exists(pid_file) and os.path.getsize(pid_file)):
                check(time.monotonic() < end, "the client was not started")
                time.sleep(0.01)
            with open(pid_file, encoding="utf-8") as file:
                pid = int(file.read())
            check(server.end() == 1, f"stopped in the midst of its client: {server.report()}")
            check(not os.path.exists(f"/proc/{pid}"), "the client lives on")


def test_nobody_comes():
    """--timeout without a client is how long to wait for one; with one connected it is no end."""
    for arguments in ([], [EXAMINE]):
        began = time.monotonic()
        done = serve(*arguments, "--timeout", "1")
        took = time.monotonic() - began
        check(done.returncode == 1, f"nobody comes: exit {done.returncode}")
        check("timeout: no client has connected" in done.stderr, done.stderr)
        check(0.9 < took < 10, f"nobody comes: {took:.1f} s")
    with Server("--timeout", "1") as server, Bare(server.port) as client:
        client.line()
        time.sleep(1.5)
        check(client.command(b"NOOP") == [b"a OK done\r\n"], "a client that came is left alone")


# ---- usage -------------------------------------------------------------------------------------

def test_usage():
    rows = [
        (["--nonsense"], "nonsense"),
        (["--port"], "port"),
        (["--port", "x"], "--port"),
        (["--port", "65536"], "--port"),
        (["--tls-port", "-1"], "--tls-port"),
        (["--timeout", "never"], "--timeout"),
        (["--user", "ann"], "NAME:PASSWORD"),
        ([EXAMINE, BYE, "--variant", "1"], "--variant"),
        (["--max-connections", "many"], "--max-connections"),
        (["--ready-fd", "9"], "--ready-fd"),
        (["no/such/scenario"], "no/such/scenario"),
        (["--"], "--"),
    ]
    for arguments, words in rows:
        done = serve("--timeout", "1", *arguments)
        check(done.returncode == 2, f"{arguments}: exit {done.returncode}")
        check(words in done.stderr, f"{arguments}: {done.stderr!r}")
        check(done.stdout == "", f"{arguments}: {done.stdout}")
    done = serve("--help")
    check(done.returncode == 0 and done.stdout.startswith("usage: imapwright serve"), done.stdout)


def test_bad_scenarios():
    """What is wrong in a file is said with its place."""
    rows = [
        ('{"title": "x",\n "rules": [}\n', r"bad\.json:2:\d+: .*JSON"),
        ('{"title": "x",\n "task": "noop",\n "rulse": []}\n', r"bad\.json:3:2: .*rulse"),
        ('{"title": "x",\n "dialogue": ["C: NOOP",\n  "S OK"]}\n', r"bad\.json:3:3: "),
        ("", r"bad\.json:1:1: "),
    ]
    with tempfile.TemporaryDirectory() as folder:
        for text, pattern in rows:
            done = serve(write(folder, "bad.json", text), "--timeout", "1")
            check(done.returncode == 2, f"{text!r}: exit {done.returncode}")
            check(re.search(pattern, done.stderr) is not None, f"{text!r}: {done.stderr!r}")
            check(done.stdout == "", f"{text!r}: {done.stdout}")


def main():
    for test in (test_listening, test_ports, test_sessions, test_passwords, test_at_once,
                 test_reads_late, test_verdicts, test_facts, test_variants, test_signals,
                 test_nobody_comes, test_usage, test_bad_scenarios):
        test()
    finish()


main()
