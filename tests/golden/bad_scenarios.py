#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the bad scenarios of scenarios/bad/ (README.md) through `imapwright lint`.

usage: bad_scenarios.py BINARY [--update]
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import cases

HERE = pathlib.Path(__file__).parent
SCENARIOS = HERE.parent.parent / "scenarios"
CASES_MIN = 60
FINDING = re.compile(r"(\d+:\d+: .*)")


class Case(cases.Case):
    """A scenario's file, and what lint says of it."""

    def __init__(self, path, line, title):
        super().__init__(path, line, title)
        self.seen_by_schema = False
        self.wanted = None

    def add_fence(self, words, lines):
        if words[0] == "json":
            ended = not (lines and lines[-1].endswith("\\c"))
            lines = lines if ended else lines[:-1] + [lines[-1][:-2]]
            self.octets = b"\n".join(cases.octets_of([line + "\\c"]) for line in lines)
            self.octets += b"\n" if ended and lines else b""
            self.seen_by_schema = words[1:] == ["schema"]
        elif words == ["error"]:
            self.wanted = lines
        else:
            raise ValueError(f"{self.where}: a fence of no known kind: {words}")

    def has_outcome(self):
        return self.wanted is not None


def all_cases():
    return [case for path in sorted(HERE.glob("scenarios/bad/*.md"))
            for case in cases.cases_of(path, Case)]


def unique(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def value_of(case):
    """The JSON value; a ValueError where there is none."""
    try:
        return json.loads(case.octets.decode("utf-8"), object_pairs_hook=unique,
                          parse_constant=refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def lint(binary, bad):
    """What is found in each, all in one run."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(HERE / "scenarios/messages", f"{folder}/messages")
        for number, case in enumerate(bad):
            pathlib.Path(folder, f"{number:04}.json").write_bytes(case.octets)
        names = [f"{folder}/{number:04}.json" for number in range(len(bad))]
        done = subprocess.run([binary, "lint", "--scenarios", SCENARIOS, *names],
                              capture_output=True, timeout=60, check=False)
    found = [[] for _ in bad]
    for line in done.stdout.decode("utf-8").splitlines():
        name, _, finding = line.partition(".json:")
        found[int(name[-4:])].append(finding)
    return found, done.returncode


def update(bad, found):
    """Writes what is found into the files."""
    for path in {case.path for case in bad}:
        outcomes = iter(findings for case, findings in zip(bad, found) if case.path == path)
        text = re.sub(r"```error\n(?:.*\n)*?```\n",
                      lambda _: "".join(["```error\n", *(f"{line}\n" for line in next(outcomes)),
                                         "```\n"]), path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")


def main(binary, *options):
    bad = all_cases()
    found, status = lint(binary, bad)
    if options == ("--update",):
        update(bad, found)
        return 0
    wrong = 0
    for case, findings in zip(bad, found):
        if not findings or findings != case.wanted or not all(map(FINDING.fullmatch, findings)):
            wrong += 1
            print("\n    ".join([case.where, "wanted", *case.wanted, "given", *findings]))
    print(f"{len(bad)} bad scenarios, {wrong} told otherwise; exit {status}")
    return 0 if wrong == 0 and status == 1 and len(bad) >= CASES_MIN else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else print(__doc__, file=sys.stderr) or 2)
