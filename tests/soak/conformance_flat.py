#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The whole server suite against one `imapwright serve` again and again, each time in another order:
always the same verdicts, nothing left behind, and the server needs no more memory than after the
first times. conformance_flat.py IMAPWRIGHT
IMAPWRIGHT_SOAK_SECONDS says how long (else 600)."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peer"))
from serving import MEASURED, Bare, Server  # noqa: E402
from support import Run, check, finish  # noqa: E402

SECONDS = int(os.environ.get("IMAPWRIGHT_SOAK_SECONDS", "600"))
WARM = 2             # runs until everything has been used
RUNS_MIN = 4
MEMORY_GROWTH = 1.1


def left_behind(server):
    with Bare(server.port) as client:
        client.log_in()
        return [line for line in client.command(b'LIST "" *') if b"imapwright" in line]


def main():
    end = time.monotonic() + SECONDS
    first, memory = None, []
    with Server("--user", "user:secret", "--user", "bob:secret", env=MEASURED) as server:
        while len(memory) < RUNS_MIN or time.monotonic() < end:
            run = Run("check-server", f"imap://user:secret@127.0.0.1:{server.port}/",
                      "--allow-inbox", "--second-user", "bob:secret", "--ca-file", server.ca,
                      "--seed", str(len(memory)), seconds=SECONDS + 600)
            verdicts = run.verdicts()
            first = first or verdicts
            differing = {i: (first[i], verdicts.get(i)) for i in first if verdicts.get(i) != first[i]}
            check(run.status == 0, f"run {len(memory)}: exit {run.status}\n{run.stdout[-2000:]}")
            check(not differing, f"run {len(memory)} differs: {differing}")
            memory.append(server.memory_kb())
        check(not left_behind(server), f"left behind: {left_behind(server)}")
    print(f"{len(memory)} runs of {len(first)} cases; memory in KiB: {memory}")
    check(max(memory[WARM:]) < max(memory[:WARM]) * MEMORY_GROWTH, f"memory grows: {memory}")
    finish()


if __name__ == "__main__":
    main()
