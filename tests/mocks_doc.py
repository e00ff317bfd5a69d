#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each row of docs/mock-servers.md says how a thing is written here and names scenarios and tests
that exist, and each of the examples for it is named in some row. That the scenarios are played is
for other tests."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parent.parent
PAGE = ROOT / "docs/mock-servers.md"
MOCKS = ROOT / "docs/examples/mocks"
FOLDERS = {"client": "scenarios/client", "server": "scenarios/server",
           "mocks": "docs/examples/mocks", "examples": "docs/examples/scenarios"}


def rows(page):
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and cells != ["there", "here", "shown by"] \
                and cells != ["asked", "here", "shown by"]:
            yield cells


def exists(reference):
    """A scenario's id, or FILE: NAME, and the file has that name in it."""
    folder, _, rest = reference.partition("/")
    if folder in FOLDERS:
        return (ROOT / FOLDERS[folder] / f"{rest}.json").exists()
    file, _, name = reference.partition(": ")
    path = ROOT / "tests" / file
    return name != "" and path.exists() and name in path.read_text(encoding="utf-8")


def problems(table):
    named = set()
    for cells in table:
        if len(cells) != 3 or not all(cells):
            yield f"not three cells: {cells}"
            continue
        references = re.findall(r"`([^`]+)`", cells[2])
        if not references:
            yield f"{cells[0]}: nothing shows it"
        for reference in references:
            named.add(reference)
            if not exists(reference):
                yield f"{cells[0]}: there is no {reference}"
    for path in sorted(MOCKS.glob("*.json")):
        if f"mocks/{path.stem}" not in named:
            yield f"{path} has no row"


def main():
    table = list(rows(PAGE.read_text(encoding="utf-8")))
    found = list(problems(table))
    print(*found, sep="\n")
    print(f"{len(table)} rows, {len(found)} problems")
    return 1 if found or not table else 0


if __name__ == "__main__":
    sys.exit(main())
