# SPDX-License-Identifier: MIT
"""What the peer tests share: running imapwright, little servers, a Dovecot of one's own."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SCENARIOS = ["--scenarios", os.path.join(ROOT, "scenarios")]
SECONDS_MAX = 120

failures = []


def check(condition, text):
    """Notes what does not hold, and goes on."""
    if not condition:
        failures.append(text)
        print(f"FAILED: {text}", file=sys.stderr)


def finish():
    print(f"{len(failures)} failed" if failures else "all passed")
    sys.exit(1 if failures else 0)


class Run:
    """imapwright with these arguments and a JSON report, to its end."""

    def __init__(self, *arguments, client=(), env=None, seconds=SECONDS_MAX):
        self.folder = tempfile.mkdtemp(prefix="iw-peer-")
        path = os.path.join(self.folder, "results.json")
        command = [sys.argv[1], *arguments, *SCENARIOS, "--json", path]
        if client:
            command += ["--", *client]
        environment = {**os.environ, **(env or {})}
        if not env:
            environment.pop("IMAPWRIGHT_PASSWORD", None)
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=seconds,
                              start_new_session=True, errors="replace")
        self.status, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr
        self.json = None
        if os.path.exists(path) and os.path.getsize(path) > 0:
            with open(path, encoding="utf-8") as file:
                self.json = json.load(file)
        shutil.rmtree(self.folder)

    def verdicts(self):
        return {case["id"]: case["verdict"] for case in self.json["cases"]} if self.json else {}

    def detail(self):
        return self.json["cases"][0]["detail"] if self.json and self.json["cases"] else ""

    def everything(self):
        return self.stdout + self.stderr + json.dumps(self.json)


class LittleServer:
    """Accepts connections on loopback and hands each to a function in a thread."""

    def __init__(self, serve):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connections = []
        self.serve = serve
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.run, args=(connection,), daemon=True).start()

    def run(self, connection):
        try:
            self.serve(connection)
        except OSError:
            pass

    def close(self):
        self.socket.close()
        for connection in self.connections:
            connection.close()


SKIPPED = 77


def need_dovecot():
    """Ends the test as skipped where there is no Dovecot and none can be had; as failed in CI."""
    folder = os.environ.get("IMAPWRIGHT_DOVECOT",
                            os.path.join(ROOT, "build", "servers", "dovecot"))
    script = os.path.join(ROOT, "tests", "servers", "dovecot", "unpack.sh")
    if subprocess.run([script, folder], timeout=SECONDS_MAX, check=False).returncode != 0:
        print("there is no Dovecot, and none can be had")
        sys.exit(1 if os.environ.get("CI") else SKIPPED)


class Peer:
    """A server of its own, from tests/servers, for a with statement. Ends the test as skipped where
    it takes root and this is not root."""

    def __init__(self, name):
        self.scripts = os.path.join(ROOT, "tests", "servers")
        self.start = os.path.join(self.scripts, name, "start.sh")
        self.parent = None  # of its folder: the usual one

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="iw-server-", dir=self.parent)
        os.chmod(self.folder, 0o755)
        status = subprocess.run([self.start, self.folder], check=False,
                                timeout=SECONDS_MAX).returncode
        if status != 0:
            sys.exit(status)
        with open(os.path.join(self.folder, "server.env"), encoding="utf-8") as file:
            facts = dict(line.strip().split("=", 1) for line in file if "=" in line)
        self.port, self.tls_port, self.ca = facts["PORT"], facts["TLS_PORT"], facts["CA"]
        return self

    def __exit__(self, *_):
        stop = [os.path.join(self.scripts, "stop.sh"), self.folder]
        subprocess.run(stop, check=False, timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


class Dovecot(Peer):
    """Its mail is in memory where there is room: a disk takes most of the time of a run."""

    def __init__(self):
        super().__init__("dovecot")
        self.parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

    def __enter__(self):
        need_dovecot()
        return super().__enter__()
