#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the golden cases (README.md) through `imapwright parse`.

usage: run.py BINARY [FILE…]
"""
import json
import pathlib
import re
import subprocess
import sys

TIMEOUT_SECONDS = 20


class Case:
    def __init__(self, path, line, title):
        self.where = f"{path.name}:{line}: {title}"
        self.title = title
        self.why = False
        self.options = []
        self.octets = None
        self.wanted = []
        self.strict = []
        self.leniencies = []
        self.personas = []


def octets_of(lines):
    """The input: CRLF behind each line but one that ends with \\c, \\xHH for one octet."""
    octets = b""
    for line in lines:
        ended = not line.endswith("\\c")
        text = line if ended else line[:-2]
        parts = re.split(r"\\x([0-9a-fA-F]{2})", text)
        for i, part in enumerate(parts):
            octets += bytes([int(part, 16)]) if i % 2 else part.encode()
        octets += b"\r\n" if ended else b""
    return octets


def values_of(text):
    """All JSON values that stand in text, one behind the other."""
    decoder, values, at = json.JSONDecoder(), [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        values.append(value)
    return values


def add_input(case, words, lines):
    if case.octets is not None:
        raise ValueError(f"{case.where}: a second input")
    case.octets = octets_of(lines)
    for word in words:
        name, _, value = word.partition("=")
        if name == "lenient":
            case.leniencies = value.split(",")
        elif name == "persona":
            case.personas = value.split(",")
        else:
            case.options.append("--" + name)


def errors_of(lines):
    for line in lines:
        name, offset = line.rsplit(" ", 1)
        yield {"error": name, "offset": int(offset)}


def add_fence(case, words, lines):
    if words[0] == "imap":
        add_input(case, words[1:], lines)
        return
    outcome = case.wanted
    if words[0] == "strict":
        outcome, words = case.strict, words[1:]
    if words == ["json"]:
        outcome += values_of("\n".join(lines))
    elif words == ["error"]:
        outcome += errors_of(lines)
    else:
        raise ValueError(f"{case.where}: a fence of no known kind: {words}")


def cases_of(path):
    cases, fence, lines = [], None, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if fence is not None and line == "```":
            add_fence(cases[-1], fence, lines)
            fence = None
        elif fence is not None:
            lines.append(line)
        elif line.startswith("```"):
            fence, lines = line[3:].split(), []
        elif line.startswith("## "):
            cases.append(Case(path, number, line[3:]))
        elif line and cases:
            cases[-1].why = True
    for case in cases:
        if not case.why or case.octets is None or not case.wanted:
            raise ValueError(f"{case.where}: a reason, an input or an outcome is missing")
    return cases


def simplified(value):
    """An error is its name and offset: what it says is expected may change. So of a bad item."""
    if isinstance(value, list):
        return [simplified(member) for member in value]
    if not isinstance(value, dict):
        return value
    vague = "error" in value or "bad" in value
    return {key: simplified(member) for key, member in value.items()
            if not (vague and key == "expected")}


def outcome_of(binary, case, leniencies):
    """The values, as far as they are compared, and the process."""
    options = case.options + (["--lenient", ",".join(leniencies)] if leniencies else [])
    done = subprocess.run([binary, "parse", *options], input=case.octets,
                          capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    given = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return [simplified(value) for value in given], done


def compare(binary, case, leniencies, wanted):
    """None, or what is wrong."""
    given, done = outcome_of(binary, case, leniencies)
    status = 1 if any("error" in value for value in wanted) else 0
    if given != wanted:
        show = "\n    ".join(json.dumps(value, ensure_ascii=False) for value in given)
        want = "\n    ".join(json.dumps(value, ensure_ascii=False) for value in wanted)
        return f"with {leniencies}, wanted\n    {want}\n  given\n    {show}"
    if done.returncode != status or done.stderr:
        return f"status {done.returncode}, wanted {status}; {done.stderr.decode()}"
    return None


def play(binary, case):
    """None, or what is wrong: with the leniencies, without, with each persona, and with all but one
    of them, which must not be enough."""
    problem = compare(binary, case, case.leniencies, case.wanted)
    if not problem and case.strict:
        problem = compare(binary, case, [], case.strict)
    for persona in case.personas:
        problem = problem or compare(binary, case, [persona], case.wanted)
    for name in case.leniencies if case.strict else []:
        others = [other for other in case.leniencies if other != name]
        if not problem and outcome_of(binary, case, others)[0] == case.wanted:
            problem = f"{name} is not needed"
    return problem


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    binary, names = arguments[0], arguments[1:]
    here = pathlib.Path(__file__).parent
    paths = [pathlib.Path(name) for name in names] or sorted(here.glob("[!R]*.md"))
    cases = [case for path in paths for case in cases_of(path)]
    failed = 0
    for case in cases:
        problem = play(binary, case)
        if problem:
            failed += 1
            print(f"{case.where}\n  {problem}")
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
