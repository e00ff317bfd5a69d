# SPDX-License-Identifier: MIT
"""A pytest fixture that gives each test a mock server, and fails the test when the server is not
pleased with the client. IMAPWRIGHT names the program, if it is not in PATH."""
import imaplib
import json
import os
import subprocess

import pytest

PROGRAM = os.environ.get("IMAPWRIGHT", "imapwright")
HERE = os.path.dirname(os.path.abspath(__file__))


@pytest.fixture
def serve():
    """serve("busy.json") starts a server and says where it listens."""
    processes = []

    def start(scenario):
        command = [PROGRAM, "serve", os.path.join(HERE, scenario)]
        processes.append(subprocess.Popen(command, text=True, stdout=subprocess.PIPE,
                                          stderr=subprocess.PIPE))
        return json.loads(processes[-1].stdout.readline())

    yield start
    for process in processes:
        process.terminate()
        _, report = process.communicate(timeout=10)
        assert process.returncode == 0, report


def test_busy(serve):
    server = serve("busy.json")
    with imaplib.IMAP4("127.0.0.1", server["imap"]) as client:
        client.login("user", "secret")
        kind, data = client.select("INBOX")
    assert kind == "NO" and data == [b"[INUSE] try again later"]
