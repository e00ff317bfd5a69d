#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-client and clients of all kinds: check_client_verdicts.py IMAPWRIGHT"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

from support import ROOT, SCENARIOS, Run, check, finish

BAD = [sys.executable, os.path.join(ROOT, "tests", "clients", "bad_client.py")]
ERROR_CASE = "client/connection/bye--during-fetch"  # the client is to report an error


def shell(text):
    return ["/bin/sh", "-c", text]


def test_ends():
    """How the client ends, whatever it said before."""
    rows = [
        (["true"], "blocked", 1, "never connected"),
        (shell("exit 1"), "blocked", 1, "never connected"),
        (BAD + ["absent"], "blocked", 1, "never connected"),
        (BAD + ["sad"], "blocked", 1, "correct server too"),
        (BAD + ["happy"], "deviation", 1, "exited as if all were well"),
        (shell("exit 89"), "skip", 0, "does not implement"),
        (shell("kill -SEGV $$"), "blocked", 1, "signal 11"),
        (shell("exit 127"), "setup", 2, "could not be run"),
        (["/nonexistent/client"], "setup", 2, "/nonexistent/client"),
    ]
    for client, verdict, status, words in rows:
        run = Run("check-client", ERROR_CASE, "--timeout", "5", client=client)
        check(run.status == status, f"{client}: exit {run.status}")
        check(list(run.verdicts().values()) == [verdict], f"{client}: {run.verdicts()}")
        check(words in run.detail(), f"{client}: {run.detail()}")


def test_dialogue():
    """A client whose commands are all known: each that is another is a failure, with both shown."""
    steps = ["S: * OK hello", "C: LOGIN ${user} ${password}", "S: OK", "C: SELECT INBOX",
             "S: * 0 EXISTS", "S: OK", "C: FETCH 1 (BODY[])", "S: OK", "C: NOOP", "S: OK",
             "C: LOGOUT", "S: * BYE", "S: OK"]
    folder = tempfile.mkdtemp(prefix="iw-peer-")
    case = os.path.join(folder, "dialogue.json")
    rows = [("happy", None, "pass", ""), ("absent", None, "blocked", "never connected"),
            ("happy", "C: STATUS INBOX (MESSAGES)", "fail", "expected STATUS, received FETCH")]
    for mood, other, verdict, words in rows:
        dialogue = [other if other and "FETCH" in step else step for step in steps]
        with open(case, "w", encoding="utf-8") as file:
            json.dump({"title": "t", "level": "MUST", "start": "dialogue", "dialogue": dialogue,
                       "then": {"client": "ok"}}, file)
        run = Run("check-client", case, client=BAD + [mood])
        check(list(run.verdicts().values()) == [verdict], f"dialogue: {run.verdicts()}")
        check(words in run.detail(), f"dialogue: {run.detail()}")
    shutil.rmtree(folder)


def test_hang():
    """A client that never ends is killed, with all that it started."""
    folder = tempfile.mkdtemp(prefix="iw-peer-")
    pids = os.path.join(folder, "pids")
    client = shell(f"echo $$ >>{pids}; sleep 300 & echo $! >>{pids}; wait")
    began = time.monotonic()
    run = Run("check-client", ERROR_CASE, "--timeout", "1", client=client)
    check(time.monotonic() - began < 3, "a client that hangs holds us")
    check(list(run.verdicts().values()) == ["blocked"], f"a client that hangs: {run.verdicts()}")
    check("still running after 1000 ms" in run.detail(), f"a client that hangs: {run.detail()}")
    time.sleep(0.2)
    with open(pids, encoding="utf-8") as file:
        for pid in map(int, file.read().split()):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                    check(stat.read().split()[2] == "Z", f"process {pid} lives on")
            except FileNotFoundError:
                pass
    shutil.rmtree(folder)


def test_seed():
    """What is drawn on the wire is the same for the same seed."""
    folder = tempfile.mkdtemp(prefix="iw-peer-")
    case, client = (os.path.join(folder, name) for name in ("seed.json", "client.py"))
    with open(case, "w", encoding="utf-8") as file:
        tcp = {"S": {"tcp": {"dribble": "1..5", "every_ms": 40}}}
        json.dump({"title": "t", "level": "DEF", "then": {"client": "any"},
                   "rules": [{"on": "connect", "play": [tcp, "S: * BYE one two three"]}]}, file)
    with open(client, "w", encoding="utf-8") as file:
        file.write("import socket, sys\n"
                   "come = b''\n"
                   "stream = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
                   "while b'three\\r\\n' not in come and b'ready' not in come:\n"
                   "    octets = stream.recv(100)\n"
                   "    come += octets\n"
                   "    print(len(octets), end=' ', file=open(sys.argv[2], 'a'))\n")

    def lengths(seed):
        told = os.path.join(folder, "told")
        Run("check-client", case, "--seed", seed, client=[sys.executable, client, "{port}", told])
        with open(told, encoding="utf-8") as file:
            text = file.read()
        os.remove(told)
        return text

    one, again, other = (lengths(seed) for seed in ("7", "7", "8"))
    check(one.count(" ") > 4 and one == again, f"one seed: {one}; {again}")
    check(one != other, f"two seeds: {one}; {other}")
    shutil.rmtree(folder)


