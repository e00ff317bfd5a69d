#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every quirk of quirks.md has its case, every leniency one that needs it, and every leniency of a
persona one that names both. docs/parser.md has the tables that the program prints.

usage: quirks.py BINARY
"""
import pathlib
import re
import subprocess
import sys

import run

HERE = pathlib.Path(__file__).parent
RANGES = ((1, 32), (40, 77), (80, 116), (120, 157), (160, 187))
QUIRKS = [f"QX-{number:03}" for first, last in RANGES for number in range(first, last + 1)]
ROW = re.compile(r"\| (QX-\d{3}) \| (\w+) \| (.+) \|")


def listed(binary):
    """The leniencies with what they let in, and the personas with their leniencies."""
    done = subprocess.run([binary, "parse", "--list"], capture_output=True, text=True,
                          timeout=run.TIMEOUT_SECONDS, check=True)
    leniencies, personas = done.stdout.split("personas")
    lets_in = dict(re.findall(r"^  (\S+) +(.+)$", leniencies, re.M))
    return lets_in, {words[0]: words[1:] for words in map(str.split, personas.splitlines()[1:])}


def kind_of(case):
    """What a case shows of its quirk."""
    if case is None:
        return "behaviour"
    if case.leniencies == ["all"]:
        return "refused" if any("error" in value for value in case.wanted) else "nothing"
    if not case.leniencies:
        return "legal"
    used = {use["name"] for value in case.wanted for use in value.get("leniencies", [])}
    return "parser" if case.strict and used == set(case.leniencies) else "nothing"


def check_rows(rows, cases):
    by_quirk = {case.title[:6]: case for case in cases if case.title.startswith("QX-")}
    if [row[0] for row in rows] != QUIRKS:
        yield "quirks.md: not each of the 173, once and in order"
    for quirk, kind, said in rows:
        case = by_quirk.pop(quirk, None)
        if kind_of(case) != kind:
            yield f"{quirk}: {kind}, but its case shows {kind_of(case)}"
        elif kind == "parser" and re.findall(r"`([\w-]+)`", said) != case.leniencies:
            yield f"{quirk}: {said}, but its case needs {case.leniencies}"
    yield from (f"{quirk}: not in quirks.md" for quirk in by_quirk)


def check_names(leniencies, personas, cases):
    proven = [case for case in cases if case.strict]
    for name in leniencies:
        if not any(name in case.leniencies for case in proven):
            yield f"{name}: no case needs it"
    for persona, names in personas.items():
        for name in names:
            if not any(persona in case.personas and name in case.leniencies for case in proven):
                yield f"{persona}: no case of it needs {name}"


def check_docs(leniencies, personas):
    docs = (HERE.parent.parent / "docs" / "parser.md").read_text()
    for name, lets_in in leniencies.items():
        if f"| `{name}` | {lets_in} |" not in docs:
            yield f"{name}: not so in docs/parser.md"
    for persona, names in personas.items():
        listed_names = ", ".join(f"`{name}`" for name in names)
        if not re.search(rf"^\| `{persona}` \| [^|]+ \| {listed_names} \|$", docs, re.M):
            yield f"{persona}: not so in docs/parser.md"


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    leniencies, personas = listed(arguments[0])
    cases = run.all_cases("quirks-*.md")
    rows = ROW.findall((HERE / "quirks.md").read_text())
    problems = [*check_rows(rows, cases), *check_names(leniencies, personas, cases),
                *check_docs(leniencies, personas)]
    print("\n".join(problems + [f"{len(rows)} quirks, {len(leniencies)} leniencies, "
                                f"{len(personas)} personas, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
