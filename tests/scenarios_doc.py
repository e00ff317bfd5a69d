#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/scenarios.md: each JSON in it is the file named above it, each file below
docs/examples/scenarios is in it, and each construct of the language stands in one of them; its table
of fills has all that script/ knows. That the files are played, from both sides, is for other
tests."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGE = DOCS / "scenarios.md"
LINK = re.compile(r"\]\(([^)]*\.json)\)")

# What the schema cannot name: name, and the text that a file then has.
CONSTRUCTS = {
    "C:": r'"C: ', "S:": r'"S: ', "S!:": r'"S!: ', "S~:": r'"S2?~: ', "S?:": r'"S\?: ',
    "C?:": r'"C\?: ', "S=:": r'"S=: ', "C=:": r'"C=: ', "C2:": r'"C2: ', "label": r'"C a: ',
    "joined line": r'\["S: ', "untagged": r'"S: \* ', "continuation": r'"S: \+',
    "alternatives": r'"S: NO\|BAD',
    "${name}": r"\$\{[a-z]+\}", "${_}": r"\$\{_\}", "${...}": r"\$\{\.\.\.\}",
    "${name...}": r"\$\{\w+\.\.\.\}", "${n:number}": r":number\}", "relation": r":number[<>]",
    "default": r"\$\{\w+=\d", "default of the rest": r"\$\{\.\.\.=", "sum": r"\$\{\w+\+\d",
    **{name: r"\$\{" + name + ":" for name in ("literal", "literal8", "size", "base64", "hex",
                                               "utf7", "repeat")},
    "literal+": r"\$\{literal\+:", "lying literal": r"\$\{literal=\d+:", "quoted fill": r":'",
    "nested fill": r"\$\{base64:\$\{",
    "close": r'"S": "close"', "maybe close": r'"S\?": "close"', "bye": r'"S\?": "bye"',
    "tls": r'"S": "tls"', "compress": r'"S": "compress"', "engine step": r'"engine"[,\]]',
    "announcement": r'"C: [^"]* \{\$\{',
    "connect": r'"on": "connect"', "range": r'"\d+\.\.\d+"', "start list": r'"start": \[',
    "fin": r'"fin"', "rst": r'"rst"', "half": r'"half"', "bare": r'"bare"',
}
# A side that reads nothing would block the play, and ports that refuse are sockets; the corpus of
# the loader has them.
ELSEWHERE = {"deaf", "refuse_ms"}


def blocks(page):
    """The path above each fenced JSON, and its text."""
    above = ""
    for prose, text in re.findall(r"(.*?)```json\n(.*?)```", page, re.S):
        above = prose.rstrip().rsplit("\n\n", 1)[-1]
        links = LINK.findall(above)
        yield (DOCS / links[-1]).resolve() if links else None, text


def problems(page):
    shown = set()
    for path, text in blocks(page):
        if path is None or not path.exists():
            yield f"no file is named above\n{text}"
        elif path.read_text(encoding="utf-8") != text:
            yield f"{path} says something else than\n{text}"
        shown.add(path)
    for path in (DOCS / "examples/scenarios").glob("*/*.json"):
        if path.resolve() not in shown:
            yield f"{path} is not shown"
    linked = [(DOCS / link).resolve() for link in LINK.findall(page)]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in linked
                      if path.name != "schema.json" and path.exists())
    schema = json.loads((ROOT / "scenarios/schema.json").read_text(encoding="utf-8"))
    keys = {key for part in schema["$defs"].values() for key in part.get("properties", {})}
    for key in sorted(keys - ELSEWHERE):
        if f'"{key}":' not in texts:
            yield f'no example has "{key}"'
    for name, pattern in CONSTRUCTS.items():
        if not re.search(pattern, texts):
            yield f"no example has {name}"


def fills():
    """The words that begin a fill, and the names that are known without being captured."""
    part = (ROOT / "script/fill_part.c").read_text(encoding="utf-8")
    lint = (ROOT / "script/lint_names.c").read_text(encoding="utf-8")
    words = re.findall(r'\{"(\w+)", IW_FILL_', part)
    names = re.findall(r'"(\w+)"', re.search(r"predefined\[\] = \{(.*?)\}", lint, re.S).group(1))
    names += re.findall(r'add_name\(names, IW_SPAN\("(\w+)"\)\)', lint)
    assert len(words) > 5 and len(names) > 5, "the tables of fills and names are not found"
    return {f"${{{word}:" for word in words} | {f"${{{name}}}" for name in names}


def fill_problems(page):
    table = page.split("\n## Fills\n\n", 1)[1].split("\n\n", 1)[0]
    shown = " ".join(row.split(" | ")[0] for row in table.splitlines()[2:])
    there = fills()
    for fill in sorted(there):
        if fill not in shown:
            yield f"the table of fills lacks {fill}"
    for fill in re.findall(r"\$\{\w+[:}]", re.sub(r"(\$\{scram:)[^`]*", r"\1", shown)):
        if fill not in there:
            yield f"the table of fills has {fill}, which there is not"


def main():
    page = PAGE.read_text(encoding="utf-8")
    found = [*problems(page), *fill_problems(page)]
    print(*found, sep="\n")
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
