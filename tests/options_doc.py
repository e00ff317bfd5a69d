#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/imapwright.1 and the --help of each command name the same options, and no line of a --help
is wider than a terminal: options_doc.py PROGRAM"""
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).parent.parent / "docs/imapwright.1"
OPTION = re.compile(r"--[a-z][a-z0-9-]*")
COLUMNS = 100


def printed(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=20,
                          check=True).stdout


def problems(program):
    page = set(OPTION.findall(PAGE.read_text(encoding="utf-8").replace("\\-", "-")))
    commands = re.findall(r"^  ([a-z-]+) ", printed(program, "--help"), re.M)
    seen = set()
    for command in commands:
        text = printed(program, command, "--help")
        options = set(OPTION.findall(text))
        seen |= options
        yield from (f"{PAGE.name}: nothing of {option}, which {command} has"
                    for option in sorted(options - page))
        yield from (f"{command} --help: too wide: {line}"
                    for line in text.splitlines() if len(line) > COLUMNS)
    yield from (f"{PAGE.name}: {option} is in no --help" for option in sorted(page - seen))
    if len(commands) < 2:
        yield "--help names no commands"


def main():
    found = list(problems(sys.argv[1]))
    print(*found, sep="\n")
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
