#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What holds on every connection is watched on live ones: each mutant that breaks an invariant, as
a server, gives a result of its own, whatever the cases are about.

check_server_invariants.py IMAPWRIGHT"""
import glob
import json
import os

from serving import Server
from support import ROOT, Run, check, finish

CASES = ["server/connection/noop--*", "server/capability/base-protocol--*", "server/append/multi--*",
         "server/append/appenduid*", "server/append/recent--*", "server/fetch/macros--all",
         "server/condstore/changedsince--by-uid"]


def results(*arguments):
    with Server(*arguments, "--user", "alice:secret") as server:
        return Run("check-server", f"imap://alice:secret@127.0.0.1:{server.port}/", *CASES)


def main():
    run = results()
    check(run.status == 0, f"no mutant: exit {run.status}\n{run.stdout[-3000:]}")
    check(not [i for i in run.verdicts() if i.startswith("invariant/")], run.stdout[-3000:])
    for path in sorted(glob.glob(os.path.join(ROOT, "scenarios", "mutants", "invariant--*.json"))):
        with open(path, encoding="utf-8") as file:
            broken = json.load(file)["breaks"][0]
        run = results(path)
        verdicts = run.verdicts()
        check(run.status == 1, f"{broken}: exit {run.status}")
        check(verdicts.get(broken) in ("fail", "deviation"), f"{broken}: {verdicts}")
        case = next((c for c in run.json["cases"] if c["id"] == broken), None)
        check(case and case["clause"]["id"] and case["transcript"] and "(in server/" in case["detail"],
              f"{broken}: {case}")
        check("secret" not in json.dumps(case), f"{broken}: the password is shown")
    finish()


main()
