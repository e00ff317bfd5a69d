#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The requests that a running serve takes over a Unix socket. serve_admin.py IMAPWRIGHT"""
import concurrent.futures
import json
import os
import resource
import socket
import stat
import subprocess
import sys
import tempfile
import time

from serving import SECONDS, Bare, Connection, Server, serve
from support import check, finish

LINE_MAX = 4 << 20
CONNS_MAX = 64
SAYS = {"title": "NOOP says 7", "dialogue": ["C: NOOP", "S: * 7 EXISTS", "S: OK"]}
RULE = {"title": "NOOP is refused", "rules": [{"on": "C: NOOP", "play": ["S: NO not now"]}]}


class Admin(Connection):
    """A connection to the socket."""

    def __init__(self, path):
        connected = socket.socket(socket.AF_UNIX)
        connected.settimeout(SECONDS)
        connected.connect(path)
        super().__init__(connected)

    def answer(self):
        line = self.line()
        return json.loads(line) if line else None

    def ask(self, do, **members):
        self.send(json.dumps({"do": do, **members}).encode() + b"\n")
        return self.answer()

    def load(self, scenario, **members):
        return self.ask("load", text=json.dumps(scenario), **members)


class Administered(Server):
    """A server with such a socket."""

    def __init__(self, *arguments):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "admin")
        super().__init__("--admin", self.path, *arguments)

    def __exit__(self, *_):
        super().__exit__()
        self.folder.cleanup()


def noop(port, user="user"):
    with Bare(port) as client:
        client.line()
        client.command(f"LOGIN {user} secret".encode())
        return client.command(b"NOOP")


# ---- what the requests do ----------------------------------------------------------------------

def test_load():
    """Scenarios come and go while it runs, each on ports of its own or by user."""
    with Administered() as server, Admin(server.path) as admin:
        check(server.facts["admin"] == server.path, server.line)
        first = admin.load(SAYS, name="says.json")
        check(first["ok"] and first["scenario"] == 2 and first["id"] == "says", f"{first}")
        check(first["ca"] == server.ca, f"{first}")
        check(noop(first["imap"]) == [b"* 7 EXISTS\r\n", b"a OK done\r\n"], "by port")
        second = admin.load(RULE, user="bob")
        check(second["imap"] == server.port and second["user"] == "bob", f"{second}")
        check(noop(server.port, "bob") == [b"a NO not now\r\n"], "by user")
        check(noop(server.port) == [b"a OK done\r\n"], "the plain server")
        plain = admin.ask("load")
        check(noop(plain["imap"]) == [b"a OK done\r\n"], "one more plain server")
        rows = admin.ask("list")["scenarios"]
        check([(r["scenario"], r["verdict"]) for r in rows] ==
              [(1, "pass"), (2, "pass"), (3, "pass"), (4, "pass")], f"{rows}")
        dropped = admin.ask("drop", scenario=2)
        check(dropped["ok"] and dropped["passed"], f"{dropped}")
        try:
            Bare(first["imap"])
            check(False, "its port is still there")
        except ConnectionRefusedError:
            pass
        check("there is no scenario 2" in admin.ask("verify", scenario=2)["error"], "2 is gone")
        check("ports" in admin.ask("drop", scenario=1)["error"], "bob's port may not go")


def test_state():
    """The world and the connections as they are now; reset makes them what they were."""
    with Administered() as server, Admin(server.path) as admin, Bare(server.port) as client:
        before = admin.ask("state")
        client.log_in()
        client.command(b"APPEND INBOX (\\Flagged own) {4+}\r\nhi\r\n")
        client.command(b"CREATE box")
        client.command(b"SUBSCRIBE box")
        now = admin.ask("state", octets=True)
        user = now["users"][0]
        boxes = {box["name"]: box for box in user["mailboxes"]}
        check(user["name"] == "user" and user["subscriptions"] == ["box"], f"{user}")
        check(sorted(boxes) == ["INBOX", "box"] and boxes["box"]["messages"] == [], f"{boxes}")
        message = boxes["INBOX"]["messages"][-1]
        check(message["octets"] == "hi\r\n" and message["size"] == 4 and message["uid"] == 2 and
              sorted(message["flags"]) == ["\\Flagged", "own"], f"{message}")
        check(now["connections"] == [{"conn": 1, "state": "selected", "tls": False,
                                      "dialogue": False, "user": "user", "mailbox": "INBOX"}],
              f"{now['connections']}")
        check(admin.ask("reset") == {"ok": True}, "reset")
        check(client.line() == b"", "the connection outlived its world")
        check(admin.ask("state")["users"] == before["users"], "another world than at the start")
        check(noop(server.port) == [b"a OK done\r\n"], "the port after reset")


