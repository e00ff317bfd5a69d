#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What shows that our client keeps each clause about clients: a scenario, a test, or why none can.

client_clauses.py          docs/client-clauses.md is whole and up to date; exit 1 if not
client_clauses.py --write  writes it

tests/client_clauses.json names the tests that decide a clause, as "file: test", and the reason
where there is neither.
"""
import os
import sys

from clauses import ROOT, clauses_about, finish, load, make_row, scenarios_by_clause

HEAD = """# What is asked of clients

Each clause of `scenarios/clauses.json` about clients, and what shows that ours keeps it: scenarios,
played to it in memory by `tests/simulation/client_scenarios.c` and to any client by
`imapwright check-client`; tests; or the reason why there is nothing to show. This page is written
by `tests/client_clauses.py --write` from the scenarios and `tests/client_clauses.json`.

| clause | level | what is asked | shown by |
|---|---|---|---|
"""


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
    clauses, scenarios = clauses_about("client"), scenarios_by_clause("client")
    entries = load("tests", "client_clauses.json")
    known = {clause["id"] for clause in clauses}
    problems = [f"{clause}: no such clause" for clause in entries if clause not in known]
    rows = []
    for clause in clauses:
        name = clause["id"]
        shown = shown_by(name, scenarios.get(name, []), entries.get(name, {}), problems)
        rows.append(make_row(clause, shown))
    return HEAD + "".join(rows), problems


if __name__ == "__main__":
    sys.exit(finish("client_clauses.py", "client-clauses.md", *make_page(), sys.argv[1:]))
