#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Starts a Dovecot for client_session.c: client_session.py CLIENT_SESSION"""
import os
import subprocess
import sys

from support import HERE, Dovecot

SECONDS_MAX = 120


def make_other_ca(folder):
    """The same names, signed by nobody we know."""
    path = os.path.join(folder, "other.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                    os.devnull, "-out", path], check=True, capture_output=True, timeout=60)
    return path


def main():
    with Dovecot() as dovecot:
        relay = f"exec {sys.executable} {os.path.join(HERE, 'relay.py')} {dovecot.port}"
        s_client = (f"exec openssl s_client -quiet -verify_return_error -CAfile {dovecot.ca} "
                    f"-connect 127.0.0.1:{dovecot.tls_port} 2>/dev/null")
        return subprocess.run([sys.argv[1], dovecot.port, dovecot.tls_port, dovecot.ca,
                               make_other_ca(dovecot.folder), relay, s_client],
                              timeout=SECONDS_MAX, check=False).returncode


sys.exit(main())