def test_events():
    """All that went over the wire, also in pieces; and every command, parsed."""
    with Administered() as server, Admin(server.path) as admin, Bare(server.port) as client:
        client.line()
        client.send(b"a LOG")
        while not (some := admin.ask("events", wait_ms=1000))["events"][-1].get("client"):
            time.sleep(0.01)
        check(some["events"][-1]["client"] == "a LOG", f"{some}")
        client.send(b"IN user {6+}\r\nsecret\r\nb FLY\r\nc IDLE\r\nDONE\r\n")
        for _ in range(4):
            client.line()
        more = admin.ask("events", since=some["next"])
        check("".join(e.get("client", "") for e in more["events"]) ==
              "IN user {6+}\r\nsecret\r\nb FLY\r\nc IDLE\r\nDONE\r\n", f"{more}")
        check("a OK logged in\r\n" in "".join(e.get("server", "") for e in more["events"]),
              f"{more}")
        rows = admin.ask("commands")["commands"]
        check([row["octets"] for row in rows] ==
              ["a LOGIN user {6+}\r\nsecret\r\n", "b FLY\r\n", "c IDLE\r\n"], f"{rows}")
        check(rows[0]["command"]["type"] == "login" and rows[0]["command"]["user"] == "user",
              f"{rows}")
        bad = admin.ask("commands", since=1)["commands"]
        check([row["n"] for row in bad] == [1, 2], f"{bad}")
        client.send(b"d SELECT \xff\r\n")
        client.line()
        bad = admin.ask("commands", since=3)["commands"][0]
        check("command" not in bad and "offset" in bad and bad["octets"] == {
            "base64": "ZCBTRUxFQ1Qg/w0K"}, f"{bad}")


def test_dialogue_commands():
    """A dialogue's commands are seen as well."""
    with Administered() as server, Admin(server.path) as admin:
        port = admin.load(SAYS)["imap"]
        noop(port)
        rows = admin.ask("commands", scenario=2)["commands"]
        check([row["command"]["type"] for row in rows] == ["login", "noop"], f"{rows}")


def test_waiting():
    """Who waits is told when it happens, at the latest when the time is over; others go on."""
    with Administered() as server, Admin(server.path) as admin, Admin(server.path) as other:
        began = time.monotonic()
        check(admin.ask("events", wait_ms=200)["events"] == [], "events of nobody")
        check(0.15 < time.monotonic() - began < 5, "the time to wait")
        admin.send(b'{"do":"commands","wait_ms":20000}\n{"do":"list"}\n')
        began = time.monotonic()
        check(other.ask("list")["ok"], "another connection waits, too")
        client = Bare(server.port)
        client.line()
        client.command(b"NOOP")
        check(admin.answer()["commands"][0]["command"]["type"] == "noop", "what it waited for")
        check("scenarios" in admin.answer(), "what was asked behind it")
        admin.send(b'{"do":"verify","wait_ms":20000}\n')
        check(other.ask("list")["ok"], "still there")
        client.close()
        check(admin.answer()["verdict"] == "pass", "a verdict when all have gone")
        check(time.monotonic() - began < 10, "it waited for the end of its time")
        with Admin(server.path) as gone:
            gone.send(b'{"do":"events","since":1000000,"wait_ms":20000}\n')
        with Admin(server.path) as half:
            half.send(b'{"do":"list"}\n' + b'{"do":"events","since":1000000,"wait_ms":20000}\n' * 3)
            half.socket.shutdown(socket.SHUT_WR)
            answers = [half.answer() for _ in range(5)]
            check([answer is not None for answer in answers] == [True] * 4 + [False],
                  f"all that was asked before the end: {answers}")
        admin.send(b'{"do":"events","scenario":2,"since":9,"wait_ms":20000}\n')
        check("no scenario 2" in admin.answer()["error"], "nobody waits for what is not there")
        two = other.load(SAYS)["scenario"]
        admin.send(b'{"do":"events","scenario":%d,"wait_ms":20000}\n' % two)
        time.sleep(0.1)
        other.ask("drop", scenario=two)
        noop(server.port)
        check("no scenario" in admin.answer()["error"], "it waits for what has gone")


