#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each row of docs/imaplib.md names functions that are exported and tests that exist, and no name
of imaplib's documentation is missing: imaplib_doc.py LIBRARY"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(ROOT, "docs", "imaplib.md")
NAMES = """
IMAP4 IMAP4_SSL IMAP4_stream error abort readonly append authenticate capability check close copy
create delete deleteacl enable expunge fetch getacl getannotation getquota getquotaroot idle list
login login_cram_md5 login_plain logout lsub move myrights namespace noop open partial proxyauth
read readline recent rename response search select send setacl setannotation setquota shutdown
socket sort starttls status store subscribe thread uid unselect unsubscribe xatom PROTOCOL_VERSION
capabilities state debug utf8_enabled print_log Internaldate2tuple Int2AP ParseFlags
Time2Internaldate burst duration
""".split()


def rows(page):
    """[cells] of each row whose first cell is a name."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 4:
            yield cells


def exported(library):
    ran = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True,
                         timeout=60, check=True)
    return {line.split()[-1] for line in ran.stdout.splitlines()}


def has_test(reference):
    """FILE: NAME, and the file has that name in it."""
    path, _, name = reference.partition(": ")
    path = os.path.join(ROOT, "tests", path)
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as file:
        return name in file.read() and name != ""


def problems(library):
    with open(PAGE, encoding="utf-8") as file:
        table = list(rows(file.read()))
    there = exported(library)
    named = [name for cells in table for name in re.findall(r"`(\w+)", cells[0])]
    for name in NAMES:
        if named.count(name) != 1:
            yield f"{name} has {named.count(name)} rows, not one"
    for what, functions, _note, tests in table:
        found = re.findall(r"`(iw_\w+)`", functions)
        if not found:
            yield f"{what} names no function"
        for function in found:
            if function not in there:
                yield f"{what}: {function} is not exported"
        references = re.findall(r"`([^`]+)`", tests)
        if not references:
            yield f"{what} names no test"
        for reference in references:
            if not has_test(reference):
                yield f"{what}: there is no test {reference}"


if __name__ == "__main__":
    found = list(problems(sys.argv[1]))
    print("\n".join(found))
    sys.exit(len(found) > 0)
