#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/run.py --build DIR --out DIR [WHAT]: measures, prints a table, writes OUT/WHAT.json.

Every number that counts is a ratio of two measurements of one run: ours beside a limit (what any
parser must at least do) or a peer. A ratio above 1 is better for us.
"""
import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

import clients
import engines
import servers

HERE = os.path.dirname(os.path.abspath(__file__))
STREAMS = ["flags", "envelope", "bodies", "list", "search", "esearch"]
PEERS = {"dovecot": "libdovecot", "libetpan": "libetpan", "cclient": "c-client"}
LIMITS = ["tokenizer", "memchr", "memcpy"]


class Programs:
    """Runs the programs in turns and keeps the best of each, because whatever else the machine does
    can only make them slower. Each round runs fresh copies: the very pages a program lies in can
    cost it a quarter of its speed."""

    def __init__(self, streams):
        self.streams = streams
        self.best = {}         # (stream, who): MB/s
        self.allocations = {}  # stream: per response
        self.cannot = set()    # (program, stream)

    def run(self, program, stream, rounds):
        name = os.path.basename(program)
        if (name, stream) in self.cannot:
            return
        with tempfile.TemporaryDirectory() as directory:
            copy = shutil.copy(program, directory)
            result = subprocess.run([copy, self.streams, str(rounds), stream], check=False,
                                    capture_output=True, text=True, timeout=120)
        if result.returncode != 0:
            self.cannot.add((name, stream))
            print(f"{name} cannot read {stream}: {result.stderr.strip() or result.returncode}")
        for line in result.stdout.splitlines():
            self.note(stream, json.loads(line))

    def note(self, stream, line):
        if "allocations" in line:
            self.allocations[stream] = line["allocations"] / line["responses"]
            return
        speed = line["octets"] / line["seconds"] / 1e6
        key = stream, line["who"]
        self.best[key] = max(speed, self.best.get(key, 0))

    def compare(self, work, stream, ours, theirs):
        """A row, or none if one of the two did not run."""
        pair = self.best.get((stream, ours)), self.best.get((stream, theirs))
        if None in pair:
            return []
        return [row(f"{stream}: {work}", theirs, "MB/s", *pair, pair[0] / pair[1])]


def row(work, peer, unit, ours, theirs, ratio):
    def short(number):
        return float(f"{number:.4g}")
    return {"work": work, "peer": peer, "unit": unit, "ours": short(ours), "theirs": short(theirs),
            "ratio": short(ratio)}


def build_peers(out, peers):
    """The paths of those that could be built; says why of the others."""
    programs = []
    for peer in peers:
        result = subprocess.run([os.path.join(HERE, "peers.sh"), peer, out], check=False,
                                stdout=subprocess.PIPE, text=True)
        if result.returncode == 0:
            programs.append(os.path.join(out, "peer_" + peer))
        else:
            print("left out", result.stdout.strip())
    return programs


def parser(build, out):
    """The parser over 25 MB of each kind of response, beside libraries and limits."""
    subprocess.run(["cmake", "--build", build, "--target", "bench"], check=True,
                   stdout=subprocess.DEVNULL)
    streams = os.path.join(out, "streams")
    os.makedirs(streams, exist_ok=True)
    subprocess.run([os.path.join(build, "bench", "bench_streams"), streams], check=True)
    peers = build_peers(os.path.join(out, "peers"), PEERS)
    programs = Programs(streams)
    for turn in range(4):
        for stream in STREAMS:
            programs.run(os.path.join(build, "bench", "bench_parser"), stream, 3)
            programs.run(os.path.join(build, "bench", "bench_limits"), stream, 3)
            for peer in peers if turn < 2 else []:
                programs.run(peer, stream, 1)
    rows = []
    for stream in STREAMS:
        for theirs in [*PEERS.values(), *LIMITS]:
            rows += programs.compare("typed", stream, "typed", theirs)
        rows += programs.compare("typed, 16 KiB chunks", stream, "typed-16k", "typed")
        rows += programs.compare("framed", stream, "frames", "memchr")
        rows += programs.compare("framed, octet by octet", stream, "frames-1", "frames")
        mallocs = programs.allocations[stream]
        rows.append(row(f"{stream}: memory asked for", "never", "mallocs/response", mallocs, 0,
                        1 if mallocs == 0 else 0))
    return rows


def client(build, out):
    """The client beside imaplib, curl and libetpan, with one server."""
    subprocess.run(["cmake", "--build", build, "--target", "bench", "imapwright_cli"], check=True,
                   stdout=subprocess.DEVNULL)
    peers = os.path.join(out, "peers")
    build_peers(peers, ["libetpan_client"])
    with clients.server(build) as port:
        best = clients.race(build, peers, port)
        peak, small_peak = clients.growth(build, peers, port)
    rows = [row(work, who, unit, ours, theirs, theirs / ours)
            for (work, who), numbers in best.items() if who != "ours"
            for unit, ours, theirs in zip(clients.MEASURES, best[work, "ours"], numbers)]
    rows.append(row("a thousand times the messages", "ours", "peak MiB", peak, small_peak,
                    small_peak / peak))
    return rows


def engine(build, out):
    """The embedded engine beside Dovecot, each over a hundred thousand messages."""
    del out
    subprocess.run(["cmake", "--build", build, "--target", "bench", "imapwright_cli"], check=True,
                   stdout=subprocess.DEVNULL)
    with engines.both(build) as ports:
        best = engines.race(ports)
        crowd = engines.crowd(build, ports)
    rows = [row(work, "dovecot", "s", ours, best[work, "dovecot"], best[work, "dovecot"] / ours)
            for (work, who), ours in best.items() if who == "ours"]
    at_once = f"{engines.CONNECTIONS} connections"
    (rate, worst), (their_rate, their_worst) = crowd["ours"], crowd["dovecot"]
    rows.append(row(at_once, "dovecot", "commands/s", rate, their_rate, rate / their_rate))
    rows.append(row(at_once + ", the slowest", "dovecot", "ms", worst, their_worst,
                    their_worst / worst))
    return rows


def least(work, peer, unit, ours, theirs):
    """A row of what is better the less it is."""
    return row(work, peer, unit, ours, theirs, theirs / ours)


def mockserver(build, out):
    """The mock server beside hoodiecrow-imap and Dovecot, and beside what it shall reach."""
    subprocess.run(["cmake", "--build", build, "--target", "imapwright_cli"], check=True,
                   stdout=subprocess.DEVNULL)
    modules = servers.install_hoodiecrow(out)
    peers = {"hoodiecrow": (servers.hoodiecrow, modules)} if modules else {}
    start = servers.greeting_after(servers.ours, build)
    rows = [least("start to first greeting", "goal", "ms", start, 10)]
    for who, server in peers.items():
        theirs = servers.greeting_after(*server)
        rows.append(least("start to first greeting", who, "ms", start, theirs))
    return rows + beside(build, peers) + crowd(build, peers, start)


def beside(build, peers):
    """Memory and sessions a second; all run at once and are asked in turns."""
    best, memory = {}, {}
    with contextlib.ExitStack() as stack:
        there = {"ours": stack.enter_context(servers.ours_with_mail(build))}
        for who, server in {**peers, "Dovecot": (servers.dovecot,)}.items():
            there[who] = stack.enter_context(server[0](*server[1:]))
        for who, server in there.items():
            servers.sessions(server, 0)
            if server.pid:
                memory[who] = server.memory()
        for _ in range(servers.ROUNDS):
            for who, server in there.items():
                best[who] = max(servers.sessions(server), best.get(who, 0))
    rows = [least("memory after a session", "goal", "MiB", memory["ours"], 10)]
    for who in there:
        if who in peers:
            rows.append(least("memory after a session", who, "MiB", memory["ours"],
                              memory[who]))
        if who != "ours":
            rows.append(row("imaplib sessions", who, "sessions/s", best["ours"], best[who],
                            best["ours"] / best[who]))
    return rows


def crowd(build, peers, start):
    """Many connections, and many scenarios in one process."""
    with servers.ours_with_mail(build) as server:
        alone = servers.sessions(server)
        seconds, memory, meanwhile = servers.hold(server)
    idlers = f"{servers.IDLERS} in IDLE"
    rows = [row(f"{idlers}: sessions meanwhile", "without them", "sessions/s", meanwhile, alone,
                meanwhile / alone)]
    for who, (server, *arguments) in peers.items():
        with server(*arguments) as one:
            their_seconds, their_memory, _ = servers.hold(one)
        rows += [least(f"{idlers}: until all are there", who, "s", seconds, their_seconds),
                 least(f"{idlers}: memory", who, "MiB", memory, their_memory)]
    milliseconds, memory = servers.many(build)
    with servers.ours(build) as server:
        one = server.memory()
    count = servers.SCENARIOS
    return rows + [least(f"{count} scenarios at once: start", f"{count} starts", "ms", milliseconds,
                         count * start),
                   least(f"{count} scenarios at once: memory", f"{count} processes", "MiB", memory,
                         count * one)]


BENCHES = {"parser": parser, "client": client, "engine": engine, "mockserver": mockserver}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("what", nargs="*", choices=[*BENCHES, []], metavar="WHAT")
    options = arguments.parse_args()
    for what in options.what or BENCHES:
        rows = BENCHES[what](options.build, options.out)
        print(f"{'work':32} {'ours':>10} {'theirs':>10} {'ratio':>8}  peer")
        for r in rows:
            print(f"{r['work']:32} {r['ours']:10g} {r['theirs']:10g} {r['ratio']:8g}  "
                  f"{r['peer']} ({r['unit']})")
        with open(os.path.join(options.out, what + ".json"), "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