def test_verify():
    """Now, with all that is known; and the end's status is the same."""
    with Administered() as server, Admin(server.path) as admin:
        port = admin.load(SAYS, name="says")["imap"]
        check(admin.ask("verify", scenario=2)["verdict"] == "timeout", "nobody came")
        with Bare(port) as client:
            client.line()
            client.command(b"LOGIN user secret")
            client.send(b"b CHECK\r\n")
            client.line()
        done = admin.ask("verify", scenario=2, wait_ms=5000)
        check(done["verdict"] == "deviation" and not done["passed"], f"{done}")
        check(done["expected"] == "NOOP" and done["received"] == "b CHECK" and done["line"] == 1,
              f"{done}")
        check("C1: b CHECK" in done["report"], f"{done}")
        check(admin.ask("stop") == {"ok": True}, "stop")
        check(server.wait() == 1 and "deviation  says" in server.report(), server.report())
        check(not os.path.exists(server.path), "the socket stays")


# ---- what must do no harm ----------------------------------------------------------------------

REQUESTS = [{"do": "load", "text": json.dumps(SAYS), "user": "ann", "name": "x"},
            {"do": "state", "scenario": 1, "octets": True}, {"do": "events", "since": 0},
            {"do": "verify", "wait_ms": 0}]


def test_cut():
    """Each request, cut at every octet, is an error, and the next one is heard."""
    with Administered() as server, Admin(server.path) as admin:
        for request in REQUESTS:
            text = json.dumps(request).encode()
            for length in range(len(text)):
                admin.send(text[:length] + b"\n")
                answer = admin.answer()
                check(not answer["ok"] and answer["error"], f"{text[:length]}: {answer}")
            for length in range(len(text)):
                with Admin(server.path) as gone:
                    gone.send(text[:length])
                    # Until the server is done with it: only so many are open at once.
                    gone.socket.shutdown(socket.SHUT_WR)
                    check(gone.line() == b"", f"{text[:length]}: an answer to what has no end")
            check(admin.ask(**request)["ok"], f"{text}")


def test_wrong():
    """What is wrong is named."""
    rows = [(b"[]", "one of: load"), (b"{}", "one of: load"), (b'{"do":1}', "one of: load"),
            (b'{"do":"verify","scenario":"1"}', '"scenario" is a number, not a string'),
            (b'{"do":"verify","scenario":-1}', "from 0 to"),
            (b'{"do":"verify","scenario":1.5}', '"scenario" is'),
            (b'{"do":"verify","scenario":4294967296}', "from 0 to 4294967295"),
            (b'{"do":"verify","scenario":99999999999999999999}', "column"),
            (b'{"do":"verify","since":1}', 'verify takes no "since"'),
            (b'{"do":"events","wait_ms":600001}', "from 0 to 600000"),
            (b'{"do":"state","octets":1}', '"octets" is true or false, not'),
            (b'{"do":"load","file":""}', "from 1 to 4096 octets"),
            (b'{"do":"load","file":"a","text":"b"}', "not both"),
            (b'{"do":"load","file":"/nonexistent"}', "/nonexistent"),
            (b'{"do":"load","text":"{\\"title\\": 1}"}', "inline:1:11: "),
            (b'{"do":"load","variant":1}', "variant 1: the scenario has 1"),
            (b'{"do":"verify","do":"stop"}', "do"), (b'{"do":"stop"', "column"),
            (b'{"do":"stop\x00"}', "column"), (b'{"do":"\xff"}', "column"),
            (b"[" * 100000, "column"), (b"\x00", "column"), (b"", "column")]
    with Administered() as server, Admin(server.path) as admin:
        admin.load(RULE, user="bob")
        rows += [(b'{"do":"load","user":"bob"}', "bob has a scenario already"),
                 (b'{"do":"load","user":"' + b"x" * 256 + b'"}', "from 1 to 255 octets")]
        for request, words in rows:
            admin.send(request + b"\n")
            answer = admin.answer()
            check(not answer["ok"] and words in answer["error"], f"{request[:80]}: {answer}")
        check(len(admin.ask("list")["scenarios"]) == 2, "a bad request has done something")


