#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our client works through all that a server offers, in clear, by STARTTLS and in TLS:
client_live.py CLIENT_LIVE SERVER. What the server is not to offer stands below, so that nothing
goes untested unseen. Exit status 77: the server needs root to run, and this is not root."""
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from support import ROOT, SKIPPED, need_dovecot

SECONDS_MAX = 250
WAYS = ["plain", "starttls", "tls"]
BINDING = "AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-256-PLUS"
NEWER = "UNAUTHENTICATE REPLACE"
NOT_OFFERED = {
    "dovecot": f"{BINDING} {NEWER} LIST-MYRIGHTS OBJECTID UTF8=ACCEPT",
    "cyrus": f"{NEWER} CONTEXT=SEARCH NOTIFY SEARCHRES UTF8=ACCEPT",
    "courier": f"{BINDING} {NEWER} AUTH=DIGEST-MD5 AUTH=LOGIN AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256 "
               "BINARY CATENATE COMPRESS=DEFLATE CONDSTORE CONTEXT=SEARCH ESEARCH ESORT ID "
               "LIST-EXTENDED METADATA MOVE MULTIAPPEND NOTIFY OBJECTID PREVIEW SAVEDATE "
               "SEARCHRES THREAD=REFS UNSELECT",
    "mailutils": f"{NEWER} ACL BINARY CATENATE COMPRESS=DEFLATE CONDSTORE CONTEXT=SEARCH ENABLE "
                 "ESEARCH ESORT LIST-EXTENDED METADATA MOVE MULTIAPPEND NOTIFY OBJECTID PREVIEW "
                 "QUOTA SAVEDATE SEARCHRES SORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES "
                 "THREAD=REFS UIDPLUS",
}
NOT_IN_CLEAR = {"cyrus": BINDING}
# Of CREATEs that come at the same time Dovecot 2.3 refuses one: there is such a mailbox, it says.
ONE_AT_A_TIME = {"dovecot"}


def facts_of(folder):
    with open(os.path.join(folder, "server.env"), encoding="utf-8") as file:
        return dict(line.strip().split("=", 1) for line in file)


def play(program, server, way, facts):
    """What is wrong, or None."""
    ran = subprocess.run([program, server, way, facts["PORT"], facts["TLS_PORT"], facts["CA"]],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         errors="replace", timeout=SECONDS_MAX, check=False)
    lacked = {line.removeprefix("not offered: ") for line in ran.stdout.splitlines()
              if line.startswith("not offered: ")}
    expected = set(NOT_OFFERED[server].split())
    if way == "plain":
        expected |= set(NOT_IN_CLEAR.get(server, "").split())
    if ran.returncode != 0:
        return ran.stdout
    if lacked != expected:
        return (f"not offered, but it should be: {sorted(lacked - expected)}; "
                f"offered by now: {sorted(expected - lacked)}")
    print(f"{server}, {way}: all of it but what it does not offer: {' '.join(sorted(lacked))}")
    return None


def main():
    program, server = sys.argv[1:]
    start = os.path.join(ROOT, "tests", "servers", server, "start.sh")
    stop = os.path.join(ROOT, "tests", "servers", "stop.sh")
    if server == "dovecot":
        need_dovecot()
    with tempfile.TemporaryDirectory(prefix="iw-live-") as folder:
        os.chmod(folder, 0o755)
        started = subprocess.run([start, folder], timeout=5 * SECONDS_MAX, check=False).returncode
        if started != 0:
            return SKIPPED if started == SKIPPED else 1
        try:
            facts = facts_of(folder)
            with ThreadPoolExecutor(1 if server in ONE_AT_A_TIME else len(WAYS)) as pool:
                wrong = list(pool.map(lambda way: play(program, server, way, facts), WAYS))
        finally:
            subprocess.run([stop, folder], timeout=30, check=False)
    print("\n".join(f"{way}: {text}" for way, text in zip(WAYS, wrong) if text))
    return 1 if any(wrong) else 0


sys.exit(main())
