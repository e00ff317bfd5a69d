#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeps fuzz/imap.dict whole: each word that the parser compares its input with stands in it.

usage: dictionary.py [--write]

Without --write it says what is missing and what no parser knows any more, and fails. What stands
above the mark is written by hand, what stands below is written here.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tests" / "golden"))
import names  # noqa: E402 (the tables of the parser)

DICTIONARY = HERE / "imap.dict"
MARK = "# Below: the parser's own words, written by dictionary.py.\n"

# Words that stand in the code, beside the tables: what a cursor skips and what spans equal.
COMPARED = re.compile(r'(?:skip\w*|IW_SPAN|IW_NAME)\((?:\w+, )?"((?:[^"\\]|\\.)+)"')


def words():
    """Without regard to case, but as most tables have it: in upper case where there is one."""
    found = {name for _, table in names.tables() for name in table}
    for path in names.PARSER.glob("*.c"):
        found |= {word.replace("\\\\", "\\") for word in COMPARED.findall(path.read_text())}
    found = {word for word in found if re.fullmatch(r"[!-~]*[A-Za-z*][!-~]*", word)
             and "\\r" not in word}
    return sorted({word.upper(): word for word in sorted(found, reverse=True)}.values())


def entry(word):
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"\n'


def main(arguments):
    text = DICTIONARY.read_text()
    head, mark, below = text.partition(MARK)
    wanted = "".join(map(entry, words()))
    if arguments == ["--write"]:
        DICTIONARY.write_text(head + MARK + wanted)
        return 0
    if arguments or not mark or not wanted:
        print(__doc__, file=sys.stderr)
        return 2
    have, want = set(below.splitlines()), set(wanted.splitlines())
    problems = [f"imap.dict: missing {line}" for line in sorted(want - have)]
    problems += [f"imap.dict: no parser knows {line}" for line in sorted(have - want)]
    print("\n".join(problems + [f"{len(want)} words, {len(problems)} problems"]))
    if problems:
        print("fuzz/dictionary.py --write mends it")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
