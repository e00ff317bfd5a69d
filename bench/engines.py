# SPDX-License-Identifier: MIT
"""The embedded engine beside Dovecot: each is given the same mailboxes and the same commands."""
import contextlib
import datetime
import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DOVECOT = os.path.join(os.path.dirname(HERE), "tests", "servers", "dovecot")
ACCOUNT = ["alice", "secret"]
MESSAGES, BODIES, BATCH, APPENDS, FEW = 100_000, 10_000, 1000, 10_000, 20
SECONDS_MAX = 300
ROUNDS = 3
CONNECTIONS, BUSY_ROUNDS = 1000, 10
# What is measured: its name, the command. The first are over a mailbox of MESSAGES.
WORKS = [
    (f"FETCH FLAGS of {MESSAGES}", "FETCH 1:* (FLAGS)"),
    (f"FETCH ENVELOPE of {MESSAGES}", "FETCH 1:* (ENVELOPE)"),
    (f"FETCH BODYSTRUCTURE of {MESSAGES}", "FETCH 1:* (BODYSTRUCTURE)"),
    (f"FETCH BODY[] of {BODIES}", f"FETCH 1:{BODIES} (BODY.PEEK[])"),
    ("SEARCH UNSEEN", "SEARCH UNSEEN"),
    ("SEARCH FROM", "SEARCH FROM person77"),
    ("SEARCH SUBJECT", 'SEARCH SUBJECT "number 777"'),
    ("SEARCH SINCE LARGER", "SEARCH SINCE 1-Jun-2020 LARGER 1000"),
    ("SEARCH OR NOT", "SEARCH OR FLAGGED NOT (SUBJECT apple FROM person1)"),
    ("SEARCH BODY", "SEARCH BODY needle"),
    ("SORT (DATE)", "SORT (DATE) UTF-8 ALL"),
    ("SORT (SUBJECT)", "SORT (SUBJECT) UTF-8 ALL"),
    ("SORT (REVERSE FROM SIZE)", "SORT (REVERSE FROM SIZE) UTF-8 ALL"),
    ("THREAD REFERENCES", "THREAD REFERENCES UTF-8 ALL"),
]
FRUIT = ["apple", "pear", "quince", "medlar", "plum", "cherry", "grape"]


# ---- the servers -------------------------------------------------------------------------------

@contextlib.contextmanager
def both(build):
    """{who: the port of a server that is filled}"""
    with ours(build) as our_port, dovecot() as their_port:
        ports = {"ours": our_port, "dovecot": their_port}
        for port in ports.values():
            fill(port)
        yield ports


