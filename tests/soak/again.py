#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A test with random content again and again, each time with other seeds, until the time is over.

again.py COMMAND…, in which {seed} stands for the seed. IMAPWRIGHT_SOAK_SECONDS says how long (else
600); IMAPWRIGHT_SOAK_SEED, where the seeds begin (else the day, so that each day sees others)."""
import os
import subprocess
import sys
import time

SECONDS = int(os.environ.get("IMAPWRIGHT_SOAK_SECONDS", "600"))
SEED = int(os.environ.get("IMAPWRIGHT_SOAK_SEED", str(int(time.time()) // 86400)))
APART = 1_000_000  # a test may count on from the seed that it is given
ONE_RUN_SECONDS = 3600


def main():
    end = time.monotonic() + SECONDS
    runs = 0
    while runs == 0 or time.monotonic() < end:
        seed = str((SEED * 1000 + runs) * APART)
        command = [word.replace("{seed}", seed) for word in sys.argv[1:]]
        status = subprocess.run(command, timeout=ONE_RUN_SECONDS, check=False).returncode
        if status != 0:
            if status != 77:
                print(f"failed: {' '.join(command)}", file=sys.stderr)
            sys.exit(status)
        runs += 1
    print(f"{runs} runs")


if __name__ == "__main__":
    main()
