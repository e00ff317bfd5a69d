#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/parser-example.c, built by someone, prints what docs/parser.md says: example.py PROGRAM"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCE = os.path.join(ROOT, "docs", "parser-example.c")
SOURCE_LINES_MAX = 40


def block(page, language):
    found = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    if len(found) != 1:
        sys.exit(f"docs/parser.md has {len(found)} blocks of “{language}”, not 1")
    return found[0]


def problem_with(program, environment=None):
    """None, or what is wrong. On the page the input's lines end in LF alone."""
    with open(os.path.join(ROOT, "docs", "parser.md"), encoding="utf-8") as file:
        page = file.read()
    given = block(page, "imap").replace("\n", "\r\n")
    ran = subprocess.run([program], input=given.encode(), capture_output=True, timeout=10,
                         env=environment)
    printed = ran.stdout.decode(errors="replace")
    if ran.returncode != 0:
        return f"exit status {ran.returncode}: {ran.stderr.decode(errors='replace')}"
    if printed != block(page, "text"):
        return f"it prints, other than docs/parser.md says:\n{printed}"
    return None


if __name__ == "__main__":
    with open(SOURCE, encoding="utf-8") as source:
        lines = len(source.readlines())
    if lines > SOURCE_LINES_MAX:
        sys.exit(f"{SOURCE} has {lines} lines (at most {SOURCE_LINES_MAX})")
    sys.exit(problem_with(sys.argv[1]))
