# SPDX-License-Identifier: MIT
"""The clauses of scenarios/clauses.json, the scenarios that decide them, and the pages in docs/
that say which: a page has a script of its own, which writes it when told --write, else compares.

A scenario decides the first clause it covers.
"""
import glob
import json
import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UNTESTABLE = "untestable.json"


def load(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return json.load(file)


def clauses_about(part):
    """Those about "client" or "server", as they stand."""
    return [clause for clause in load("scenarios", "clauses.json")["clauses"]
            if clause["part"] == part]


def each_scenario(kind):
    """(id, scenario) of every one in that folder."""
    folder = os.path.join(ROOT, "scenarios")
    for path in sorted(glob.glob(os.path.join(folder, kind, "**", "*.json"), recursive=True)):
        if os.path.basename(path) != UNTESTABLE:
            yield os.path.relpath(path, folder).removesuffix(".json"), load(path)


def scenarios_by_clause(kind):
    """{clause: [id below the folder]}"""
    found = {}
    for case, scenario in each_scenario(kind):
        found.setdefault(scenario["covers"][0], []).append(case.removeprefix(f"{kind}/"))
    return found


def make_row(clause, *cells):
    asked = clause["requirement"].replace("|", "\\|")
    return f"| {' | '.join([clause['id'], clause['level'], asked, *cells])} |\n"


def finish(script, name, page, problems, arguments):
    """Writes the page docs/NAME, or compares it; says what is wrong. The exit status."""
    path = os.path.join(ROOT, "docs", name)
    if arguments == ["--write"]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
    elif not os.path.exists(path) or open(path, encoding="utf-8").read() != page:
        problems = [*problems, f"docs/{name} is stale: tests/{script} --write"]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0
