#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The engine and another server in the same conversations: random commands out of a seed, right and
wrong ones, over one connection or two. Their answers have to have the same meaning. What differs
must be one of engine_differences.py, each with the RFC section that decides it.

engine_diff.py IMAPWRIGHT [--peer dovecot|cyrus] [--count N] [--seed N] [--verbose]

Each conversation has mailboxes of its own. After every command each connection says NOOP, so that
news are told, and what is compared then is what the client knows: how many messages there are,
and what it asked for. A conversation ends where the servers' ways part."""
import argparse
import os
import random
import re
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

from engine_commands import Talk  # noqa: E402
from engine_differences import DIFFERENCES  # noqa: E402
from mime_diff import Reader  # noqa: E402
from serving import Server  # noqa: E402
from support import Dovecot, Peer, check, finish  # noqa: E402

SECONDS = 30
PATIENCE = 40
RENEW = 40  # conversations of one connection
# Codes that say what a client acts upon; others are a server's own choice.
CODES = {b"APPENDUID", b"COPYUID", b"TRYCREATE", b"MODIFIED"}
EXCUSES = {b"SERVERBUG", b"INUSE", b"LIMIT", b"UNAVAILABLE"}  # not this time (RFC 5530 §3)
ACCESS = {b"READ-ONLY", b"READ-WRITE"}
# Attributes that both know; what else there is depends on the store.
ATTRIBUTES = {b"\\NOSELECT", b"\\NONEXISTENT", b"\\HASCHILDREN", b"\\HASNOCHILDREN",
              b"\\SUBSCRIBED"}


# ---- what an answer means ----------------------------------------------------------------------

def numbers(octets):
    """A set, as Python's; what it says of the order does not count."""
    found = set()
    for part in octets.split(b","):
        low, _, high = part.partition(b":")
        low, high = int(low), int(high or low)
        found.update(range(min(low, high), max(low, high) + 1))
    return sorted(found)


def flags(values):
    """Sorted, system flags in one case, without \\Recent, which each session has its own way."""
    known = {b"\\SEEN", b"\\ANSWERED", b"\\FLAGGED", b"\\DELETED", b"\\DRAFT"}
    return sorted(v.upper() if v.upper() in known else v
                  for v in values if v.upper() != b"\\RECENT")


class Answer:
    """All that came for one command, by its meaning."""

    def __init__(self, command):
        self.command = command
        self.state, self.code = None, None
        self.fetched, self.data, self.codes = {}, {}, {}

    def facts(self):
        yield "state", self.state
        opens = re.match(rb"SELECT|EXAMINE", self.command) is not None
        codes = CODES | ACCESS if opens else CODES
        yield "code", self.code if self.code is not None and self.code[0] in codes else None
        yield "fetched", self.fetched
        for name in ("SEARCH", "SORT", "THREAD", "ESEARCH", "STATUS", "LIST", "LSUB", "ENABLED"):
            yield name, self.data.get(name)
        for name in (b"UNSEEN", b"UIDNEXT", b"COPYUID"):
            yield name.decode(), self.codes.get(name)


def code_of(text):
    match = re.match(rb" \[([^\]]*)\]", text)
    if match is None:
        return None
    words = match.group(1).split(b" ")
    name = words[0].upper()
    if name == b"APPENDUID":
        return name, numbers(words[2])
    if name == b"COPYUID":
        return name, numbers(words[2]), numbers(words[3])
    if name == b"MODIFIED":
        return name, numbers(words[1])
    if name in (b"UNSEEN", b"UIDNEXT"):
        return name, int(words[1])
    return (name,)


