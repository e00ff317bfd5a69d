#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/findings.md from runs with --expect and --json: each known deviation of a server, with the
shortest part of the conversation that shows it.

findings.py 'Dovecot 2.3'=dovecot.json … >docs/findings.md
"""

import json
import re
import sys

CONTEXT_MAX = 6  # commands in front of the one that fails
LINES_MAX = 14   # of an answer
WIDTH = 160
BORING = re.compile(r"^\S+ (LOGIN|AUTHENTICATE|NAMESPACE|LOGOUT|CAPABILITY)\b")
LINE = re.compile(r"^ *[\d.]+ ([CS])([1-9]): (.*)$")
SCRATCH = re.compile(r'imapwright-[0-9a-f]+-[0-9a-f]+[/.]c\d+-([MN])')

HEAD = """# Deviations found in real servers

Each entry of `conformance/known/*.json` that a run has met: what the standard asks, what the server
does, and the part of the conversation that shows it. `C:` is what was sent, `S:` what came; other
connections are numbered; "M" and "N" stand for mailboxes made for the case. The servers are those of
Debian 12 with the configuration in `tests/servers/`. The page is written by
`conformance/known/findings.py`.
"""


def lines_of(transcript):
    """(side, connection, text) of the case's own connections."""
    for line in transcript.split("\n"):
        found = LINE.match(line)
        if found:
            side, number, text = found.groups()
            yield side, number, SCRATCH.sub(r"\1", text)


def exchanges_of(transcript):
    """Each (what was sent, what came), in order."""
    exchanges = []
    for side, number, text in lines_of(transcript):
        if side == "C" and (not exchanges or exchanges[-1][1]):
            exchanges.append(([], []))
        if exchanges:
            exchanges[-1][side == "S"].append((side, number, text))
    return exchanges


def shown(line):
    side, number, text = line
    cut = text if len(text) <= WIDTH else text[:WIDTH] + " …"
    return f"{side}{'' if number == '1' else number}: {cut}"


def limited(lines, most):
    if len(lines) <= most:
        return [shown(line) for line in lines]
    half = most // 2
    return [*map(shown, lines[:half]), "…", *map(shown, lines[-half:])]


def excerpt(transcript):
    exchanges = [e for e in exchanges_of(transcript) if not BORING.match(e[0][0][2])] or \
        exchanges_of(transcript)[-1:]
    out = []
    for sent, _ in exchanges[-1 - CONTEXT_MAX:-1]:
        out += limited(sent, 2) + ["…"]
    if exchanges:
        sent, came = exchanges[-1]
        out += limited(sent, LINES_MAX) + limited(came, LINES_MAX)
    return "\n".join(out)


def entry(case):
    clause = case.get("clause")
    about = f"{clause['id']} ({clause['level']}, RFC {clause['rfc']}): {clause['requirement']}" \
        if clause else ""
    fence = "```"
    return f"""
### {case['id']}

{case['detail']}

{about}

{fence}
{excerpt(case['transcript'])}
{fence}
"""


def main():
    sys.stdout.write(HEAD)
    for argument in sys.argv[1:]:
        name, path = argument.split("=", 1)
        with open(path, encoding="utf-8") as file:
            known = [case for case in json.load(file)["cases"] if case["verdict"] == "xfail"]
        sys.stdout.write(f"\n## {name}: {len(known)}\n")
        for case in known:
            sys.stdout.write(entry(case))


main()