def test_huge():
    """A line that is too long is refused, and ends its connection only."""
    with Administered() as server, Admin(server.path) as admin:
        text = json.dumps({"do": "load", "text": json.dumps(SAYS)}).encode()
        admin.send(text + b" " * (LINE_MAX - len(text)) + b"\n")
        check(admin.answer()["ok"], "the longest line")
        for end in (b"\n", b""):
            with Admin(server.path) as huge:
                try:
                    huge.send(text + b" " * (LINE_MAX - len(text) + 1) + end)
                    answer = huge.answer()
                    check(not answer["ok"] and str(LINE_MAX) in answer["error"], f"{answer}")
                    check(huge.answer() is None, "it goes on")
                except ConnectionError as error:
                    check(False, f"{error}")
        before = server.peak_mb()
        with Admin(server.path) as huge:
            try:
                for _ in range(200):
                    huge.send(b"x" * (1 << 20))
            except ConnectionError:
                pass
        check(server.peak_mb() - before < 60, f"{before} MB became {server.peak_mb()}")
        check(admin.ask("list")["ok"], "others suffer")


def test_deaf():
    """Whoever asks and takes no answers makes nothing pile up."""
    with Administered() as server, Admin(server.path) as deaf, Admin(server.path) as admin:
        with Bare(server.port) as client:
            client.log_in()
            client.command(b"APPEND INBOX {1048576+}\r\n" + b"x" * (1 << 20))
        before = server.peak_mb()
        deaf.socket.settimeout(0.5)
        try:
            for _ in range(100000):
                deaf.send(b'{"do":"state","octets":true}\n')
        except TimeoutError:
            pass
        check(server.peak_mb() - before < 60, f"{before} MB became {server.peak_mb()}")
        check(admin.ask("list")["ok"], "others suffer")


def test_few_files():
    """A scenario for which no file is left is an error, and leaves nothing behind."""
    with Administered() as server, Admin(server.path) as admin:
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (60, 60))
        loaded = [admin.ask("load") for _ in range(20)]
        good = [answer for answer in loaded if answer["ok"]]
        check(0 < len(good) < 20, f"{len(good)} of 20")
        check("too many open files" in loaded[-1]["error"], f"{loaded[-1]}")
        check(len(admin.ask("list")["scenarios"]) == 1 + len(good), "a scenario that is none")
        for answer in good[:2]:
            check(admin.ask("drop", scenario=answer["scenario"])["ok"], "drop")
        check(admin.ask("load")["ok"], "no file came back")
        check(noop(server.port) == [b"a OK done\r\n"], "others suffer")


