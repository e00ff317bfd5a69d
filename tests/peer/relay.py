#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Standard input and output as a connection to 127.0.0.1: relay.py PORT"""
import os
import socket
import sys
import threading


def send(server):
    while octets := os.read(0, 65536):
        server.sendall(octets)
    server.shutdown(socket.SHUT_WR)


def main():
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as server:
        threading.Thread(target=send, args=(server,), daemon=True).start()
        while octets := server.recv(65536):
            os.write(1, octets)


main()
