#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-server against a live Dovecot: check_server_dovecot.py IMAPWRIGHT"""
import imaplib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

from support import ROOT, SCENARIOS, Dovecot, Run, check, finish

KNOWN = os.path.join(ROOT, "conformance", "known", "dovecot.json")
RED = ("fail", "timeout", "crash", "blocked", "setup")


def mailboxes(dovecot):
    with imaplib.IMAP4("127.0.0.1", int(dovecot.port)) as client:
        client.login("alice", "secret")
        return [line.decode().split()[-1].strip('"') for line in client.list()[1] if line]


def create(dovecot, *names):
    with imaplib.IMAP4("127.0.0.1", int(dovecot.port)) as client:
        client.login("alice", "secret")
        for name in names:
            check(client.create(name)[0] == "OK", f"cannot create {name}")


def ours(dovecot):
    return [name for name in mailboxes(dovecot) if "imapwright" in name]


def test_suite(dovecot):
    """Nothing is blocked, nothing hangs, nothing of ours is left, no secret is shown. A third of the
    cases; all of them are for tests/interop/same_verdicts.py."""
    url = f"imap://alice:secret@127.0.0.1:{dovecot.port}/"
    folder = tempfile.mkdtemp(prefix="iw-peer-")
    junit = os.path.join(folder, "junit")
    run = Run("check-server", url, "--allow-inbox", "--second-user", "bob:secret",
              "--shard", "1/3", "--ca-file", dovecot.ca, "--timeout", "5", "--expect", KNOWN, "--junit", junit, "-v",
              seconds=500)
    cases = run.json["cases"]
    check(run.status in (0, 1), f"exit {run.status}: {run.stderr}")
    check(len(cases) >= 60, f"{len(cases)} cases only")
    for case in cases:
        check(case["verdict"] not in RED, f"{case['id']}: {case['verdict']}: {case['detail']}")
    clauses = {case["covers"][0] for case in cases if case["covers"]}
    check(len(clauses) >= 60, f"{len(clauses)} clauses only")
    passed = run.json["summary"]["pass"]
    check(passed >= 50, f"{passed} passed only")
    check(len(ElementTree.parse(junit).getroot().findall("testsuite/testcase")) == len(cases),
          "JUnit: count")
    check("secret" not in run.everything().replace("AUTH=", ""), "the password is shown")
    check(ours(dovecot) == [], f"left: {ours(dovecot)}")
    shutil.rmtree(folder)


def test_ways_in(dovecot):
    """TLS from the start, STARTTLS, AUTHENTICATE, a password from elsewhere."""
    case = "server/select"
    url = f"imaps://alice@localhost:{dovecot.tls_port}/"
    env = {"IMAPWRIGHT_PASSWORD": "secret"}
    with tempfile.NamedTemporaryFile("w", suffix=".password") as file:
        file.write("secret\nnot this\n")
        file.flush()
        rows = [
            ([url, case, "--ca-file", dovecot.ca], env),
            ([url, case, "--ca-file", dovecot.ca, "--password-file", file.name], {}),
            ([url, case, "--insecure-accept-any-certificate", "--auth", "plain"], env),
            ([f"imap://alice@localhost:{dovecot.port}/", case, "--starttls", "--ca-file",
              dovecot.ca], env),
            ([f"imap://alice@127.0.0.1:{dovecot.port}/", case, "--auth", "PLAIN"], env),
        ]
        for arguments, environment in rows:
            run = Run("check-server", *arguments, env={**os.environ, **environment})
            verdicts = set(run.verdicts().values())
            check("pass" in verdicts and not verdicts & set(RED), f"{arguments}: {run.stdout}")
    run = Run("check-server", url, case, env=env)
    check(run.status == 2 and "certificate" in run.detail(), f"self-signed: {run.detail()}")


def test_untrusted(dovecot):
    """Where STARTTLS leads to a certificate that is not accepted, nothing has been tested."""
    url = f"imap://alice:secret@127.0.0.1:{dovecot.port}/"
    through = {"server/tls/starttls--" + name
               for name in ("allowed", "modern", "negotiates-at-once", "no-longer-listed",
                            "not-authenticated", "second-bad")}
    run = Run("check-server", url, *through, "server/tls/starttls--argument-bad")
    skipped = {case["id"] for case in run.json["cases"]
               if case["verdict"] == "skip" and "--ca-file" in case["detail"]}
    check(skipped == through, f"untrusted: {run.stdout}")
    run = Run("check-server", url, *through, "--ca-file", dovecot.ca)
    check(run.json["summary"].get("skip", 0) == 0, f"trusted: {run.stdout}")


