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

import run

HERE = pathlib.Path(__file__).parent
SCENARIOS = HERE.parent.parent / "scenarios"
CASES_MIN = 60
FINDING = re.compile(r"(\d+:\d+: .*)")


class Case:
    def __init__(self, path, line, title):
        self.path, self.title = path, title
        self.where = f"{path.name}:{line}: {title}"
        self.why = False
        self.octets = None
        self.seen_by_schema = False
        self.wanted = None


def add_fence(case, words, lines):
    if words[0] == "json":
        ended = not (lines and lines[-1].endswith("\\c"))
        lines = lines if ended else lines[:-1] + [lines[-1][:-2]]
        case.octets = b"\n".join(run.octets_of([line + "\\c"]) for line in lines)
        case.octets += b"\n" if ended and lines else b""
        case.seen_by_schema = words[1:] == ["schema"]
    elif words == ["error"]:
        case.wanted = lines
    else:
        raise ValueError(f"{case.where}: a fence of no known kind: {words}")


def cases_of(path):
    cases, fence, lines = [], None, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if fence is not None and line == "```":
            add_fence(cases[-1], fence, lines)
            fence = None
        elif fence is not None:
            lines.append(line)
        elif line.startswith("```"):
            fence, lines = line[3:].split(), []
        elif line.startswith("## "):
            cases.append(Case(path, number, line[3:]))
        elif line and cases:
            cases[-1].why = True
    for case in cases:
        if not case.why or case.octets is None or case.wanted is None:
            raise ValueError(f"{case.where}: a reason, an input or an outcome is missing")
    return cases


def all_cases():
    return [case for path in sorted(HERE.glob("scenarios/bad/*.md")) for case in cases_of(path)]


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


def lint(binary, cases):
    """What is found in each, all in one run."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(HERE / "scenarios/messages", f"{folder}/messages")
        for number, case in enumerate(cases):
            pathlib.Path(folder, f"{number:04}.json").write_bytes(case.octets)
        names = [f"{folder}/{number:04}.json" for number in range(len(cases))]
        done = subprocess.run([binary, "lint", "--scenarios", SCENARIOS, *names],
                              capture_output=True, timeout=60, check=False)
    found = [[] for _ in cases]
    for line in done.stdout.decode("utf-8").splitlines():
        name, _, finding = line.partition(".json:")
        found[int(name[-4:])].append(finding)
    return found, done.returncode


def update(cases, found):
    """Writes what is found into the files."""
    for path in {case.path for case in cases}:
        outcomes = iter(findings for case, findings in zip(cases, found) if case.path == path)
        text = re.sub(r"```error\n(?:.*\n)*?```\n",
                      lambda _: "".join(["```error\n", *(f"{line}\n" for line in next(outcomes)),
                                         "```\n"]), path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")


def main(binary, *options):
    cases = all_cases()
    found, status = lint(binary, cases)
    if options == ("--update",):
        update(cases, found)
        return 0
    wrong = 0
    for case, findings in zip(cases, found):
        if not findings or findings != case.wanted or not all(map(FINDING.fullmatch, findings)):
            wrong += 1
            print("\n    ".join([case.where, "wanted", *case.wanted, "given", *findings]))
    print(f"{len(cases)} bad scenarios, {wrong} told otherwise; exit {status}")
    return 0 if wrong == 0 and status == 1 and len(cases) >= CASES_MIN else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else print(__doc__, file=sys.stderr) or 2)
