#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults on the wire are real on sockets. serve_faults.py IMAPWRIGHT"""
import contextlib
import errno
import json
import os
import socket
import ssl
import struct
import tempfile
import time

from serving import Bare, Server
from support import check, finish

DATA_SEGMENTS_IN = 152  # offset of tcpi_data_segs_in in struct tcp_info
RECORD_OCTETS = 22      # around the text, in TLS 1.3
GREETING = b"* OK one two three\r\n"
GREET = f"S=: {GREETING.decode().strip()}"


@contextlib.contextmanager
def serving(*rules, arguments=(), given=None):
    """serve with these rules."""
    scenario = {"title": "faults", "illegal": True, "rules": list(rules)}
    if given:
        scenario["given"] = given
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "faults.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        with Server(path, *arguments) as server:
            yield server


def greet(**harm):
    """A greeting that is harmed so."""
    return {"on": "connect", "play": [{"S": {"send": [GREET], **harm}}]}


def carry(*behind, **tcp):
    """A greeting that TCP carries so."""
    return {"on": "connect", "play": [{"S": {"tcp": tcp}}, GREET, *behind]}


def connect(port):
    """Blocking: with a time limit Python would wait, and meet a reset that comes at once."""
    stream = socket.create_connection(("127.0.0.1", port))
    stream.settimeout(10)
    return stream


def pieces(stream, wanted=len(GREETING)):
    """What single reads give, until that many octets have come, or the end."""
    found = []
    while sum(map(len, found)) < wanted:
        octets = stream.recv(65536)
        if not octets:
            break
        found.append(octets)
    return found


def how_it_ends(stream):
    """What has come, and "fin" or "rst"."""
    come = b""
    try:
        while octets := stream.recv(65536):
            come += octets
    except ConnectionResetError as error:
        check(error.errno == errno.ECONNRESET, f"reset as {error}")
        return come, "rst"
    return come, "fin"


def data_segments(stream):
    info = stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    return struct.unpack_from("=I", info, DATA_SEGMENTS_IN)[0]


def secured(server, stream):
    context = ssl.create_default_context(cafile=server.ca)
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)  # some Pythons set it
    return context.wrap_socket(stream, server_hostname="localhost")


# ---- ends ----

def connections_are_reset():
    """The second one only."""
    rule = {"on": "connect", "nth": 2, "play": [{"S": {"close": "rst"}}]}
    with serving(rule) as server:
        with connect(server.port) as one:
            check(one.recv(100).startswith(b"* OK"), "the first connection is not greeted")
            with connect(server.port) as two:
                check(how_it_ends(two) == (b"", "rst"), "the second connection is not reset")
        with connect(server.port) as three:
            check(three.recv(100).startswith(b"* OK"), "the third connection is not greeted")


def connections_are_refused():
    """By the kernel, on both ports, for as long as it says; who is connected stays so."""
    rule = {"on": "C: NOOP", "nth": 1, "play": [{"S": {"tcp": {"refuse_ms": 700}}}, "engine"]}
    with serving(rule) as server, Bare(server.port) as client:
        client.line()
        client.command(b"NOOP")
        began = time.monotonic()
        for port in (server.port, server.tls_port):
            try:
                connect(port).close()
                check(False, f"port {port} takes a connection")
            except ConnectionRefusedError:
                pass
        check(client.command(b"NOOP") == [b"a OK done\r\n"], "the old connection is gone")
        while time.monotonic() - began < 10:
            try:
                with connect(server.port) as stream:
                    check(stream.recv(100).startswith(b"* OK"), "no greeting behind it")
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        took = time.monotonic() - began
        check(0.6 <= took <= 5, f"it refused for {took:.2f} s")
        secured(server, connect(server.tls_port)).close()


def ends_come_where_they_are_cut():
    for cut in (0, 1, 7, len(GREETING)):
        for how in ("fin", "rst", "bare"):
            for rule in (greet(cut=cut, close=how), carry(cut=cut, close=how)):
                with serving(rule) as server, connect(server.port) as stream:
                    wanted = "rst" if how == "rst" else "fin"
                    got = how_it_ends(stream)
                    # A reset may take away what has not been read.
                    same = got[1] == wanted and GREETING[:cut].startswith(got[0])
                    if how != "rst":
                        same = same and got[0] == GREETING[:cut]
                    check(same, f"{rule}: {got}")


