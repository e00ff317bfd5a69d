#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""report: results side by side, and a clear word about what is none: report_cli.py IMAPWRIGHT."""
import json
import os
import subprocess
import sys
import tempfile

from support import check, finish

RUN = {"command": "check-server", "target": "imap://a/", "seconds": 1.5, "summary": {"pass": 1},
       "cases": [{"id": "server/x", "verdict": "pass", "covers": [], "seconds": 0.001}]}


def report(*arguments):
    return subprocess.run([sys.argv[1], "report", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=20, check=False, text=True)


def embedded(page):
    """The JSON that stands in the page."""
    return json.loads(page.split('id="runs">', 1)[1].split("</script>", 1)[0])


def without(name):
    return json.dumps({key: value for key, value in RUN.items() if key != name})


def test_side_by_side(path):
    found = report(path, "named=" + path, "-o", "-")
    check(found.returncode == 0, f"status {found.returncode}")
    runs = [{"name": None, "results": RUN}, {"name": "named", "results": RUN}]
    check(embedded(found.stdout) == runs, found.stdout)


def test_refusals(folder, path):
    bad_case = json.dumps({**RUN, "cases": [{"id": "server/x"}]})
    rows = [("{", "1:1: not valid JSON"), ("[]", '"command" is missing'), (without("cases"), '"cases" is missing'),
            (without("target"), '"target" is missing'), (bad_case, '"verdict" is missing'),
            (json.dumps({**RUN, "seconds": "1"}), '"seconds" is missing or of another kind')]
    bad = os.path.join(folder, "bad.json")
    for text, words in rows:
        with open(bad, "w", encoding="utf-8") as out:
            out.write(text)
        found = report(path, bad, "-o", "-")
        check(found.returncode == 2, f"status of {text}: {found.returncode}")
        check(words in found.stderr and bad in found.stderr, f"said of {text}: {found.stderr}")
        check(found.stdout == "", f"written of {text}: {found.stdout}")


def test_usage(path):
    for arguments in ([], [path], ["-o", "-"], ["--nonsense"], ["-o", "/nonexistent/x", path],
                      ["-o", "-", "/nonexistent"], ["-o", "/dev/full", path]):
        check(report(*arguments).returncode == 2, f"status of {arguments}")
    check(report("--help").returncode == 0, "status of --help")


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(RUN, out)
        test_side_by_side(path)
        test_refusals(folder, path)
        test_usage(path)
    finish()


main()
