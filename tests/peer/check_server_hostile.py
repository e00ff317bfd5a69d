#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-server against servers that turn hostile behind the login (tests/peer/hostile): the run
ends in time, in bounded memory, with verdicts that say what happened.

check_server_hostile.py IMAPWRIGHT"""
import os
import resource
import time

from serving import MEASURED, Server
from support import Run, check, finish

HERE = os.path.dirname(os.path.abspath(__file__))
RUN_SECONDS = 10
SLACK_SECONDS = 20
PEAK_MIB = 400  # with AddressSanitizer, which multiplies
CASES = ["server/select", "server/list/patterns--*", "server/fetch/body*"]

# The scenario, what must be among the verdicts, and words of a detail.
ROWS = [
    ("mute", {"blocked", "timeout"}, "did not come within"),
    ("closing", {"blocked"}, "the connection ended"),
    ("flood", {"blocked"}, "too long"),
    ("chatter", {"blocked"}, "did not come within"),
    ("literal", {"deviation", "pass"}, "this is no IMAP"),
]


def against(name):
    path = os.path.join(HERE, "hostile", name + ".json")
    with Server(path, "--user", "alice:secret", "--timeout", "60", env=MEASURED) as server:
        began = time.monotonic()
        run = Run("check-server", f"imap://alice:secret@127.0.0.1:{server.port}/", "--timeout", "1",
                  "--case-timeout", "2", "--run-timeout", str(RUN_SECONDS), *CASES, env=MEASURED)
        run.seconds = time.monotonic() - began
    return run


def main():
    for name, verdicts, words in ROWS:
        run = against(name)
        cases = run.json["cases"]
        met = {case["verdict"] for case in cases}
        check(run.status in (1, 2), f"{name}: exit {run.status}")
        check(verdicts <= met, f"{name}: {met}")
        check(run.seconds < RUN_SECONDS + SLACK_SECONDS, f"{name}: {run.seconds:.1f} s")
        check(any(words in case["detail"] for case in cases), f"{name}: {run.stdout[-2000:]}")
        check(all(case["detail"] for case in cases if case["verdict"] != "pass"),
              f"{name}: a verdict without a reason")
        check("Sanitizer" not in run.stderr, f"{name}: {run.stderr}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    check(peak < PEAK_MIB, f"peak memory {peak:.0f} MiB")
    print(f"peak memory {peak:.0f} MiB")
    finish()


main()
