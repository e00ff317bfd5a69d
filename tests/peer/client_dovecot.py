# SPDX-License-Identifier: MIT
"""Our client works through its tasks with a live Dovecot, in clear, by STARTTLS and by TLS, by every
mechanism, and through a child process: client_dovecot.py IMAPWRIGHT"""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import time

from support import Dovecot, check, finish

PROXY = "import socket,sys,threading,os\n" \
        "s=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n" \
        "def up():\n" \
        "  while True:\n" \
        "    d=os.read(0,4096)\n" \
        "    if not d: break\n" \
        "    s.sendall(d)\n" \
        "  s.shutdown(1)\n" \
        "threading.Thread(target=up,daemon=True).start()\n" \
        "while True:\n" \
        "  d=s.recv(4096)\n" \
        "  if not d: break\n" \
        "  os.write(1,d)\n"


def shim(dovecot, *arguments, user="alice", password="secret", host="localhost"):
    environment = {**os.environ, "IMAPWRIGHT_HOST": host, "IMAPWRIGHT_PORT": dovecot.port,
                   "IMAPWRIGHT_TLS_PORT": dovecot.tls_port, "IMAPWRIGHT_USER": user,
                   "IMAPWRIGHT_PASSWORD": password, "IMAPWRIGHT_CA": dovecot.ca}
    return subprocess.run([sys.argv[1], "client-shim", *arguments], env=environment,
                          capture_output=True, text=True, timeout=60)


def token(user, key):
    """A JSON Web Token (RFC 7519) for that user, signed by HMAC-SHA-256."""
    now = int(time.time())
    parts = {"alg": "HS256", "typ": "JWT"}, {"sub": user, "iat": now, "exp": now + 600}
    said = b".".join(encode(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(key.encode(), said, hashlib.sha256).digest()
    return (said + b"." + encode(signature)).decode()


def encode(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


def expect(done, status, text, what):
    said = done.stdout + done.stderr
    check(done.returncode == status and text in said, f"{what}: {done.returncode} {said}")


def test_tasks(dovecot, policy, message):
    box = f"box-{policy}"
    story = [
        (["login"], 0, ""), (["noop"], 0, ""), (["capability"], 0, "IMAP4rev1"),
        (["create", box], 0, ""), (["create", box], 1, "error: NO"),
        (["list"], 0, box), (["append", box, message], 0, ""), (["append", box, message], 0, ""),
        (["status", box], 0, "MESSAGES 2"), (["select", box], 0, "2"), (["examine", box], 0, "2"),
        (["fetch", box], 0, "26 octets"), (["search", box, "SUBJECT", "a b"], 0, "1 2"),
        (["search", box, "SUBJECT", "a c"], 0, "\n"), (["flag", box, "1", "\\Deleted"], 0, "FLAGS"),
        (["copy", box, "2", box], 0, ""), (["expunge", box], 0, "1"),
        (["status", box], 0, "MESSAGES 2"), (["flag", box, "9", "\\Seen"], 1, "error: "),
        (["delete", box], 0, ""), (["delete", box], 1, "error: NO"), (["dance"], 89, ""),
    ]
    for words, status, text in story:
        expect(shim(dovecot, "--policy", policy, *words), status, text, f"{policy} {words}")


def test_ways_in(dovecot):
    for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"):
        expect(shim(dovecot, "--auth", mechanism, "login"), 0, "", mechanism)
        expect(shim(dovecot, "--auth", mechanism, "login", password="wrong"), 1,
               "AUTHENTICATIONFAILED", f"{mechanism}, wrong password")
    for mechanism in ("XOAUTH2", "OAUTHBEARER"):
        expect(shim(dovecot, "--auth", mechanism, "login", password=token("alice", "secret")), 0,
               "", mechanism)
        expect(shim(dovecot, "--auth", mechanism, "login", password=token("alice", "wrong")), 1,
               "AUTHENTICATIONFAILED", f"{mechanism}, a token that somebody else signed")
    expect(shim(dovecot, "--auth", "ANONYMOUS", "login"), 0, "", "ANONYMOUS")
    expect(shim(dovecot, "--auth", "SCRAM-SHA-256-PLUS", "--policy", "tls", "login"), 1, "error: ",
           "a binding that it does not know")
    expect(shim(dovecot, "login", password="wrong"), 1, "AUTHENTICATIONFAILED", "wrong password")
    expect(shim(dovecot, "--policy", "tls", "login", host="127.0.0.1"), 0, "", "an address")
    expect(shim(dovecot, "--policy", "tls", "--ca", os.devnull, "login"), 1, "abort: ", "no CA")
    expect(shim(dovecot, "--policy", "starttls", "--ca", __file__, "login"), 1, "abort: ",
           "a file that is no CA")


def make_certificate(dovecot, user):
    """The names of its key and certificate, which the server's authority has signed."""
    path = os.path.join(dovecot.folder, user)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={user}",
                    "-CA", dovecot.ca, "-CAkey", dovecot.ca.replace("cert.pem", "key.pem"),
                    "-keyout", path + ".key", "-out", path + ".pem", "-addext",
                    "basicConstraints=critical,CA:FALSE"],
                   check=True, capture_output=True, timeout=60)
    return path + ".key", path + ".pem"


def test_certificates(dovecot):
    key, certificate = make_certificate(dovecot, "alice")
    for policy in ("starttls", "tls"):
        way = ["--policy", policy, "--auth", "EXTERNAL"]
        shown = ["--certificate", certificate, "--key", key]
        expect(shim(dovecot, *way, *shown, "login"), 0, "", f"EXTERNAL in {policy}")
        expect(shim(dovecot, *way, "login"), 1, "AUTHENTICATIONFAILED",
               f"EXTERNAL in {policy} without a certificate")
    expect(shim(dovecot, *way, *shown, "login", user="bob"), 1, "AUTHENTICATIONFAILED",
           "EXTERNAL by the certificate of somebody else")
    expect(shim(dovecot, *way, "--certificate", certificate, "login"), 1, "abort: cannot use",
           "a certificate without its key")


def test_stream(dovecot):
    with tempfile.NamedTemporaryFile("w", suffix=".py") as proxy:
        proxy.write(PROXY)
        proxy.flush()
        command = f"exec {sys.executable} {proxy.name} {dovecot.port}"
        expect(shim(dovecot, "--stream", command, "capability"), 0, "IMAP4rev1", "a child process")
    expect(shim(dovecot, "--stream", "exit 0", "login"), 1, "abort: ", "a child that says nothing")
    expect(shim(dovecot, "--stream", "echo hello", "login"), 1, "error: invalid greeting",
           "a child that says nonsense")


def test_usage(dovecot):
    expect(shim(dovecot, "--nonsense"), 2, "imapwright client-shim: unrecognized option", "usage")


def main():
    with Dovecot() as dovecot, tempfile.NamedTemporaryFile("w", suffix=".eml") as message:
        message.write("Subject: a b\n\nhello, you")
        message.flush()
        for policy in ("plain", "starttls", "tls"):
            test_tasks(dovecot, policy, message.name)
        test_ways_in(dovecot)
        test_certificates(dovecot)
        test_stream(dovecot)
        test_usage(dovecot)
    finish()


main()