def half_a_connection():
    """The server has sent its FIN and reads on; and a client may do the same."""
    rule = {"on": "C: NOOP", "play": ["engine", {"S": {"close": "half"}}]}
    with serving(rule, arguments=["-v"]) as server:
        with Bare(server.port) as client:
            client.line()
            check(client.command(b"NOOP") == [b"a OK done\r\n"], "no answer before the FIN")
            check(client.line() == b"", "no FIN of the server's")
            client.send(b"b CHECK\r\nc LOGOUT\r\n")
            time.sleep(0.3)
        server.end()
        check("c LOGOUT" in server.report(), f"it reads no more: {server.report()}")
    with serving({"on": "C: CHECK", "play": []}) as server, connect(server.port) as stream:
        stream.sendall(b"a NOOP\r\nb NOOP\r\n")
        stream.shutdown(socket.SHUT_WR)
        come, how = how_it_ends(stream)
        check(come.endswith(b"b OK done\r\n") and how == "fin", f"half a client: {come} {how}")


def silence_is_no_end():
    with serving(greet(cut=3, close="silent")) as server, connect(server.port) as stream:
        check(stream.recv(100) == GREETING[:3], "before the silence")
        stream.sendall(b"a NOOP\r\n")
        stream.settimeout(0.4)
        try:
            check(False, f"in the silence came {stream.recv(100)}")
        except TimeoutError:
            pass
        stream.sendall(b"b NOOP\r\n")


def tls_is_truncated():
    """A FIN without close_notify, and one with it."""
    for how, ragged in (("bare", True), ("fin", False)):
        rule = {"on": "connect", "play": ["engine", {"S": {"close": how}}]}
        with serving(rule) as server, secured(server, connect(server.tls_port)) as stream:
            stream.suppress_ragged_eofs = False
            try:
                while stream.recv(100):
                    pass
                check(not ragged, f"{how}: close_notify came")
            except ssl.SSLError as error:  # older Pythons have no class for it
                check(ragged and "EOF" in str(error).upper(), f"{how}: {error}")


# ---- segments and time ----

def segments_arrive_as_cut():
    wanted = [GREETING[:2], GREETING[2:7], GREETING[7:]]
    for rule in (greet(split=[2, 5], every_ms=60), carry(split=[2, 5], every_ms=60)):
        with serving(rule) as server, connect(server.port) as stream:
            got = pieces(stream)
            check(got == wanted, f"{rule}: {got}")
    with serving(greet(split=[2, 5], every_ms=60)) as server:
        with secured(server, connect(server.tls_port)) as stream:
            check(pieces(stream) == wanted, "one record is not one segment")


def segments_are_counted():
    """By the kernel that receives them, also without a pause between them."""
    with serving(greet(split=[1, 1, 1])) as server, connect(server.port) as stream:
        time.sleep(0.2)
        check(data_segments(stream) == 4, f"4 segments are {data_segments(stream)}")
    with serving(carry(dribble=1)) as server, connect(server.port) as stream:
        time.sleep(0.2)
        count = data_segments(stream) - len(GREETING)
        check(0 <= count <= 3, f"{count} too many of one octet")  # one may be sent again
    with serving(carry(dribble=1, nagle=True)) as server, connect(server.port) as stream:
        time.sleep(0.4)
        check(stream.recv(100) == GREETING, "Nagle's algorithm loses something")
        check(data_segments(stream) < len(GREETING), "with Nagle's algorithm nothing is joined")


def records_are_cut_from_segments():
    """One record, in segments that know nothing of it."""
    rule = {"on": "connect", "play": [{"S": {"tcp": {"split": [3, 11], "every_ms": 60}}}, GREET]}
    with serving(rule) as server, connect(server.tls_port) as stream:
        come, gone = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = ssl.create_default_context(cafile=server.ca).wrap_bio(
            come, gone, server_hostname="localhost")
        while True:
            with contextlib.suppress(ssl.SSLWantReadError):
                tls.do_handshake()
                break
            stream.sendall(gone.read())
            come.write(stream.recv(65536))
        stream.sendall(gone.read())
        got = pieces(stream, RECORD_OCTETS + len(GREETING))
        for octets in got:
            come.write(octets)
        check([len(octets) for octets in got[:2]] == [3, 11], f"segments: {got}")
        check(tls.read(100) == GREETING, "the record is not whole")


