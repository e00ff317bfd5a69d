#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every client scenario in every variant, with imaplib, curl and our own client, three times each:
as conformance/known/*.json has it, and the same every time.

every_variant.py IMAPWRIGHT"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

from support import ROOT, Run, check, finish  # noqa: E402

RUNS = 3


def main():
    clients = os.path.join(ROOT, "tests", "clients")
    commands = {
        "imaplib": ["python3", os.path.join(clients, "imaplib_task.py")],
        "curl": [os.path.join(clients, "curl_task.sh")],
        "ours": [sys.argv[1], "client-shim"],
    }
    for name, command in commands.items():
        known = os.path.join(ROOT, "conformance", "known", name + ".json")
        expect = ["--expect", known] if os.path.exists(known) else []
        first = None
        for number in range(RUNS):
            run = Run("check-client", *expect, "--jobs", "2", client=command, seconds=280)
            verdicts = run.verdicts()
            check(run.status == 0, f"{name} {number}: exit {run.status}\n{run.stdout[-2000:]}")
            first = first or verdicts
            check(verdicts == first, f"{name}: run {number} differs")
            check(len(verdicts) >= 12, f"{name}: {len(verdicts)} cases only")
    finish()


if __name__ == "__main__":
    main()
