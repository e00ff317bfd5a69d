#!/bin/sh
# Stops the server that a start.sh DIR started: by its pid, and waits for it, 10 s at most.
set -eu
[ -f "$1/server.env" ] || exit 0
pid=$(sed -n 's/^PID=//p' "$1/server.env")
rm -f "$1/server.env"
if kill "$pid" 2>/dev/null; then
    n=0
    while kill -0 "$pid" 2>/dev/null && [ "$n" -lt 100 ]; do
        n=$((n + 1))
        sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
fi
rm -rf "$1/root"
