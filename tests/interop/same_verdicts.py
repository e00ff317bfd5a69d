#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ten runs of the whole suite against one Dovecot: each as conformance/known/dovecot.json has it,
all with the same verdicts, also in a random order, and nothing left behind.

same_verdicts.py IMAPWRIGHT"""
import imaplib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

from support import ROOT, Dovecot, Run, check, finish  # noqa: E402

RUNS = 10


def main():
    known = os.path.join(ROOT, "conformance", "known", "dovecot.json")
    with Dovecot() as dovecot:
        url = f"imap://alice:secret@127.0.0.1:{dovecot.port}/"
        first = None
        for number in range(RUNS):
            order = ["--seed", str(number)] if number % 2 else []
            run = Run("check-server", url, "--allow-inbox", "--second-user", "bob:secret",
                      "--expect", known, *order)
            verdicts = run.verdicts()
            check(run.status == 0, f"run {number}: exit {run.status}\n{run.stdout[-2000:]}")
            first = first or verdicts
            differing = [i for i in first if verdicts.get(i) != first[i]]
            check(not differing, f"run {number} differs: {differing}")
        with imaplib.IMAP4("127.0.0.1", int(dovecot.port)) as client:
            client.login("alice", "secret")
            names = [line.decode() for line in client.list()[1] if line]
            check(not [n for n in names if "imapwright" in n], f"left behind: {names}")
    finish()


if __name__ == "__main__":
    main()
