#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which scenarios decide each clause about servers, and which mutants prove that they bite.

server_clauses.py          docs/server-clauses.md is up to date and scenarios/server/untestable.json
                           says only what is so, and each scenario has a mutant; exit 1 if not
server_clauses.py --write  writes the page

A mutant names the scenarios it breaks.
"""
import sys

from clauses import (UNTESTABLE, clauses_about, each_scenario, finish, load, make_row,
                     scenarios_by_clause)

HEAD = """# What is asked of servers

Each clause of `scenarios/clauses.json` about servers, the scenarios of `scenarios/server/` that
decide it, and how many mutants of `scenarios/mutants/` are known to turn one of them red
(`imapwright check-server --prove`; "mirrored" are those that break no engine, but are the check's
own other side with the defect in it). Where there is none: why it cannot be tested over the wire,
or "open". {decided} of {all} are decided, {untestable} cannot be tested, {open} are open. This page is
written by `tests/server_clauses.py --write`.

| clause | level | what is asked | scenarios | mutants |
|---|---|---|---|---|
"""


def mutants_by_scenario():
    """{case: [for each mutant that breaks it, whether it is mirrored]}"""
    found = {}
    for _, mutant in each_scenario("mutants"):
        for case in mutant["breaks"]:
            case = case.removeprefix("server/")
            found.setdefault(case, []).append("dialogue" in mutant)
    return found


def check_untestable(reasons, known, decided):
    problems = [f"{UNTESTABLE}: {clause} is no clause" for clause in reasons if clause not in known]
    problems += [f"{UNTESTABLE}: {clause} is decided by {decided[clause][0]}"
                 for clause in reasons if clause in decided]
    if list(reasons) != sorted(reasons):
        problems.append(f"{UNTESTABLE}: not sorted")
    return problems


def check_bites(decided, mutants):
    """A check that nothing turns red may be one that cannot fail."""
    return [f"scenarios/mutants: none breaks server/{case}"
            for cases in decided.values() for case in cases if case not in mutants]


def shown_by(cases, reason):
    return ", ".join(f"`{case}`" for case in cases) or (f"– {reason}" if reason else "open")


def count_of(mutants):
    """Of the mirrored ones, too."""
    return f"{len(mutants) or ''}" + (f", {sum(mutants)} mirrored" if any(mutants) else "")


def make_page():
    """The page, and what is wrong."""
    clauses, decided = clauses_about("server"), scenarios_by_clause("server")
    mutants, reasons = mutants_by_scenario(), load("scenarios", "server", UNTESTABLE)
    known = {clause["id"] for clause in clauses}
    rows = []
    for clause in clauses:
        cases = decided.get(clause["id"], [])
        bites = [mirrored for case in cases for mirrored in mutants.get(case, [])]
        rows.append(make_row(clause, shown_by(cases, reasons.get(clause["id"])), count_of(bites)))
    count = {"all": len(clauses), "decided": len(known & set(decided)), "untestable": len(reasons)}
    count["open"] = count["all"] - count["decided"] - count["untestable"]
    problems = check_untestable(reasons, known, decided) + check_bites(decided, mutants)
    return HEAD.format(**count) + "".join(rows), problems


if __name__ == "__main__":
    sys.exit(finish("server_clauses.py", "server-clauses.md", *make_page(), sys.argv[1:]))
