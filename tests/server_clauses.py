#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which scenarios decide each clause about servers, and which mutants prove that they bite.

server_clauses.py          docs/server-clauses.md is up to date and scenarios/server/untestable.json
                           says only what is so; exit 1 if not
server_clauses.py --write  writes the page

A scenario decides the first clause it covers; a mutant names the scenarios it breaks.
"""
import glob
import json
import os
import sys

from client_clauses import ROOT, load

PAGE = os.path.join(ROOT, "docs", "server-clauses.md")
UNTESTABLE = "untestable.json"
HEAD = """# What is asked of servers

Each clause of `scenarios/clauses.json` about servers, the scenarios of `scenarios/server/` that
decide it, and how many mutants of `scenarios/mutants/` are known to turn one of them red
(`imapwright check-server --prove`). Where there is none: why it cannot be tested over the wire, or
"open". {decided} of {all} are decided, {untestable} cannot be tested, {open} are open. This page is
written by `tests/server_clauses.py --write`.

| clause | level | what is asked | scenarios | mutants |
|---|---|---|---|---|
"""


def each_scenario(kind):
    """(id, scenario) of every one in that folder."""
    folder = os.path.join(ROOT, "scenarios")
    for path in sorted(glob.glob(os.path.join(folder, kind, "**", "*.json"), recursive=True)):
        if os.path.basename(path) != UNTESTABLE:
            with open(path, encoding="utf-8") as file:
                yield os.path.relpath(path, folder).removesuffix(".json"), json.load(file)


def scenarios_by_clause():
    found = {}
    for case, scenario in each_scenario("server"):
        found.setdefault(scenario["covers"][0], []).append(case)
    return found


def mutants_by_scenario():
    found = {}
    for _, mutant in each_scenario("mutants"):
        for case in mutant["breaks"]:
            found[case] = found.get(case, 0) + 1
    return found


def check_untestable(reasons, known, decided):
    problems = [f"{UNTESTABLE}: {clause} is no clause" for clause in reasons if clause not in known]
    problems += [f"{UNTESTABLE}: {clause} is decided by {decided[clause][0]}"
                 for clause in reasons if clause in decided]
    if list(reasons) != sorted(reasons):
        problems.append(f"{UNTESTABLE}: not sorted")
    return problems


def make_row(clause, cases, mutants, reason):
    shown = ", ".join(f"`{case.removeprefix('server/')}`" for case in cases)
    bites = sum(mutants.get(case, 0) for case in cases)
    asked = clause["requirement"].replace("|", "\\|")
    shown = shown or (f"– {reason}" if reason else "open")
    return f"| {clause['id']} | {clause['level']} | {asked} | {shown} | {bites or ''} |\n"


def make_page():
    """The page, and what is wrong."""
    clauses = [clause for clause in load("scenarios", "clauses.json")["clauses"]
               if clause["part"] == "server"]
    decided, mutants = scenarios_by_clause(), mutants_by_scenario()
    reasons = load("scenarios", "server", UNTESTABLE)
    known = {clause["id"] for clause in clauses}
    rows = [make_row(clause, decided.get(clause["id"], []), mutants, reasons.get(clause["id"]))
            for clause in clauses]
    count = {"all": len(clauses), "decided": len(known & set(decided)), "untestable": len(reasons)}
    count["open"] = count["all"] - count["decided"] - count["untestable"]
    return HEAD.format(**count) + "".join(rows), check_untestable(reasons, known, decided)


def main(arguments):
    page, problems = make_page()
    if arguments == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page)
    elif not os.path.exists(PAGE) or open(PAGE, encoding="utf-8").read() != page:
        problems.append("docs/server-clauses.md is stale: tests/server_clauses.py --write")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
