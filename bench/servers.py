# SPDX-License-Identifier: MIT
"""The mock server beside hoodiecrow-imap and Dovecot: how it starts, what it weighs, how many
sessions of imaplib it serves, how many connections and scenarios it holds."""
import contextlib
import imaplib
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import engines

HERE = os.path.dirname(os.path.abspath(__file__))
MESSAGES = 10
MESSAGE = b"Subject: message\r\nFrom: a@example.org\r\n\r\n" + 27 * (b"x" * 72 + b"\r\n")
STARTS, ROUNDS, SECONDS = 15, 3, 3
IDLERS, SCENARIOS = 5000, 500
WAIT_MAX = 60
SCENARIO = {"title": "one of many", "rules": [{"on": "C: NOOP", "nth": 9, "play": ["engine"]}]}


class Server:
    """A running server: its port, account and process; when that was begun; what it said."""

    def __init__(self, port, account, pid=None, began=None, said=None):
        self.port, self.account, self.pid, self.began, self.said = port, account, pid, began, said

    def memory(self):
        """MiB that it holds now, its pages in files included."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            kib = next(line.split()[1] for line in file if line.startswith("VmRSS"))
        return int(kib) / 1024


def write_messages(folder):
    os.makedirs(folder)
    for number in range(MESSAGES):
        with open(os.path.join(folder, f"{number}.eml"), "wb") as file:
            file.write(MESSAGE)


@contextlib.contextmanager
def running(command):
    """(its first line, its pid, when it was begun)"""
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as process:
        try:
            yield process.stdout.readline(), process.pid, began
        finally:
            process.terminate()


@contextlib.contextmanager
def ours(build, *arguments):
    with running([os.path.join(build, "imapwright"), "serve", *arguments]) as (line, pid, began):
        said = json.loads(line)
        yield Server(said["imap"], ("user", "secret"), pid, began, said)


@contextlib.contextmanager
def ours_with_mail(build):
    with tempfile.TemporaryDirectory() as folder:
        mail = os.path.join(folder, "INBOX")
        write_messages(mail)
        with ours(build, "--mail", mail) as server:
            yield server


@contextlib.contextmanager
def hoodiecrow(modules):
    with tempfile.NamedTemporaryFile() as file:
        file.write(MESSAGE)
        file.flush()
        command = ["node", os.path.join(HERE, "hoodiecrow/serve.js"), modules, file.name]
        with running(command) as (line, pid, began):
            yield Server(int(line), ("testuser", "testpass"), pid, began)


@contextlib.contextmanager
def dovecot():
    with engines.dovecot() as port:
        fill(port, *engines.ACCOUNT)
        yield Server(port, engines.ACCOUNT)


def fill(port, user, password):
    client = imaplib.IMAP4("127.0.0.1", port, timeout=WAIT_MAX)
    client.login(user, password)
    for _ in range(MESSAGES):
        client.append("INBOX", None, None, MESSAGE)
    client.logout()


def install_hoodiecrow(out):
    """The folder of its modules; None, and it is said why."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        print("left out hoodiecrow-imap: there is no npm")
        return None
    folder = os.path.join(out, "hoodiecrow")
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, "hoodiecrow", name), folder)
    result = subprocess.run([npm, "--prefix", folder, "ci", "--ignore-scripts"], check=False,
                            capture_output=True, text=True, timeout=300)
    if result.returncode != 0:
        print(f"left out hoodiecrow-imap: npm says {result.stderr.strip()[-200:]}")
        return None
    return os.path.join(folder, "node_modules")


def greeting_after(server, *arguments):
    """Milliseconds from before the process to its greeting; the least of some."""
    best = float("inf")
    for _ in range(STARTS):
        with server(*arguments) as one:
            with socket.create_connection(("127.0.0.1", one.port), timeout=WAIT_MAX) as stream:
                hear(stream, b"* OK")
            best = min(best, 1000 * (time.monotonic() - one.began))
    return best


def sessions(server, seconds=SECONDS):
    """Of imaplib, a second; 0 seconds are one session."""
    command = [sys.executable, os.path.join(HERE, "peer_sessions.py"), str(server.port),
               *server.account, str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=WAIT_MAX)
    return float(done.stdout)


def ends_with(octets, starts):
    """The last line is whole and begins with one of these."""
    lines = octets.split(b"\r\n")
    return lines[-1] == b"" and len(lines) > 1 and lines[-2].startswith(starts)


def hear(stream, *starts):
    answer = b""
    while not ends_with(answer, starts):
        octets = stream.recv(65536)
        if not octets:
            raise RuntimeError(f"the end behind {answer}")
        answer += octets


def idle(server, count):
    """So many connections that idle in INBOX; each step is taken by all of them at once."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    streams = []
    for _ in range(count):
        streams.append(socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_MAX))
        hear(streams[-1], b"* ")
    login = "a LOGIN {} {}".format(*server.account).encode()
    for command, starts in ((login, b"a "), (b"b SELECT INBOX", b"b "), (b"c IDLE", b"+")):
        for stream in streams:
            stream.sendall(command + b"\r\n")
        for stream in streams:
            hear(stream, starts)
    return streams


def hold(server):
    """(seconds to come, MiB with them all, sessions a second meanwhile) of IDLERS."""
    begin = time.monotonic()
    streams = idle(server, IDLERS)
    seconds, memory = time.monotonic() - begin, server.memory()
    meanwhile = sessions(server)
    for stream in streams:
        stream.close()
    return seconds, memory, meanwhile


def many(build):
    """(milliseconds to the greeting of the last, MiB) of SCENARIOS in one process, each of which
    answers."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(SCENARIOS):
            paths.append(os.path.join(folder, f"{number}.json"))
            with open(paths[-1], "w", encoding="ascii") as file:
                json.dump(SCENARIO, file)
        with ours(build, *paths) as server:
            for one in server.said["scenarios"]:
                client = imaplib.IMAP4("127.0.0.1", one["imap"], timeout=WAIT_MAX)
                client.shutdown()
            milliseconds = 1000 * (time.monotonic() - server.began)
            return milliseconds, server.memory()
