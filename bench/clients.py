# SPDX-License-Identifier: MIT
"""The client beside other clients: each fetches the same from the same server, in turns."""
import contextlib
import imaplib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ACCOUNT = ["user", "secret"]
MAILBOX = "large"
MESSAGES, BODIES, BATCH, ROUNDS = 100_000, 10_000, 1000, 3
SECONDS_MAX = 120
MESSAGE = b"Subject: message\r\nFrom: a@example.org\r\n\r\n" + 27 * (b"x" * 72 + b"\r\n")
CURL_SHARE = 10  # it fetches a tenth of the bodies: each is a command, and takes the server its time
# What is fetched: its name, the items, how many messages.
WORKS = [(f"FLAGS UID of {MESSAGES}", "(FLAGS UID)", MESSAGES),
         (f"bodies of {BODIES}", "(BODY.PEEK[])", BODIES)]
# Of one run of one client.
MEASURES = ["wall s", "CPU s", "peak MiB"]


@contextlib.contextmanager
def server(build):
    """imapwright serve with MESSAGES messages in MAILBOX; gives its port."""
    command = [os.path.join(build, "imapwright"), "serve", "--user", ":".join(ACCOUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            port = json.loads(running.stdout.readline())["imap"]
            fill(port)
            yield port
        finally:
            running.terminate()


def fill(port):
    """MULTIAPPEND (RFC 3502), which imaplib does not know."""
    client = imaplib.IMAP4("127.0.0.1", port, timeout=SECONDS_MAX)
    client.login(*ACCOUNT)
    client.create(MAILBOX)
    append = f"fill APPEND {MAILBOX}".encode()
    for _ in range(MESSAGES // BATCH):
        client.send(append + BATCH * (b" {%d+}\r\n" % len(MESSAGE) + MESSAGE) + b"\r\n")
        line = client.readline()
        if not line.startswith(b"fill OK"):
            raise RuntimeError(f"APPEND: {line}")
    client.logout()


def commands(build, peers, port):
    """{who: the arguments of its program, but for the items and the count}"""
    account = [str(port), *ACCOUNT, MAILBOX]
    programs = {"ours": [os.path.join(build, "bench", "bench_client")],
                "imaplib": [sys.executable, os.path.join(HERE, "peer_imaplib.py")],
                "libetpan": [os.path.join(peers, "peer_libetpan_client")]}
    return {who: program + account for who, program in programs.items()
            if os.path.exists(program[-1])}


def curl(port, count):
    """One command for each body. A list as long as that of the flags is more than it takes."""
    url = f"imap://127.0.0.1:{port}/{MAILBOX};MAILINDEX=[1-{count}]"
    return ["curl", "-s", "-u", ":".join(ACCOUNT), url]


def measure(build, command):
    """(the three measures, what it said) of one run."""
    used = os.path.join(build, "bench", "bench_used")
    is_curl = command[0] == "curl"
    with tempfile.NamedTemporaryFile("r") as file:
        done = subprocess.run([used, file.name, *command], check=False, timeout=SECONDS_MAX,
                              stdout=subprocess.DEVNULL if is_curl else subprocess.PIPE)
        numbers = [float(number) for number in file.read().split()]
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: exit status {done.returncode}")
    wall, cpu, peak = numbers
    if is_curl:
        wall, cpu = wall * CURL_SHARE, cpu * CURL_SHARE
    return (wall, cpu, peak / 1024), (done.stdout or b"").split()


def check(who, items, count, said):
    """That all of it came."""
    octets = count * len(MESSAGE) if "BODY" in items else 0
    if said and [int(number) for number in said] != [count, octets]:
        raise RuntimeError(f"{who}: {said}, not {count} messages and {octets} octets")


def race(build, peers, port):
    """{(work, who): the least of each measure}"""
    best = {}
    for _ in range(ROUNDS):
        for work, items, count in WORKS:
            runs = {who: [*command, items, str(count)]
                    for who, command in commands(build, peers, port).items()}
            if "BODY" in items:
                runs["curl"] = curl(port, count // CURL_SHARE)
            for who, command in runs.items():
                numbers, said = measure(build, command)
                check(who, items, count, said)
                best[work, who] = [min(pair) for pair in
                                   zip(numbers, best.get((work, who), numbers))]
    return best


def growth(build, peers, port):
    """Our peak memory for MESSAGES, and for a thousandth of them."""
    command = commands(build, peers, port)["ours"]
    return [measure(build, [*command, WORKS[0][1], str(count)])[0][2]
            for count in (MESSAGES, MESSAGES // 1000)]