class Connection:
    """To one server, with what a client knows of the selected mailbox."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", int(port)), timeout=SECONDS)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.number, self.exists = 0, 0
        self.say(b"LOGIN alice secret")

    def close(self):
        self.file.close()
        self.socket.close()

    def line(self):
        """With its literals; empty: the connection has ended."""
        whole = b""
        while True:
            try:
                piece = self.file.readline()
            except ConnectionError:
                return b""
            whole += piece
            literal = re.search(rb"\{(\d+)\}\r\n$", piece)
            if literal is None:
                return whole if piece else b""
            whole += self.file.read(int(literal.group(1)))

    def say(self, command):
        """An Answer; its state is None when the server has hung up."""
        self.number += 1
        tag = b"T%d" % self.number
        answer = Answer(command)
        try:
            self.socket.sendall(tag + b" " + command + b"\r\n")
        except OSError:
            return answer
        while True:
            line = self.line()
            if not line:
                return answer
            if line.startswith(b"+ ") and command.upper() == b"IDLE":
                self.socket.sendall(b"DONE\r\n")
            elif line.startswith(tag + b" "):
                word = re.match(rb"\S+ (\w+)(.*)", line, re.S)
                answer.state, answer.code = word.group(1), code_of(word.group(2))
                return answer
            elif line.startswith(b"* "):
                self.read(answer, line[2:-2])

    def read(self, answer, line):
        number = re.match(rb"(\d+) (EXISTS|EXPUNGE|FETCH) ?(.*)", line, re.S)
        if number is None:
            self.read_data(answer, *line.partition(b" ")[::2])
        elif number.group(2) == b"EXISTS":
            self.exists = int(number.group(1))
        elif number.group(2) == b"EXPUNGE":
            self.exists -= 1
        else:
            self.read_fetch(answer, int(number.group(1)), number.group(3))

    def read_fetch(self, answer, number, text):
        values = Reader(text).list()
        items = answer.fetched.setdefault(number, {})
        for name, value in zip(values[::2], values[1::2]):
            name = name.upper()
            if name == b"FLAGS":
                value = flags(value)
            elif name == b"INTERNALDATE":
                value = value.replace(b" ", b"0", 1) if value[:1] == b" " else value
            items[name] = value

    def read_data(self, answer, word, rest):
        word = word.decode().upper()
        if word == "OK":
            code = code_of(b" " + rest)
            if code is not None:
                answer.codes[code[0]] = code[1:]
        elif word == "SEARCH":
            answer.data[word] = sorted(int(n) for n in rest.split())
        elif word == "SORT":
            answer.data[word] = rest.split()
        elif word == "THREAD":
            answer.data[word] = Reader(b"(" + rest + b")").list()
        elif word == "ENABLED":
            answer.data[word] = sorted(rest.upper().split())
        elif word == "ESEARCH":
            answer.data[word] = read_esearch(rest)
        elif word == "STATUS":
            name, values = Reader(b"(" + rest + b")").list()
            pairs = dict(zip(values[::2], values[1::2]))
            pairs.pop(b"HIGHESTMODSEQ", None)
            answer.data.setdefault(word, {})[name] = pairs
        elif word in ("LIST", "LSUB"):
            self.read_list(answer, word, rest)

    @staticmethod
    def read_list(answer, word, rest):
        attributes, _, name, *more = Reader(b"(" + rest + b")").list()
        answer.data.setdefault(word, {})[name] = (
            sorted(a.upper() for a in attributes if a.upper() in ATTRIBUTES), more)


def read_esearch(rest):
    words = rest.split()
    found = {}
    at = 0
    while at < len(words):
        if words[at].startswith(b"(TAG"):
            at += 2
        elif words[at] == b"UID":
            found[b"UID"] = True
            at += 1
        else:
            value = words[at + 1]
            found[words[at]] = numbers(value) if words[at] == b"ALL" else value
            at += 2
    return found


def only_asked(answer):
    """News of flags are told or not; what was asked for has to come."""
    command = answer.command.upper()
    match = re.match(rb"(UID )?(FETCH|STORE) ", command)
    if match is None:
        answer.fetched = {}
        return
    wanted = command.split(b" ", 3 if match.group(1) else 2)[-1]
    if match.group(2) == b"STORE":
        wanted = b"" if b".SILENT" in wanted else b"FLAGS"
    wanted += b" UID" if match.group(1) and wanted else b""
    wanted = wanted.replace(b".PEEK", b"")
    for macro, items in ((b"ALL", b"ENVELOPE "), (b"FAST", b""), (b"FULL", b"ENVELOPE BODY ")):
        if wanted.split()[:1] == [macro]:
            wanted += b" FLAGS INTERNALDATE RFC822.SIZE " + items
    for number, items in list(answer.fetched.items()):
        kept = {name: value for name, value in items.items()
                if name.split(b"[")[0].split(b"<")[0] in re.split(rb"[ ()\[<]+", wanted)}
        if match.group(1) and set(kept) == {b"UID"} and b"UID" not in answer.command[8:].upper():
            kept = {}
        if kept:
            answer.fetched[number] = kept
        else:
            del answer.fetched[number]


# ---- comparing ---------------------------------------------------------------------------------

class Diff:
    def __init__(self, ours, theirs, options):
        self.ports, self.peer, self.verbose = (ours, theirs), options.peer, options.verbose
        self.pairs = []
        self.commands = 0

    def connect(self):
        self.close()
        self.pairs = [[Connection(port) for port in self.ports] for _ in range(2)]

    def close(self):
        for pair in self.pairs:
            for connection in pair:
                connection.close()
        self.pairs = []

    def step(self, where, command, history):
        """False: from here on their ways part."""
        history.append(b"%d: %s" % (where, command[:300]))
        self.commands += 1
        ours, theirs = (connection.say(command) for connection in self.pairs[where])
        news = [[connection.say(b"NOOP").state for connection in pair] for pair in self.pairs]
        for _ in range(PATIENCE):  # they look for what other sessions did now and then
            if all(mine.exists == other.exists for mine, other in self.pairs):
                break
            time.sleep(0.05)
            news = [[connection.say(b"NOOP").state for connection in pair] for pair in self.pairs]
        if news != [[b"OK", b"OK"]] * 2:
            self.connect()
            return self.explain(command, "end", *zip(*news), history)
        if theirs.code is not None and theirs.code[0] in EXCUSES:
            return False
        only_asked(ours)
        only_asked(theirs)
        together = True
        if ours.state != theirs.state:
            return self.explain(command, "state", ours.state, theirs.state, history)
        differing = [(what, mine, other) for (what, mine), (_, other)
                     in zip(ours.facts(), theirs.facts()) if mine != other]
        differing += [("EXISTS", mine.exists, other.exists) for mine, other in self.pairs
                      if mine.exists != other.exists]
        for what, mine, other in differing:
            together = self.explain(command, what, mine, other, history) and together
        return together

    def explain(self, command, what, ours, theirs, history):
        """False: from here on their ways part."""
        for difference in DIFFERENCES[self.peer]:
            if difference.explains(command, b"\n".join(history), what, ours, theirs):
                return not difference.parts
        lines = "".join(f"\n    {line!r}" for line in history[-40:]) if self.verbose else ""
        check(False, f"{command[:80]!r}: {what}: we say {ours!r:.300}\n  {self.peer} says "
                     f"{theirs!r:.300}, after {history[0].decode()}{lines}")
        return False

    def conversation(self, seed):
        talk = Talk(random.Random(seed), b"q%d-%d" % (os.getpid(), seed))
        history = [b"seed %d" % seed]
        for where, command in talk.begin():
            if not self.step(where, command, history):
                break
        else:
            while (turn := talk.next()) is not None and self.step(*turn, history):
                pass
        for where, command in talk.end():
            for connection in self.pairs[where]:
                connection.say(command)
                connection.exists = 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imapwright")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--peer", choices=DIFFERENCES, default="dovecot")
    parser.add_argument("--port", help="of a peer that runs already")
    options = parser.parse_args()
    with Server("--user", "alice:secret") as ours:
        if options.port is not None:
            run(options, ours.port, options.port)
        else:
            with Dovecot() if options.peer == "dovecot" else Peer(options.peer) as theirs:
                run(options, ours.port, theirs.port)
    finish()


def run(options, ours, theirs):
    diff = Diff(ours, theirs, options)
    for number in range(options.count):
        if number % RENEW == 0:
            diff.connect()
        try:
            diff.conversation(options.seed + number)
        except (OSError, ValueError, AttributeError) as error:
            check(False, f"seed {options.seed + number}: {type(error).__name__}: {error}")
            diff.connect()
    diff.close()
    print(f"{options.count} conversations, {diff.commands} commands")
    for difference in DIFFERENCES[options.peer]:
        print(f"  {difference.met:5} {difference.section}: {difference.name}")
        if options.count >= 2000:
            check(difference.met > 0, f"never met: {difference.name}")


if __name__ == "__main__":
    main()
