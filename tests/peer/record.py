#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""imapwright record: every way on both sides, secrets, --refresh, and ends that are hostile.
record.py IMAPWRIGHT [TEST]"""
import base64
import glob
import imaplib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from serving import SECONDS, Bare, Server
from support import LittleServer, check, finish

USER, PASSWORD = "bertha", "hunter22"
LETTER = b"Subject: letter\r\n\r\nThe word is hunter22.\r\n"


class Recorder(Server):
    """The scenario and all that was said, once it has ended."""
    verb = "record"

    def __init__(self, url, *arguments, client=()):
        self.folder = tempfile.mkdtemp(prefix="iw-record-")
        self.path = os.path.join(self.folder, "session.json")
        super().__init__("--to", url, "-o", self.path, *arguments, client=client)

    def __exit__(self, *_):
        self.status = self.end()
        check(self.status is not None, "record did not stop")

    def scenario(self):
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)

    def lint(self):
        done = subprocess.run([sys.argv[1], "lint", self.path], capture_output=True, text=True,
                              check=False)
        return done.stdout if done.returncode else ""


def run(*arguments, env=None):
    return subprocess.run([sys.argv[1], "record", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=SECONDS, check=False,
                          env={**os.environ, **(env or {})})


def serve(*arguments):
    """A server with one letter, which speaks of the password."""
    mail = tempfile.mkdtemp(prefix="iw-mail-")
    with open(os.path.join(mail, "1.eml"), "wb") as file:
        file.write(LETTER)
    return Server("--user", f"{USER}:{PASSWORD}", "--mail", mail, *arguments)


# ---- every way ---------------------------------------------------------------------------------

def session(port, way, ca, user, password):
    context = ssl.create_default_context(cafile=ca)
    if way == "tls":
        client = imaplib.IMAP4_SSL("localhost", port, ssl_context=context, timeout=SECONDS)
    else:
        client = imaplib.IMAP4("localhost", port, timeout=SECONDS)
    if way == "starttls":
        client.starttls(context)
    client.login(user, password)
    client.select("INBOX", readonly=True)
    body = client.fetch("1", "(BODY[])")[1][0][1]
    client.logout()
    return body


def test_ways():
    """The client's way and the server's are independent of each other."""
    with serve() as real:
        for near in ("plain", "starttls", "tls"):
            for far in ("plain", "starttls", "tls"):
                scheme, port = ("imaps", real.tls_port) if far == "tls" else ("imap", real.port)
                more = ["--starttls"] if far == "starttls" else []
                more += ["--offer-starttls"] if near == "starttls" and far != "plain" else []
                url = f"{scheme}://{USER}@localhost:{port}"
                with Recorder(url, "--ca-file", real.ca, *more) as recorder:
                    to = recorder.tls_port if near == "tls" else recorder.port
                    body = session(to, near, recorder.ca, USER, PASSWORD)
                    check(body == LETTER, f"{near}, {far}: {body!r}")
                name = f"{near} to {far}"
                check(recorder.status == 0, f"{name}: {recorder.report()}")
                check(recorder.lint() == "", f"{name}: {recorder.lint()}")
                tls = recorder.scenario().get("given", {}).get("tls")
                check(tls == {"plain": None, "starttls": "starttls", "tls": "implicit"}[near],
                      f"{name}: given.tls is {tls}")
                with Server(recorder.path) as played:
                    to = played.tls_port if near == "tls" else played.port
                    session(to, near, played.ca, "user", "secret")
                check("pass" in played.report(), f"{name}: {played.report()}")
                shutil.rmtree(recorder.folder)


# ---- secrets -----------------------------------------------------------------------------------

def test_secrets_are_nowhere():
    """In no file and in nothing that is said, in none of its forms."""
    say = [b"* OK ready", b"a OK hunter22", b"* 1 FETCH (BODY[] {8}\r\nhunter22)",
           b"* OK " + base64.b64encode(b"x hunter22 y"), b"b NO what is hunter22",
           b"* OK " + "hunter22".encode("utf-16-le"), b"c BAD " + b"hunter22".hex().encode()]

    def talk(connection):
        stream = connection.makefile("rb")
        connection.sendall(say[0] + b"\r\n")
        for answers in (say[1:2], say[2:5], say[5:7]):
            stream.readline()
            connection.sendall(b"\r\n".join(answers) + b"\r\n")
        stream.readline()

    real = LittleServer(talk)
    with Recorder(f"imap://127.0.0.1:{real.port}") as recorder:
        with Bare(recorder.port) as client:
            client.line()
            for line, count in ((b'a LOGIN bertha "hunter22"', 1), (b"b LOGIN b hunter22 more", 4),
                                (b"c AUTHENTICATE PLAIN", 2)):
                client.send(line + b"\r\n")
                for _ in range(count):
                    client.line()
    real.close()
    said = recorder.report().encode()
    for path in glob.glob(os.path.join(recorder.folder, "**", "*.*"), recursive=True):
        with open(path, "rb") as file:
            said += file.read()
    forms = [b"hunter22", base64.b64encode(b"hunter22")[:10], "hunter22".encode("utf-16-le"),
             "hunter22".encode("utf-16-be"), b"hunter22".hex().encode(),
             base64.b64encode(b"x hunter22 y")[4:12]]
    for form in forms:
        check(form not in said, f"{form!r} stands in {said!r}")
    check(b"${password}" in said, "nothing stands for the password")
    shutil.rmtree(recorder.folder)


def test_options():
    with serve() as real:
        url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{real.port}"
        with Recorder(url, "--keep-user", "--engine", "CAPABILITY", "--title", "Mine") as recorder:
            session(recorder.port, "plain", recorder.ca, USER, PASSWORD)
        scenario = recorder.scenario()
        check(scenario["title"] == "Mine", f"title: {scenario['title']}")
        check(scenario["given"]["users"] == {USER: "secret"}, f"given: {scenario['given']}")
        check(scenario["engine"] == ["CAPABILITY"], "engine")
        check("C: CAPABILITY" not in scenario["dialogue"], "CAPABILITY is still there")
        shutil.rmtree(recorder.folder)
        client = [sys.executable, "-c", "import sys; sys.exit(int(sys.argv[1]))", "3"]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "none.json")
            done = run("--to", url, "-o", path, "--", *client)
            check(done.returncode == 1 and "nothing was recorded" in done.stderr,
                  f"no connection: {done}")
            check(not os.path.exists(path), "a file of nothing")
    for arguments, words in ((["-o", "x"], "--to"), (["--to", "imap://h:1", "x"], "behind --"),
                             (["--to", "imaps://h:1", "--starttls"], "for imap://"),
                             (["--to", "imap://h:1", "--refresh", "x", "-o", "y"], "--refresh")):
        done = run(*arguments)
        check(done.returncode == 2 and words in done.stderr, f"{arguments}: {done}")


# ---- recorded anew -----------------------------------------------------------------------------

def test_refresh():
    """What the server says is new; what the author wrote stays. A wrong password changes nothing."""
    with serve() as real:
        url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{real.port}"
        with Recorder(url) as recorder:
            session(recorder.port, "plain", recorder.ca, USER, PASSWORD)
        with open(recorder.path, encoding="utf-8") as file:
            before = file.read().replace('"class"', '"why":   "by hand",\n  "class"')
        with open(recorder.path, "w", encoding="utf-8") as file:
            file.write(before)
        again = run("--to", url, "--refresh", recorder.path)
        with open(recorder.path, encoding="utf-8") as file:
            check(file.read() == before and again.returncode == 0, f"unchanged: {again}")
        client = imaplib.IMAP4("127.0.0.1", real.port, timeout=SECONDS)
        client.login(USER, PASSWORD)
        client.append("INBOX", None, None, LETTER)
        wrong = run("--to", url.replace(PASSWORD, "wrong"), "--refresh", recorder.path)
        with open(recorder.path, encoding="utf-8") as file:
            check(file.read() == before and wrong.returncode == 1, f"wrong password: {wrong}")
        done = run("--to", url, "--refresh", recorder.path)
        client.logout()
        with open(recorder.path, encoding="utf-8") as file:
            after = file.read()
        check(done.returncode == 0, f"refresh: {done}")
        check('- "S: * 1 EXISTS"' in done.stdout and '+ "S: * 2 EXISTS"' in done.stdout,
              f"refresh says: {done.stdout}")
        check(PASSWORD not in after + done.stdout + done.stderr, "the password is shown")
        changed = [new for old, new in zip(before.splitlines(), after.splitlines()) if old != new]
        check('"why":   "by hand",' in after and all('"S' in line for line in changed),
              f"changed: {changed}")
        check(recorder.lint() == "", recorder.lint())
        with Server(recorder.path) as played:
            session(played.port, "plain", played.ca, "user", "secret")
        check("pass" in played.report(), f"refreshed: {played.report()}")
        shutil.rmtree(recorder.folder)


def test_refresh_of_what_does_not_matter():
    """--any keeps what came, literals too: it is sent again, and anything else is right as well."""
    with serve() as real:
        url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{real.port}"
        with Recorder(url, "--any", "APPEND,SEARCH,NOOP") as recorder:
            client = imaplib.IMAP4("127.0.0.1", recorder.port, timeout=SECONDS)
            client.login(USER, PASSWORD)
            client.append("INBOX", "(\\Seen)", None, LETTER)
            client.select("INBOX")
            client.search(None, "SEEN")
            client.noop()
            client.logout()
        with open(recorder.path, encoding="utf-8") as file:
            before = file.read()
        check("C: APPEND ${...=INBOX" in before and "C: SEARCH ${...=SEEN}" in before and
              "C: NOOP ${...=}" in before, f"kept: {before}")
        done = run("--to", url, "--refresh", recorder.path)
        with open(recorder.path, encoding="utf-8") as file:
            after = file.read()
        check(done.returncode == 0 and '+ "S: * 3 EXISTS"' in done.stdout, f"refresh: {done}")
        check([line for line in before.splitlines() if '"C' in line] ==
              [line for line in after.splitlines() if '"C' in line], f"the client's lines: {after}")
        check(recorder.lint() == "", recorder.lint())
        with Server(recorder.path) as played:
            client = imaplib.IMAP4("127.0.0.1", played.port, timeout=SECONDS)
            client.login("user", "secret")
            client.append("Elsewhere", None, None, b"Subject: another\r\n\r\n")
            client.select("INBOX")
            client.search(None, "UNSEEN", "ALL")
            client.noop()
            client.logout()
        check("pass" in played.report(), f"another: {played.report()}")
        shutil.rmtree(recorder.folder)


# ---- hostile ends ------------------------------------------------------------------------------

def hostile_server(name, talk, send, words, mb=400):
    """The client hears the greeting, says something, and goes when the server does or half a second
    is over."""
    real = LittleServer(talk)
    with Recorder(f"imap://127.0.0.1:{real.port}") as recorder:
        with socket.create_connection(("127.0.0.1", recorder.port), timeout=SECONDS) as client:
            try:
                client.recv(1 << 16 if send else 1)
                for piece in send:
                    client.sendall(piece)
                end = time.monotonic() + 1
                client.settimeout(0.5)
                while time.monotonic() < end and client.recv(1 << 16):
                    pass
            except OSError:
                pass
        time.sleep(0.1)
        peak = recorder.peak_mb()
    real.close()
    check(recorder.status in (0, 1), f"{name}: exit {recorder.status}: {recorder.report()}")
    check(words in recorder.report(), f"{name}: says {recorder.report()}")
    check(peak < mb, f"{name}: {peak} MB")
    if os.path.exists(recorder.path):
        check(recorder.lint() == "", f"{name}: {recorder.lint()}")
    shutil.rmtree(recorder.folder)


def saying(*pieces, hold=0.0):
    def talk(connection):
        for piece in pieces:
            connection.sendall(piece)
        time.sleep(hold)
        connection.close()
    return talk


def flood(piece, octets):
    def talk(connection):
        for _ in range(octets // len(piece)):
            connection.sendall(piece)
        connection.close()
    return talk


def test_hostile():
    greeting = b"* OK ready\r\n"
    garbage = bytes(range(256)) * 4
    hostile_server("server dies", saying(greeting), [], "recorded")
    hostile_server("server says nothing", saying(), [b"a NOOP\r\n"], "")
    hostile_server("garbage", saying(greeting, garbage), [b"a NOOP\r\n"], "recorded")
    hostile_server("NULs", saying(greeting, b"\0\0\0\r\n* OK \0\r\n"), [b"\0\0\r\n"], "recorded")
    hostile_server("half a literal", saying(greeting, b"* 1 FETCH (BODY[] {99}\r\nabc"), [],
                   "recorded")
    hostile_server("a huge literal announced", saying(greeting, b"* X {9999999999}\r\n" * 3), [],
                   "recorded")
    hostile_server("a line without end", flood(b"x" * 65536, 8 << 20), [],
                   "a line or literal of the server is too long")
    hostile_server("a flood of lines", flood(b"* 1 EXISTS\r\n" * 5000, 24 << 20), [], "recorded")
    hostile_server("client without end", saying(greeting, hold=1), [b"x" * 65536] * 40,
                   "a line or literal of the client is too long")
    hostile_server("client does not wait", saying(greeting, hold=1),
                   [b"a LOGIN {5}\r\n"] + [b"x" * 65536] * 100, "does not wait for answers")
    hostile_server("commands without answers", saying(greeting, hold=1),
                   [b"".join(b"%d NOOP\r\n" % i for i in range(1200))], "have no answer")
    hostile_server("early TLS", saying(greeting, b"* BYE\r\n"), [b"\x16\x03\x01\x00\x05hello\r\n"],
                   "recorded")


def test_nobody_answers():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Recorder(f"imap://127.0.0.1:{port}") as recorder:
        with socket.create_connection(("127.0.0.1", recorder.port), timeout=SECONDS) as client:
            client.settimeout(SECONDS)
            try:
                check(client.recv(100) == b"", "the client hears something")
            except ConnectionResetError:
                pass
    check(recorder.status == 1 and "cannot be reached" in recorder.report(),
          f"nobody: {recorder.status} {recorder.report()}")
    shutil.rmtree(recorder.folder)


def test_many_connections():
    """Nine are recorded, the tenth passes all the same."""
    with serve() as real:
        with Recorder(f"imap://127.0.0.1:{real.port}") as recorder:
            for _ in range(10):
                session(recorder.port, "plain", recorder.ca, USER, PASSWORD)
        check(recorder.status == 1 and "nine connections" in recorder.report(), recorder.report())
        check(recorder.lint() == "", recorder.lint())
        shutil.rmtree(recorder.folder)


def test_slow_client():
    """The server is slowed down to what the client takes."""
    size = 64 << 20

    def talk(connection):
        try:
            connection.sendall(b"* OK ready\r\n" + b"* 1 EXISTS\r\n" * (size // 12))
        except OSError:
            pass
        connection.close()

    real = LittleServer(talk)
    with Recorder(f"imap://127.0.0.1:{real.port}") as recorder:
        with socket.create_connection(("127.0.0.1", recorder.port), timeout=SECONDS):
            time.sleep(1.5)
            used = recorder.peak_mb()
    real.close()
    check(used < 400, f"a slow client costs {used} MB")
    shutil.rmtree(recorder.folder)


CHOSEN = sys.argv[2] if len(sys.argv) > 2 else "test_"
for test in [value for name, value in sorted(globals().items()) if name.startswith(CHOSEN)]:
    began = time.monotonic()
    test()
    print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)
finish()
