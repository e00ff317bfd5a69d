#!/usr/bin/env python3
"""wait_greeting.py PORT SECONDS PID: until a greeting comes on 127.0.0.1:PORT; fails when PID ends."""
import os
import socket
import sys
import time

port, seconds, pid = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
end = time.monotonic() + seconds
while time.monotonic() < end:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as s:
            s.settimeout(5)
            if s.recv(4096):
                s.sendall(b"w LOGOUT\r\n")
                sys.exit(0)
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        sys.exit(f"process {pid} has ended")
    time.sleep(0.02)
sys.exit(f"no greeting on port {port} within {seconds:g} s")
