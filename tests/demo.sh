#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The three jobs in a minute, with a real client and a real server: tests/demo.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
imapwright=$build/imapwright
out=$build/demo
rm -rf "$out"
mkdir -p "$out"

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() {
    printf '\033[2m$ %s\033[0m\n' "$*"
    "$@"
}

say "1. A client under test: Python's imaplib meets a scripted server"
run "$imapwright" check-client client/select client/literal client/response \
    --expect conformance/known/imaplib.json --html "$out/imaplib.html" \
    --json "$out/imaplib.json" -- python3 tests/clients/imaplib_task.py

say "2. A server under test: Dovecot, on a port of its own"
dovecot=$(mktemp -d) # not below build/: the server's own user may not be allowed to go there
trap 'tests/servers/dovecot/stop.sh "$dovecot"; rm -rf "$dovecot"' EXIT
tests/servers/dovecot/start.sh "$dovecot"
. "$dovecot/server.env"
found=0
export IMAPWRIGHT_PASSWORD=secret
run "$imapwright" check-server "imap://alice@127.0.0.1:$PORT" \
    --expect conformance/known/dovecot.json --html "$out/dovecot.html" --json "$out/dovecot.json" ||
    found=$?
[ "$found" -le 1 ] || exit "$found"

say "3. A planted defect: a client that takes half a message for a whole one"
if run "$imapwright" check-client client/connection/bye--inside-literal -- \
    python3 tests/clients/bad_client.py happy; then
    echo "demo: the planted defect was not found" >&2
    exit 1
fi

cat <<SUMMARY

== What you have seen
  1. imaplib played the client in scripted conversations, each judged:  $out/imaplib.html
  2. Dovecot was asked clause by clause what the RFCs ask of a server:   $out/dovecot.html
  3. A client with a planted defect was caught, with its transcript (above, in red).
Next: README.md, or
  $imapwright serve                      a little IMAP server for your own client
  $imapwright check-server --help        your own server
SUMMARY
