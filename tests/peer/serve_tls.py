#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What serve does under TLS, asked for by options and by scenarios. serve_tls.py IMAPWRIGHT"""
import contextlib
import json
import os
import socket
import ssl
import tempfile
import warnings

from serving import Server, serve
from support import check, finish

warnings.simplefilter("ignore", DeprecationWarning)  # old versions of TLS are wanted here


def context_of(server, certificate=False, least=None, most=None):
    context = ssl.create_default_context(cafile=server.ca)
    if certificate:
        context.load_cert_chain(server.facts["certificate"])
    if most is not None and most < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if least is not None:
        context.minimum_version = least
    if most is not None:
        context.maximum_version = most
    return context


@contextlib.contextmanager
def secured(server, context, port=None, session=None):
    with socket.create_connection(("127.0.0.1", port or server.tls_port), timeout=10) as bare:
        with context.wrap_socket(bare, server_hostname="localhost", session=session) as stream:
            yield stream


def said(stream, text):
    """The answer to a command, or the greeting."""
    if text:
        stream.sendall(text + b"\r\n")
    return stream.recv(65536)


def handshake(server, **how):
    """What becomes of it: "" when it worked, else why not."""
    try:
        with secured(server, context_of(server, **how)) as stream:
            return "" if said(stream, b"").startswith(b"* OK") else "no greeting"
    except (ssl.SSLError, ConnectionError) as error:
        return str(error)


def certificates():
    """Each but the first two is refused, for its own reason."""
    rows = {"good": "", "rsa": "", "expired": "expired", "not-yet-valid": "not yet valid",
            "wrong-host": "Hostname mismatch", "for-clients": "unsuitable certificate purpose",
            "self-signed": "self-signed certificate", "unknown-ca": "unable to get local issuer",
            "weak-key": "key too weak", "weak-hash": "digest algorithm too weak"}
    for name, why in rows.items():
        with Server("--tls-certificate", name) as server:
            got = handshake(server)
            check(why in got if why else got == "", f"certificate {name}: {got}")


def versions():
    tls = ssl.TLSVersion
    rows = ((["--tls-max", "1.2"], tls.TLSv1_2, None, "TLSv1.2"),
            (["--tls-min", "1.3"], None, None, "TLSv1.3"),
            (["--tls-min", "1.3"], None, tls.TLSv1_2, None),
            (["--tls-max", "1.1"], None, None, None),
            (["--tls-max", "1.1"], tls.TLSv1, tls.TLSv1_1, "TLSv1.1"),
            ([], tls.TLSv1, tls.TLSv1_1, None),
            (["--tls-min", "1.0"], tls.TLSv1, tls.TLSv1, "TLSv1"))
    for options, least, most, wanted in rows:
        with Server(*options) as server:
            try:
                with secured(server, context_of(server, least=least, most=most)) as stream:
                    got = stream.version()
            except (ssl.SSLError, ConnectionError):
                got = None
            check(got == wanted, f"{options}, {least} to {most}: {got}")


def suites():
    for version, name in (("1.2", "ECDHE-RSA-AES128-GCM-SHA256"),
                          ("1.3", "TLS_CHACHA20_POLY1305_SHA256")):
        with Server("--tls-certificate", "rsa", "--tls-min", version, "--tls-max", version,
                    "--tls-ciphers", name) as server:
            with secured(server, context_of(server)) as stream:
                check(stream.cipher()[0] == name, f"{name}: {stream.cipher()}")


def clients_show_certificates():
    with Server("--tls-client", "required") as server:
        check(os.stat(server.facts["certificate"]).st_size > 0, "there is no certificate")
        try:
            with secured(server, context_of(server)) as stream:
                check(not said(stream, b""), "a client without a certificate is greeted")
        except (ssl.SSLError, ConnectionError) as error:
            check("certificate" in str(error).lower() or "reset" in str(error), f"{error}")
        with secured(server, context_of(server, certificate=True)) as stream:
            said(stream, b"")
            check(b"AUTH=EXTERNAL" in said(stream, b"a CAPABILITY"), "EXTERNAL is not offered")
            check(said(stream, b"b AUTHENTICATE EXTERNAL =").startswith(b"b OK"), "EXTERNAL")
    with Server("--tls-client", "optional", "--user", "ann:pw") as server:
        with secured(server, context_of(server)) as stream:
            said(stream, b"")
            check(said(stream, b"a AUTHENTICATE EXTERNAL =").startswith(b"a NO"), "from nobody")
            check(said(stream, b"b LOGIN ann pw").startswith(b"b OK"), "a login without one")
        with secured(server, context_of(server, certificate=True)) as stream:
            said(stream, b"")
            check(said(stream, b"a AUTHENTICATE EXTERNAL YW5u").startswith(b"a OK"), "as ann")
        with secured(server, context_of(server, certificate=True)) as stream:
            said(stream, b"")
            check(said(stream, b"a AUTHENTICATE EXTERNAL Ym9i").startswith(b"a NO"), "as bob")
    with Server() as server:
        check("certificate" not in server.facts, "a certificate is told of that nobody wants")