def test_wrong_password(dovecot):
    run = Run("check-server", f"imap://alice:wr0ng@127.0.0.1:{dovecot.port}/", "server/select",
              "--timeout", "15")
    check(run.status == 2, f"wrong password: exit {run.status}")
    check(run.verdicts() == {"target": "setup"}, f"wrong password: {run.verdicts()}")
    check("refuses this user name and password" in run.detail(), run.detail())
    check("wr0ng" not in run.everything(), "the wrong password is shown")


def test_leftovers(dovecot):
    """What a crashed run left goes after an hour; what is not ours stays."""
    old, young = (f"imapwright-{int(time.time()) - age:08x}-1" for age in (7200, 60))
    create(dovecot, old, old + "/c1-M", young, "imapwright-notes", "precious")
    run = Run("check-server", f"imap://alice:secret@127.0.0.1:{dovecot.port}/", "server/select")
    check(run.status in (0, 1), f"exit {run.status}")
    names = mailboxes(dovecot)
    check(old not in names and old + "/c1-M" not in names, f"old leftovers stay: {names}")
    for name in (young, "imapwright-notes", "precious"):
        check(name in names, f"{name} is gone")
    with imaplib.IMAP4("127.0.0.1", int(dovecot.port)) as client:
        client.login("alice", "secret")
        for name in (young, "imapwright-notes", "precious"):
            client.delete(name)


def test_interrupt(dovecot):
    """SIGINT in the midst of a run: its mailboxes are removed, exit 2."""
    url = f"imap://alice:secret@127.0.0.1:{dovecot.port}/"
    with subprocess.Popen([sys.argv[1], "check-server", url, *SCENARIOS, "--repeat", "100"],
                          stdout=subprocess.PIPE, text=True) as process:
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        try:
            output, _ = process.communicate(timeout=20)
            check(process.returncode == 2, f"interrupted: exit {process.returncode}")
            check("interrupted" in output, f"interrupted: {output[-300:]}")
        except subprocess.TimeoutExpired:
            process.kill()
            check(False, "an interrupted run goes on")
    check(ours(dovecot) == [], f"interrupted, left: {ours(dovecot)}")


def test_reader_gone(dovecot):
    """Nobody reads the report any more: the run still cleans up after itself."""
    url = f"imap://alice:secret@127.0.0.1:{dovecot.port}/"
    with subprocess.Popen([sys.argv[1], "check-server", url, *SCENARIOS, "server/select"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        process.stdout.close()
        check(process.wait(timeout=60) == 2, f"reader gone: exit {process.returncode}")
    check(ours(dovecot) == [], f"reader gone, left: {ours(dovecot)}")


def test_expect(dovecot):
    """A known failure is xfail, one that passes xpass; --rerun-failed takes it from there."""
    url = f"imap://alice:secret@127.0.0.1:{dovecot.port}/"
    folder = tempfile.mkdtemp(prefix="iw-peer-")
    known, results = os.path.join(folder, "known.json"), os.path.join(folder, "first.json")
    with open(known, "w", encoding="utf-8") as file:
        file.write('{"server/select/codes": "no reason"}')
    run = Run("check-server", url, "server/select/codes", "--expect", known)
    check(run.verdicts() == {"server/select/codes": "xpass"}, f"expect: {run.verdicts()}")
    check(run.status == 1, f"xpass: exit {run.status}")
    with open(results, "w", encoding="utf-8") as file:
        file.write('{"cases": [{"id": "server/select/codes", "verdict": "fail"},'
                   ' {"id": "server/select/recent", "verdict": "pass"}]}')
    run = Run("check-server", url, "--rerun-failed", results)
    check(list(run.verdicts()) == ["server/select/codes"], f"rerun: {run.verdicts()}")
    shutil.rmtree(folder)


def main():
    with Dovecot() as dovecot:
        for test in (test_suite, test_ways_in, test_leftovers, test_expect, test_interrupt,
                     test_reader_gone, test_untrusted, test_wrong_password):
            test(dovecot)
    finish()


main()
