#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the golden cases (README.md) through `imapwright parse`.

usage: run.py BINARY [FILE…]
"""
import json
import pathlib
import subprocess
import sys

import cases

HERE = pathlib.Path(__file__).parent
TIMEOUT_SECONDS = 20


def values_of(text):
    """All JSON values that stand in text, one behind the other."""
    decoder, values, at = json.JSONDecoder(), [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        values.append(value)
    return values


def errors_of(lines):
    for line in lines:
        name, offset = line.rsplit(" ", 1)
        yield {"error": name, "offset": int(offset)}


class Case(cases.Case):
    """Octets of a connection, and the values that they are."""

    def __init__(self, path, line, title):
        super().__init__(path, line, title)
        self.options, self.leniencies, self.personas = [], [], []
        self.wanted, self.strict = [], []

    def add_input(self, words, lines):
        if self.octets is not None:
            raise ValueError(f"{self.where}: a second input")
        self.octets = cases.octets_of(lines)
        for word in words:
            name, _, value = word.partition("=")
            if name == "lenient":
                self.leniencies = value.split(",")
            elif name == "persona":
                self.personas = value.split(",")
            else:
                self.options.append("--" + name)

    def add_fence(self, words, lines):
        if words[0] == "imap":
            self.add_input(words[1:], lines)
            return
        outcome = self.wanted
        if words[0] == "strict":
            outcome, words = self.strict, words[1:]
        if words == ["json"]:
            outcome += values_of("\n".join(lines))
        elif words == ["error"]:
            outcome += errors_of(lines)
        else:
            raise ValueError(f"{self.where}: a fence of no known kind: {words}")

    def has_outcome(self):
        return bool(self.wanted)


def all_cases(pattern="[!R]*.md"):
    return [case for path in sorted(HERE.glob(pattern)) for case in cases.cases_of(path, Case)]


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
    chosen = [case for name in names for case in cases.cases_of(pathlib.Path(name), Case)]
    played = chosen if names else all_cases()
    failed = 0
    for case in played:
        problem = play(binary, case)
        if problem:
            failed += 1
            print(f"{case.where}\n  {problem}")
    print(f"{len(played)} cases, {failed} failed")
    return 1 if failed or not played else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