def sessions():
    """Resumed with tickets only, and the transcript says so."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        for options, resumed in (([], False), (["--tls-tickets"], True)):
            with Server(*options, "-v") as server:
                context = context_of(server, least=version, most=version)
                with secured(server, context) as stream:
                    said(stream, b"")
                    said(stream, b"a NOOP")
                    session = stream.session
                with secured(server, context, session=session) as stream:
                    said(stream, b"")
                    check(stream.session_reused == resumed, f"{version} {options}: not {resumed}")
                server.end()
                check(("resumed" in server.report()) == resumed, f"told: {server.report()}")


@contextlib.contextmanager
def playing(tls, *rules):
    scenario = {"title": "TLS", "illegal": True, "given": {"tls": tls}, "rules": list(rules)}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tls.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        with Server(path) as server:
            yield server


def accepted(*steps):
    return {"on": "accept", "play": list(steps)}


def handshakes_go_wrong():
    alert = {"S": {"send": ["S=: ${hex:15030300020228}"], "cut": 7, "close": "fin"}}
    rows = (("an alert", accepted(alert), "handshake failure"),
            ("plain text", accepted(), "wrong version number"),
            ("garbage", accepted("S=: ${repeat:50,x}", {"S": "close"}), "wrong version number"),
            ("an end", accepted({"S": "close"}), "EOF"),
            ("a reset", accepted({"S": {"close": "rst"}}), "reset"),
            ("silence", accepted({"S": {"close": "silent"}}), "timed out"),
            ("half of it", accepted({"S": {"tcp": {"cut": 300, "close": "fin"}}}, "engine"), "EOF"),
            ("a harmed octet", accepted({"S": {"tcp": {"flip": 60}}}, "engine"), ""),
            ("no harm", accepted({"S": {"delay_ms": 50}}, "engine"), None),
            ("one octet each", accepted({"S": {"tcp": {"dribble": 1}}}, "engine"), None),
            ("TLS by name", accepted({"S": "tls"}), None))
    for name, rule, why in rows:
        with playing("implicit", rule) as server:
            context = context_of(server)
            try:
                with socket.create_connection(("127.0.0.1", server.tls_port), timeout=2) as bare:
                    with context.wrap_socket(bare, server_hostname="localhost") as stream:
                        check(said(stream, b"").startswith(b"* OK"), f"{name}: no greeting")
                        check(why is None, f"{name}: the handshake works")
            except (ssl.SSLError, OSError) as error:
                found = str(error).replace("_", " ").lower()
                check(why is not None and why.lower() in found, f"{name}: {error}")


def starttls(server, tail=b""):
    """Through STARTTLS: what came in clear behind its OK, and what comes first in TLS."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as bare:
        bare.recv(1000)
        bare.sendall(b"a STARTTLS\r\n")
        clear = bare.recv(1000)
        while not clear.endswith(tail + b"\r\n"):
            clear += bare.recv(1000)
        with context_of(server).wrap_socket(bare, server_hostname="localhost") as stream:
            stream.settimeout(0.5)
            try:
                early = stream.recv(1000)
            except TimeoutError:
                early = b""
            stream.settimeout(10)
            stream.sendall(b"b NOOP\r\n")
            return clear.partition(b"\r\n")[2], early, stream.recv(1000)


def octets_are_injected():
    """In clear with the OK, between it and the handshake, and as the first in TLS."""
    evil = "S=: * CAPABILITY XEVIL"
    octets = b"* CAPABILITY XEVIL\r\n"
    ok = {"S": {"send": ["S: OK go", evil]}}
    rows = ((octets, b"", [ok, {"S": "tls"}]),
            (octets, b"", ["S: OK go", {"S": {"delay_ms": 100}}, evil, {"S": "tls"}]),
            (b"", octets, ["S: OK go", {"S": "tls"}, evil]))
    for clear, early, steps in rows:
        with playing("starttls", {"on": "C: STARTTLS", "play": steps}) as server:
            got = starttls(server, b"XEVIL" if clear else b"")
            check(got == (clear, early, b"b OK done\r\n"), f"{steps}: {got}")


def wrong_words():
    for options in (["--tls-certificate", "best"], ["--tls-min", "4"], ["--tls-client", "maybe"],
                    ["--tls-ciphers", "NONE-SUCH"]):
        done = serve(*options)
        check(done.returncode == 2 and "TLS" in done.stderr, f"{options}: {done.stderr}")


def main():
    certificates()
    versions()
    suites()
    clients_show_certificates()
    sessions()
    handshakes_go_wrong()
    octets_are_injected()
    wrong_words()
    finish()


main()
