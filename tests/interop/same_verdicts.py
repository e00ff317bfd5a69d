#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs of the whole suite against one server: each as conformance/known has it, all with the same
verdicts, one case at a time, side by side, and in a random order, and nothing left behind.

same_verdicts.py IMAPWRIGHT [--server NAME] [--runs N]"""
import argparse
import imaplib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

from support import ROOT, Dovecot, Peer, Run, check, finish  # noqa: E402

RUN_SECONDS = 3600
EXPECTED = {"pass", "skip", "info", "weak", "xfail"}
# Courier sleeps two seconds over each DELETE; mailutils sends 3 MB in four seconds, if left alone.
OPTIONS = {"courier": ["--jobs", "40", "--max-connections", "80", "--timeout", "10"],
           "mailutils": ["--timeout", "15"]}
# Cyrus keeps the name of each mailbox there ever was, and gets slower by them: a new one each time.
NEW_EACH_TIME = {"cyrus"}


def left_behind(server):
    with imaplib.IMAP4("127.0.0.1", int(server.port)) as client:
        client.login("alice", "secret")
        names = [line.decode() for line in client.list()[1] if isinstance(line, bytes)]
    return [name for name in names if "imapwright" in name]


def servers(name, runs):
    """The server of each run."""
    while runs > 0:
        times = 1 if name in NEW_EACH_TIME else runs
        with Dovecot() if name == "dovecot" else Peer(name) as server:
            for _ in range(times):
                yield server
            check(not left_behind(server), f"left behind: {left_behind(server)}")
        runs -= times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imapwright")
    parser.add_argument("--server", default="dovecot")
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    known = os.path.join(ROOT, "conformance", "known", options.server + ".json")
    first = None
    for number, server in enumerate(servers(options.server, options.runs)):
        order = ["--seed", str(number)] if number % 2 else []
        usual = [] if number else ["--jobs", "1"]
        given = OPTIONS.get(options.server, usual)
        run = Run("check-server", f"imap://alice:secret@127.0.0.1:{server.port}/",
                  "--allow-inbox", "--second-user", "bob:secret", "--ca-file", server.ca,
                  "--timeout", "5", "--expect", known, *given, *order, seconds=RUN_SECONDS)
        verdicts = run.verdicts()
        unexpected = [i for i, verdict in verdicts.items() if verdict not in EXPECTED]
        check(run.status == 0, f"run {number}: exit {run.status}: {unexpected}")
        first = first or verdicts
        differing = [i for i in first if verdicts.get(i) != first[i]]
        check(not differing, f"run {number} differs: {differing}")
        print(f"run {number}: {len(verdicts)} cases in {run.json['seconds']:.0f} s", flush=True)
    finish()


if __name__ == "__main__":
    main()
