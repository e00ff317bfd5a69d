# SPDX-License-Identifier: MIT
"""A running `imapwright serve`, and a client that sends bare octets."""
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile

from support import check

SECONDS = 20
PLAIN = {**os.environ}
# AddressSanitizer keeps what is freed for a while; nothing of that belongs to a measurement.
MEASURED = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") +
            ":quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}


def serve(*arguments, client=(), seconds=SECONDS):
    """`imapwright serve` to its end by itself."""
    command = [sys.argv[1], "serve", *arguments] + (["--", *client] if client else [])
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=seconds, errors="replace", start_new_session=True, check=False)


class Server:
    """`imapwright serve` that is listening; for a with statement, or to be ended."""
    verb = "serve"

    def __init__(self, *arguments, client=(), env=None):
        command = [sys.argv[1], self.verb, *arguments] + (["--", *client] if client else [])
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                                        stdout=subprocess.PIPE, stderr=self.errors,
                                        env=env or PLAIN, start_new_session=True)
        ready, _, _ = select.select([self.process.stdout], [], [], SECONDS)
        self.line = self.process.stdout.readline() if ready else ""
        if not self.line:
            self.end()
            raise RuntimeError(f"serve {arguments} does not listen: {self.report()}")
        self.facts = json.loads(self.line)
        self.port, self.tls_port = self.facts["imap"], self.facts["imaps"]
        self.ca = self.facts["ca"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        check(self.end() is not None, "serve did not stop")

    def wait(self):
        """Its exit status; None: it did not end, and is killed."""
        try:
            status = self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            status = None
            self.process.kill()
            self.process.wait()
        check("Sanitizer" not in self.report(), f"serve: {self.report()}")
        return status

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.wait()

    def report(self):
        """What it has written to standard error."""
        self.errors.seek(0)
        return self.errors.read()

    def status_kb(self, name):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            sizes = [line for line in file if line.startswith(name + ":")]
        return int(sizes[0].split()[1])

    def peak_mb(self):
        """The most memory it ever had."""
        return self.status_kb("VmHWM") // 1024

    def memory_kb(self):
        """What it has now."""
        return self.status_kb("VmRSS")

    def files(self):
        """How many it has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class Connection:
    """Octets to be sent, and lines that come; closed at the end of a with statement."""

    def __init__(self, connected):
        self.socket = connected
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def line(self):
        return self.stream.readline()


class Bare(Connection):
    """A client that says exactly what it is told to."""

    def __init__(self, port, host="127.0.0.1"):
        super().__init__(socket.create_connection((host, port), timeout=SECONDS))

    def command(self, text, tag=b"a"):
        """All lines up to the tagged one, which is the last."""
        self.send(tag + b" " + text + b"\r\n")
        lines = []
        while not lines or not lines[-1].startswith(tag + b" "):
            lines.append(self.line())
            if not lines[-1]:
                break
        return lines

    def log_in(self):
        """Behind the greeting, in INBOX."""
        self.line()
        self.command(b"LOGIN user secret")
        return self.command(b"SELECT INBOX")
