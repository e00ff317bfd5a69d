#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/examples: each passes, and fails where its server is not pleased. serve_examples.py IMAPWRIGHT

Those whose language is not there are left out, which is said."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from support import ROOT, check, finish

EXAMPLES = os.path.join(ROOT, "docs", "examples")
LINES_MAX = 60
SECONDS = 60
NEVER = {"title": "Nobody may open a mailbox",
         "rules": [{"on": "C: SELECT", "play": ["S: NO [INUSE] try again later"]}],
         "then": {"client": "error", "never": ["C: SELECT ${...}"]}}


def python():
    """The one that has pytest."""
    for program in (sys.executable, "/usr/bin/python3"):
        if works([program, "-c", "import pytest"]):
            return program
    return None


def works(command):
    if shutil.which(command[0]) is None:
        return False
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    return done.returncode == 0


def rows():
    """The file, the command that runs it, and whether that can be."""
    pytest = python()
    yield "test_busy.py", [pytest, "-m", "pytest", "-p", "no:cacheprovider"], pytest is not None
    yield "busy.mjs", ["node"], works(["node", "--version"])
    yield "busy.rb", ["ruby"], works(["ruby", "-e", "require 'net/imap'"])
    yield "busy.sh", ["sh"], works(["curl", "--version"])
    yield "busy_test.go", ["go", "test"], works(["go", "version"])


def run(folder, command, name):
    environment = {**os.environ, "IMAPWRIGHT": os.path.abspath(sys.argv[1])}
    return subprocess.run([*command, os.path.join(folder, name)], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=SECONDS, check=False)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, command, possible in rows():
            path = os.path.join(EXAMPLES, name)
            with open(path, encoding="utf-8") as file:
                check(len(file.readlines()) <= LINES_MAX, f"{name} is too long")
            if not possible:
                print(f"{name}: left out, {command[0] or 'pytest'} or a library of it is not there")
                continue
            shutil.copy(path, folder)
            shutil.copy(os.path.join(EXAMPLES, "busy.json"), folder)
            done = run(folder, command, name)
            check(done.returncode == 0, f"{name}: {done.stdout}{done.stderr}")
            with open(os.path.join(folder, "busy.json"), "w", encoding="utf-8") as file:
                json.dump(NEVER, file)
            done = run(folder, command, name)
            told = done.stdout + done.stderr
            check(done.returncode != 0, f"{name} passes whatever the server says: {told}")
            check("deviation  busy" in told, f"{name} does not tell why: {told}")
            print(f"{name}: runs")
    finish()


main()
