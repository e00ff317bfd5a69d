#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-client with imaplib, curl and our own client: clients.py IMAPWRIGHT"""
import concurrent.futures
import glob
import json
import os
import re
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from support import ROOT, Run, check, finish

CLIENTS = {
    "imaplib": [sys.executable, os.path.join(ROOT, "tests", "clients", "imaplib_task.py")],
    "curl": [os.path.join(ROOT, "tests", "clients", "curl_task.sh")],
    "ours": [sys.argv[1], "client-shim"],
}
SECONDS_MAX = 400


def known_failures(name):
    path = os.path.join(ROOT, "conformance", "known", name + ".json")
    if not os.path.exists(path):
        return [], {}
    with open(path, encoding="utf-8") as file:
        return ["--expect", path], json.load(file)


def scenarios():
    """The ids of all there are, by the names of their files."""
    folder = os.path.join(ROOT, "scenarios")
    paths = glob.glob(os.path.join(folder, "client", "**", "*.json"), recursive=True)
    return sorted(os.path.relpath(path, folder).removesuffix(".json") for path in paths)


class Reports:
    """The same run, told in four ways."""

    def __init__(self, name):
        options, self.known = known_failures(name)
        folder = tempfile.mkdtemp(prefix="iw-peer-")
        paths = {kind: os.path.join(folder, kind) for kind in ("junit", "tap", "html")}
        files = [word for kind, path in paths.items() for word in ("--" + kind, path)]
        self.name = name
        self.run = Run("check-client", "client", "--jobs", "2", *options, *files,
                       client=CLIENTS[name], seconds=SECONDS_MAX)
        self.text = {}
        for kind, path in paths.items():
            with open(path, encoding="utf-8") as file:
                self.text[kind] = file.read()
        shutil.rmtree(folder)

    def judge(self):
        verdicts, ids = self.run.verdicts(), scenarios()
        check(self.run.status == 0, f"{self.name}: exit {self.run.status}: {self.run.stdout}")
        check(self.run.stderr == "", f"{self.name}: {self.run.stderr}")
        check(sorted(verdicts) == ids, f"{self.name}: {set(ids) ^ set(verdicts)}")
        for case in self.run.json["cases"]:
            wanted = {"xfail"} if case["id"] in self.known else {"pass"}
            if self.name != "ours" and case["id"] not in self.known:
                wanted.add("skip")  # it has no way to do that task
            check(case["verdict"] in wanted,
                  f"{self.name}: {case['id']}: {case['verdict']}: {case['detail']}")
        for case, reason in self.known.items():
            check(reason in self.detail(case), f"{self.name}: {case}: no reason given")

    def detail(self, wanted):
        return "".join(case["detail"] for case in self.run.json["cases"] if case["id"] == wanted)

    def compare(self):
        """JSON, JUnit, TAP, HTML and the terminal name the same cases with the same outcome."""
        verdicts = self.run.verdicts()
        tally = {verdict: list(verdicts.values()).count(verdict) for verdict in verdicts.values()}
        told = {verdict: n for verdict, n in self.run.json["summary"].items() if n > 0}
        check(told == tally, f"{self.name}: JSON: {told}, not {tally}")
        for how, given in [("JUnit", junit_outcomes(self.text["junit"])),
                           ("TAP", tap_outcomes(self.text["tap"])),
                           ("terminal", terminal_outcomes(self.run.stdout))]:
            differ = {case for case in verdicts.keys() | given.keys()
                      if verdicts.get(case) != given.get(case)}
            check(not differ, f"{self.name}: {how} differs from JSON in {differ}")
        for case in verdicts:
            check(case in self.text["html"], f"{self.name}: HTML: no {case}")


def junit_outcomes(text):
    """Throws where the text is no XML."""
    suite = ElementTree.fromstring(text).find("testsuite")
    outcomes = {}
    for case in suite.findall("testcase"):
        children = [child for child in case if child.tag in ("failure", "error", "skipped")]
        outcomes[case.get("name")] = children[0].get("type") if children else "pass"
    counts = {child.tag: 0 for child in suite.iter()}
    for child in suite.iter():
        counts[child.tag] += 1
    for attribute, tag in [("tests", "testcase"), ("failures", "failure"), ("errors", "error"),
                           ("skipped", "skipped")]:
        check(int(suite.get(attribute)) == counts.get(tag, 0), f"JUnit: {attribute}")
    return outcomes


def tap_outcomes(text):
    lines = text.splitlines()
    outcomes, number = {}, 0
    check(lines[0] == "TAP version 13", f"TAP: {lines[0]}")
    for line in lines[1:-1]:
        test = re.fullmatch(r"(ok|not ok) (\d+) - (\S+)(?: # (TODO|SKIP) .+)?", line)
        if test is None:
            check(line.startswith("  "), f"TAP: {line}")
            continue
        number += 1
        check(int(test[2]) == number, f"TAP: not number {number}: {line}")
        outcomes[test[3]] = {("ok", None): "pass", ("not ok", "TODO"): "xfail",
                             ("ok", "SKIP"): "skip"}.get((test[1], test[4]), "red")
    check(lines[-1] == f"1..{number}", f"TAP: {number} tests and {lines[-1]}")
    return outcomes


def terminal_outcomes(text):
    found = re.findall(r"^([a-z]+) +(client/[^\s:]+)", text, re.M)
    return {case: verdict for verdict, case in found}


def main():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for reports in pool.map(Reports, CLIENTS):
            reports.judge()
            reports.compare()
            print(f"{reports.name}: {reports.run.json['seconds']} s")
    finish()


main()