def test_facts():
    """The client is told all it needs, in its arguments and in its environment."""
    program = ("test \"$1\" = \"$IMAPWRIGHT_PORT\" && test \"$2\" = \"$IMAPWRIGHT_TASK\" && "
               "test \"$3\" = \"imap://127.0.0.1:$1/\" && test -s \"$IMAPWRIGHT_CA\" && "
               "test \"$IMAPWRIGHT_USER:$IMAPWRIGHT_PASSWORD\" = user:secret && exit 89; exit 1")
    run = Run("check-client", ERROR_CASE,
              client=["/bin/sh", "-c", program, "-", "{port}", "{task}", "{url}"])
    check(list(run.verdicts().values()) == ["skip"], f"facts: {run.verdicts()}")


def test_reports():
    """Every format is well-formed and says the same."""
    folder = tempfile.mkdtemp(prefix="iw-peer-")
    junit, tap, html = (os.path.join(folder, name) for name in ("junit", "tap", "html"))
    run = Run("check-client", "client/connection", "--junit", junit, "--tap", tap, "--html", html,
              "--transcript", os.path.join(folder, "wire"), client=BAD + ["happy"])
    cases = run.verdicts()
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    check(int(suite.get("tests")) == len(cases) == len(suite.findall("testcase")), "JUnit: count")
    failed = [case for case in cases.values() if case in ("fail", "deviation", "timeout", "crash")]
    check(int(suite.get("failures")) == len(failed) == len(suite.findall("testcase/failure")),
          f"JUnit: failures {suite.get('failures')}, not {len(failed)}")
    with open(tap, encoding="utf-8") as file:
        lines = file.read().splitlines()
    check(lines[0] == "TAP version 13" and lines[-1] == f"1..{len(cases)}", "TAP: plan")
    check(sum(line.startswith(("ok ", "not ok ")) for line in lines) == len(cases), "TAP: count")
    with open(html, encoding="utf-8") as file:
        text = file.read()
    shown = json.loads(text.split('id="runs">', 1)[1].split("</script>", 1)[0])
    check(len(shown[0]["results"]["cases"]) == len(cases), "HTML: cases")
    check(len(os.listdir(os.path.join(folder, "wire"))) > 0, "no transcripts")
    for case in run.json["cases"]:
        if case["verdict"] in ("fail", "deviation"):
            check(case["clause"]["rfc"] != "", f"{case['id']}: no clause")
            check(case["again"].startswith("imapwright check-client"), f"{case['id']}: again")
            check(case["transcript"] != "", f"{case['id']}: no transcript")
    shutil.rmtree(folder)


def test_again():
    """The command that a failure names runs this one case again."""
    run = Run("check-client", ERROR_CASE, client=BAD + ["happy"])
    again = run.json["cases"][0]["again"].replace("imapwright", sys.argv[1], 1)
    done = subprocess.run(["/bin/sh", "-c", again], capture_output=True, text=True, timeout=60,
                          check=False)
    check(done.returncode == 1 and "1 case in" in done.stdout, f"again: {done.stdout}")


def test_interrupt():
    """SIGINT ends a run: the client is killed, the reports are written, exit 2."""
    folder = tempfile.mkdtemp(prefix="iw-peer-")
    junit = os.path.join(folder, "junit")
    with subprocess.Popen([sys.argv[1], "check-client", ERROR_CASE, *SCENARIOS, "--junit", junit,
                           "--", "sleep", "300"], stdout=subprocess.PIPE, text=True) as process:
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        try:
            output, _ = process.communicate(timeout=10)
            check(process.returncode == 2, f"interrupted: exit {process.returncode}")
            check("interrupted" in output, f"interrupted: {output}")
            ElementTree.parse(junit)
        except subprocess.TimeoutExpired:
            process.kill()
            check(False, "an interrupted run goes on")
    shutil.rmtree(folder)


def test_usage():
    for arguments, client, words in [([], [], "which client"),
                                     (["--nonsense"], ["true"], "nonsense"),
                                     (["no/such/case"], ["true"], "no/such/case")]:
        run = Run("check-client", *arguments, client=client)
        check(run.status == 2 and words in run.stderr, f"{arguments}: {run.stderr}")


def main():
    for test in (test_ends, test_dialogue, test_hang, test_seed, test_facts, test_reports,
                 test_again, test_interrupt, test_usage):
        test()
    finish()


main()
