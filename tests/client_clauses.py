#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What shows that our client keeps each clause about clients: a scenario, a test, or why none can.

client_clauses.py          docs/client-clauses.md is whole and up to date; exit 1 if not
client_clauses.py --write  writes it

A scenario decides the first clause it covers. tests/client_clauses.json names the tests that
decide one, as "file: test", and the reason where there is neither.
"""
import glob
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(ROOT, "docs", "client-clauses.md")
HEAD = """# What is asked of clients

Each clause of `scenarios/clauses.json` about clients, and what shows that ours keeps it: scenarios,
played to it in memory by `tests/simulation/client_scenarios.c` and to any client by
`imapwright check-client`; tests; or the reason why there is nothing to show. This page is written
by `tests/client_clauses.py --write` from the scenarios and `tests/client_clauses.json`.

| clause | level | what is asked | shown by |
|---|---|---|---|
"""


def load(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return json.load(file)


def scenarios_by_clause():
    folder = os.path.join(ROOT, "scenarios")
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "client", "**", "*.json"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            clause = json.load(file)["covers"][0]
        case = os.path.relpath(path, folder).removesuffix(".json")
        found.setdefault(clause, []).append(case.removeprefix("client/"))
    return found


def is_there(test):
    """"file: name": a function, the name of a row, or a heading."""
    path, _, name = test.partition(": ")
    try:
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return False
    return any(mark in text for mark in (f'{{"{name}"', f"void {name}(", f"\n## {name}\n"))


def shown_by(clause, scenarios, entry, problems):
    tests = entry.get("tests", [])
    problems += [f"{clause}: there is no test {test}" for test in tests if not is_there(test)]
    if not scenarios and not tests and not entry.get("reason"):
        problems.append(f"{clause}: no scenario, no test, no reason")
    if entry.get("reason") and (scenarios or tests):
        problems.append(f"{clause}: a reason, though something shows it")
    parts = [f"`{case}`" for case in scenarios]
    parts += [f"`{os.path.basename(path)}`: {name}"
              for path, _, name in (test.partition(": ") for test in tests)]
    return ", ".join(parts) or "– " + entry.get("reason", "")


def make_page():
    """The page, and what is wrong."""
    clauses = [clause for clause in load("scenarios", "clauses.json")["clauses"]
               if clause["part"] == "client"]
    scenarios, entries = scenarios_by_clause(), load("tests", "client_clauses.json")
    known = {clause["id"] for clause in clauses}
    problems = [f"{clause}: no such clause" for clause in entries if clause not in known]
    rows = []
    for clause in clauses:
        name = clause["id"]
        shown = shown_by(name, scenarios.get(name, []), entries.get(name, {}), problems)
        asked = clause["requirement"].replace("|", "\\|")
        rows.append(f"| {name} | {clause['level']} | {asked} | {shown} |\n")
    return HEAD + "".join(rows), problems


def main(arguments):
    page, problems = make_page()
    if arguments == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page)
    elif not os.path.exists(PAGE) or open(PAGE, encoding="utf-8").read() != page:
        problems.append("docs/client-clauses.md is stale: tests/client_clauses.py --write")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