def test_at_once():
    """Many connections, many requests in one write; one connection too many is turned away."""
    with Administered() as server:
        def load(_):
            with Admin(server.path) as admin:
                admin.send(b'{"do":"load"}\n' * 4)
                rows = [admin.answer() for _ in range(4)]
                answers = [noop(row["imap"]) for row in rows]
                return rows, answers
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            results = list(pool.map(load, range(32)))
        numbers = [row["scenario"] for rows, _ in results for row in rows]
        check(sorted(numbers) == list(range(2, 130)), f"{sorted(numbers)}")
        check(all(a == [b"a OK done\r\n"] for _, answers in results for a in answers), "answers")
        admins = [Admin(server.path) for _ in range(CONNS_MAX)]
        check(all(admin.ask("list")["ok"] for admin in admins), "not all are heard")
        with Admin(server.path) as surplus:
            try:
                check(surplus.ask("list") is None, "one too many is heard")
            except ConnectionError:
                pass
        for admin in admins:
            admin.send(b'{"do":"events","wait_ms":20000}\n')
        noop(server.port)
        check(all(admin.answer()["events"] for admin in admins), "not all are told")
        for admin in admins:
            admin.send(b'{"do":"events","since":1000000,"wait_ms":600000}\n')
        for admin in admins:
            admin.close()
        admins = [Admin(server.path) for _ in range(CONNS_MAX)]
        check(all(admin.ask("list")["ok"] for admin in admins), "who waits and goes keeps a place")
        for admin in admins:
            admin.close()


def test_socket():
    """Only its user may open it; a dead one is replaced, and nothing else is."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "admin")
        dead = socket.socket(socket.AF_UNIX)
        dead.bind(path)
        dead.close()
        old = os.umask(0)
        try:
            with Server("--admin", path) as server:
                check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, oct(os.stat(path).st_mode))
                done = serve("--admin", path, "--timeout", "1")
                check(done.returncode == 2 and path in done.stderr, f"{done}")
                with Admin(path) as admin:
                    check(admin.ask("list")["ok"], "a second server has taken the socket away")
                check(server.end() == 0 and not os.path.exists(path), "the socket stays")
        finally:
            os.umask(old)
        with open(path, "w", encoding="utf-8") as file:
            file.write("mine")
        for bad in (path, os.path.join(folder, "x" * 200), "", "/nonexistent/admin"):
            done = serve("--admin", bad, "--timeout", "1")
            check(done.returncode == 2 and done.stdout == "" and bad[:90] in done.stderr, f"{done}")
        with open(path, encoding="utf-8") as file:
            check(file.read() == "mine", "a file that is no socket was replaced")


# ---- from the shell ----------------------------------------------------------------------------

def ctl(path, *words, folder=None):
    program = os.path.abspath(sys.argv[1])
    done = subprocess.run([program, "serve", "--ctl", path, *words], capture_output=True, text=True,
                          timeout=SECONDS, cwd=folder, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def test_ctl():
    with Administered() as server, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "says.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(SAYS, file)
        status, loaded = ctl(server.path, "load", "file=says.json", folder=folder)
        check(status == 0 and loaded["id"] == "says", f"{loaded}")
        status, answer = ctl(server.path, "verify", "scenario=2")
        check(status == 1 and answer["verdict"] == "timeout", f"{answer}")
        noop(loaded["imap"])
        status, answer = ctl(server.path, "verify", "scenario=2", "wait_ms=5000")
        check(status == 0 and answer["verdict"] == "pass", f"{status} {answer}")
        status, answer = ctl(server.path, '{"do": "state", "octets": true}')
        check(status == 0 and "octets" in str(answer), f"{answer}")
        check(ctl(server.path, "state", "octets=true")[1] == answer, "words and JSON")
        check(ctl(server.path, "fly")[0] == 1, "an unknown request")
        check(ctl(server.path, "verify", "scenario")[0] == 2, "no value")
        check(ctl(server.path + "x", "list")[0] == 2, "no server")
        check(ctl(server.path)[0] == 2, "no request")
        check(ctl(server.path, "stop")[0] == 0 and server.wait() == 0, server.report())


for test in (test_load, test_state, test_events, test_dialogue_commands, test_waiting, test_verify,
             test_cut, test_wrong, test_huge, test_deaf, test_few_files,
             test_at_once, test_socket, test_ctl):
    test()
finish()