@contextlib.contextmanager
def ours(build):
    command = [os.path.join(build, "imapwright"), "serve", "--user", ":".join(ACCOUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield json.loads(running.stdout.readline())["imap"]
        finally:
            running.terminate()


@contextlib.contextmanager
def dovecot():
    folder = tempfile.mkdtemp(prefix="iw-bench-")
    os.chmod(folder, 0o755)
    try:
        start = [os.path.join(DOVECOT, "start.sh"), folder, os.path.join(HERE, "dovecot.conf")]
        subprocess.run(start, check=True, timeout=SECONDS_MAX)
        with open(os.path.join(folder, "server.env"), encoding="utf-8") as file:
            facts = dict(line.strip().split("=", 1) for line in file if "=" in line)
        yield int(facts["PORT"])
    finally:
        subprocess.run([os.path.join(DOVECOT, "stop.sh"), folder], check=False, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


# ---- a connection ------------------------------------------------------------------------------

class Connection:
    """Reads as fast as Python can: only the end of what came is looked at."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS_MAX)
        self.read_to(b"* OK")
        self.say("LOGIN " + " ".join(ACCOUNT))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def read_to(self, start):
        """Up to the end of a line that begins so and comes last."""
        tail = b"\n"
        while True:
            octets = self.socket.recv(1 << 18)
            if not octets:
                raise RuntimeError(f"the server has hung up: {tail!r}")
            tail = (tail + octets)[-2000:]
            if tail.endswith(b"\r\n"):
                last = tail[tail.rfind(b"\n", 0, -1) + 1:]
                if last.startswith(start):
                    return
                if last.startswith(b"t "):
                    raise RuntimeError(f"refused: {last!r}")

    def say(self, command):
        self.send(command.encode() + b"\r\n")

    def send(self, octets):
        self.socket.sendall(b"t " + octets)
        self.read_to(b"t OK")


# ---- what is in the mailboxes ------------------------------------------------------------------

def message(number, chance):
    day = datetime.datetime(2020, 1, 1) + datetime.timedelta(minutes=chance.randrange(600_000))
    answers = f"In-Reply-To: <{chance.randrange(number)}@example.org>\r\n" if number % 3 else ""
    text = "".join(chance.choice(FRUIT) + " and some more of the text that nobody reads\r\n"
                   for _ in range(chance.randrange(60)))
    needle = "needle\r\n" if number % 100 == 0 else ""
    return (f"Date: {day:%a, %d %b %Y %H:%M:%S} +0000\r\n"
            f"From: Person {number % 997} <person{number % 997}@example.org>\r\n"
            f"To: somebody@example.org, Another Person <another@example.net>\r\n"
            f"Subject: {chance.choice(FRUIT)} number {number}\r\n"
            f"Message-ID: <{number}@example.org>\r\n{answers}"
            f"\r\n{text}{needle}").encode()


def fill(port):
    """Large has MESSAGES, in batches (MULTIAPPEND, RFC 3502), Small a few; Target is empty."""
    chance = random.Random(1)
    with Connection(port) as connection:
        for mailbox in ("Large", "Small", "Target"):
            connection.say(f"CREATE {mailbox}")
        for start in range(0, MESSAGES, BATCH):
            flags = [b"()", b"(\\Seen)", b"(\\Seen \\Flagged)", b"(\\Seen \\Answered)"]
            parts = []
            for number in range(start + 1, start + BATCH + 1):
                octets = message(number, chance)
                parts.append(b" %s {%d+}\r\n%s" % (flags[number % 4], len(octets), octets))
            connection.send(b"APPEND Large" + b"".join(parts) + b"\r\n")
        for number in range(1, FEW + 1):
            octets = message(number, chance)
            connection.send(b"APPEND Small {%d+}\r\n%s\r\n" % (len(octets), octets))


# ---- measuring ---------------------------------------------------------------------------------

def timed(action, *values):
    start = time.perf_counter()
    action(*values)
    return time.perf_counter() - start


def append_many(connection):
    """One command each, the next when the last one is answered."""
    octets = message(1, random.Random(2))
    command = b"APPEND Target {%d+}\r\n%s\r\n" % (len(octets), octets)
    for _ in range(APPENDS):
        connection.send(command)


def race(ports):
    """{(work, who): the least seconds}, all in turns."""
    best = {}
    with contextlib.ExitStack() as stack:
        connections = {who: stack.enter_context(Connection(port)) for who, port in ports.items()}
        for connection in connections.values():
            connection.say("SELECT Large")
        for _ in range(ROUNDS):
            for work, command in WORKS:
                for who, connection in connections.items():
                    seconds = timed(connection.say, command)
                    best[work, who] = min(seconds, best.get((work, who), seconds))
        for who, connection in connections.items():
            best[f"APPEND of {APPENDS}", who] = timed(append_many, connection)
    return best


def busy(build, port):
    """(commands a second, the longest one's ms) of all connections at once."""
    load = [os.path.join(build, "bench", "bench_load"), str(port), *ACCOUNT, "Small",
            str(CONNECTIONS), str(BUSY_ROUNDS)]
    done = subprocess.run(load, check=True, timeout=SECONDS_MAX, stdout=subprocess.PIPE)
    seconds, count, worst = (float(word) for word in done.stdout.split())
    return count / seconds, worst


def crowd(build, ports):
    """{who: (the most commands a second, the least of the longest one's ms)}, in turns."""
    runs = {who: [] for who in ports}
    for _ in range(ROUNDS):
        for who, port in ports.items():
            runs[who].append(busy(build, port))
    return {who: (max(rate for rate, _ in measured), min(worst for _, worst in measured))
            for who, measured in runs.items()}
