#!/bin/sh
# SPDX-License-Identifier: MIT
# busy.sh: curl against a mock server. IMAPWRIGHT names the program, if it is not in PATH.
set -eu
program=${IMAPWRIGHT:-imapwright}
scenario=$(dirname "$0")/busy.json
url='/INBOX;MAILINDEX=1'

# The short way: the server runs the client, and judges its exit status, too.
"$program" serve "$scenario" -- curl -s -u '{user}:{password}' "imap://{host}:{port}$url"

# The long way: a server that runs beside several clients, and is asked in between.
folder=$(mktemp -d)
"$program" serve --admin "$folder/admin" --port-file "$folder/ports" >"$folder/out" &
trap 'kill $! 2>/dev/null || true; wait; rm -r "$folder"' EXIT
for _ in $(seq 100); do
    [ ! -e "$folder/ports" ] || break
    sleep 0.1
done
ctl() { "$program" serve --ctl "$folder/admin" "$@"; }

port=$(ctl load file="$scenario" | sed 's/.*"imap":\([0-9]*\).*/\1/')
if curl -s -u user:secret "imap://127.0.0.1:$port$url"; then
    echo "a mailbox in use was opened" >&2
    exit 1
fi
ctl verify scenario=2 wait_ms=5000
ctl stop >"$folder/out"
