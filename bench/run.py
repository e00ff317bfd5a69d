#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/run.py --build DIR --out DIR [WHAT]: measures, prints a table, writes OUT/WHAT.json.

Every number that counts is a ratio of two measurements of one run: ours beside a limit (what any
parser must at least do) or a peer. A ratio above 1 is better for us.
"""
import argparse
import json
import os
import subprocess
import sys


def parser(build):
    """Framing and typed reading, in MB/s, beside memchr and a scalar tokenizer."""
    subprocess.run(["cmake", "--build", build, "--target", "bench_parser"], check=True,
                   stdout=subprocess.DEVNULL)
    text = subprocess.run([os.path.join(build, "bench", "bench_parser")], check=True,
                          capture_output=True, text=True).stdout
    speed = {}
    for line in text.splitlines():
        m = json.loads(line)
        speed[m["stream"], m["way"]] = m["octets"] / m["seconds"] / 1e6
    pairs = [("frames", "memchr"), ("frames-16k", "frames"), ("frames-1", "frames"),
             ("typed", "tokens"), ("typed-16k", "typed")]
    return [{"work": f"{stream}: {ours}", "peer": theirs, "unit": "MB/s",
             "ours": round(speed[stream, ours], 1), "theirs": round(speed[stream, theirs], 1),
             "ratio": round(speed[stream, ours] / speed[stream, theirs], 3)}
            for stream in dict.fromkeys(s for s, _ in speed) for ours, theirs in pairs]


BENCHES = {"parser": parser}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("what", nargs="*", choices=[*BENCHES, []], metavar="WHAT")
    options = arguments.parse_args()
    for what in options.what or BENCHES:
        rows = BENCHES[what](options.build)
        print(f"{'work':24} {'ours':>10} {'theirs':>10} {'ratio':>7}  peer")
        for row in rows:
            print(f"{row['work']:24} {row['ours']:10} {row['theirs']:10} {row['ratio']:7}  "
                  f"{row['peer']} ({row['unit']})")
        with open(os.path.join(options.out, what + ".json"), "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