def time_passes(name, rule, least, most):
    with serving(rule) as server, connect(server.port) as stream:
        began = time.monotonic()
        got = b"".join(pieces(stream))
        took = time.monotonic() - began
        check(got == GREETING, f"{name}: {got}")
        check(least <= took <= most, f"{name}: it took {took:.3f} s")


def pauses_last():
    delay = {"on": "connect", "play": [{"S": {"delay_ms": "300..400"}}, GREET]}
    time_passes("a pause", delay, 0.25, 2)
    time_passes("octets one by one", greet(dribble=1, every_ms=20), 0.3, 3)
    time_passes("a seeded dribble", greet(dribble="1..3", every_ms="10..20"), 0.05, 3)
    time_passes("a low rate", carry(rate=40), 0.4, 2)


def draws_come_from_the_seed():
    def lengths(seed):
        """Of the segments of two connections."""
        draws = carry(dribble="1..5", every_ms=40)
        with serving(draws, arguments=["--seed", str(seed)]) as server:
            for _ in range(2):
                with connect(server.port) as stream:
                    yield [len(octets) for octets in pieces(stream)]

    one, again, other = (list(lengths(seed)) for seed in (7, 7, 8))
    check(one == again, f"one seed: {one}, {again}")
    check(one[0] != other[0] and one[0] != one[1], f"two seeds: {one}, {other}")


def the_rate_holds():
    """40 000 octets at 40 000 a second, and again at full speed."""
    rule = {"on": "C: NOOP", "nth": 1, "play": [
        {"S": {"tcp": {"rate": 40000}}}, "S=: * OK ${repeat:40000,x}", "engine"]}
    back = {"on": "C: NOOP", "nth": 1, "play": [
        {"S": {"tcp": {}}}, "S=: * OK ${repeat:40000,x}", "engine"]}
    with serving(rule, back) as server, Bare(server.port) as client:
        client.line()
        for least, most in ((0.7, 2.5), (0, 0.5)):
            began = time.monotonic()
            lines = client.command(b"NOOP")
            took = time.monotonic() - began
            check(len(lines) == 2 and len(lines[0]) == 40007, f"{len(lines)} lines")
            check(least <= took <= most, f"40 000 octets took {took:.2f} s")


def a_slow_end_is_waited_for():
    """What was written before a close still goes, at its pace."""
    rule = carry({"S": "close"}, rate=40)
    with serving(rule) as server, connect(server.port) as stream:
        check(how_it_ends(stream) == (GREETING, "fin"), "the close overtakes a slow greeting")


# ---- octets ----

def octets_are_harmed():
    with serving(greet(flip=2, replace={"-3": "?"})) as server, connect(server.port) as stream:
        got = b"".join(pieces(stream))
        check(got == b"* NK one two thre?\r\n", f"harmed: {got}")
    with serving(greet(flip=2)) as server, secured(server, connect(server.tls_port)) as stream:
        check(pieces(stream) == [GREETING.replace(b"OK", b"NK")], "harmed above TLS")
    with serving(carry(flip=9)) as server, secured(server, connect(server.tls_port)) as stream:
        try:
            check(False, f"a record that is harmed is read: {stream.recv(100)}")
        except ssl.SSLError as error:
            check("MAC" in str(error).upper(), f"a record that is harmed: {error}")


def nobody_listens():
    """The client's writes block, while the server goes on sending."""
    rule = {"on": "connect", "play": ["engine", {"S": {"tcp": {"deaf": True}}},
                                      {"S": {"delay_ms": 500}}, "S: * OK still here"]}
    with serving(rule) as server, connect(server.port) as stream:
        stream.recv(1000)
        stream.settimeout(0.3)
        sent = 0
        try:
            while sent < 64 << 20:
                sent += stream.send(b"x" * 65536)
        except TimeoutError:
            pass
        check(sent < 64 << 20, "nothing blocks")
        stream.settimeout(10)
        check(stream.recv(1000) == b"* OK still here\r\n", "a deaf server is dumb, too")


def main():
    connections_are_reset()
    connections_are_refused()
    ends_come_where_they_are_cut()
    half_a_connection()
    silence_is_no_end()
    tls_is_truncated()
    segments_arrive_as_cut()
    segments_are_counted()
    records_are_cut_from_segments()
    pauses_last()
    draws_come_from_the_seed()
    the_rate_holds()
    a_slow_end_is_waited_for()
    octets_are_harmed()
    nobody_listens()
    finish()


main()
