#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.py PROGRAM: what `imapwright lint` prints and how it exits."""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GOLDEN = os.path.join(HERE, "scenarios")
FINDING = re.compile(r"[^\n:]+\.json:\d+:\d+: [^\n]+")


def lint(program, *arguments):
    command = [program, "lint", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def cases():
    """Arguments, the exit status, how many findings."""
    scenarios = ["--scenarios", os.path.join(ROOT, "scenarios")]
    yield [*scenarios, os.path.join(GOLDEN, "good")], 0, 0
    yield [os.path.join(GOLDEN, "no-such-file.json")], 1, 1
    yield [os.path.join(ROOT, "scenarios")], 0, 0
    yield [*scenarios, os.path.join(ROOT, "docs/examples")], 0, 0
    yield [], 2, 0
    yield ["--no-such-option"], 2, 0


def main():
    program, wrong = sys.argv[1], 0
    for arguments, status, findings in cases():
        result = lint(program, *arguments)
        lines = result.stdout.splitlines()
        if result.returncode != status or len(lines) != findings or not all(
                FINDING.fullmatch(line) for line in lines):
            wrong += 1
            print(f"lint {' '.join(arguments)}: exit {result.returncode}, {len(lines)} findings\n"
                  f"{result.stdout}{result.stderr}")
    usage = lint(program, "--help")
    if usage.returncode != 0 or not usage.stdout.startswith("usage: imapwright lint"):
        wrong += 1
        print("--help:", usage)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
