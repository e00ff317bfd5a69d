#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The jobs in a minute, against nothing but imapwright and Python's imaplib: tests/demo.sh BUILD_DIR
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

# A defect is planted; what follows must find it.
find_defect() {
    if run "$@"; then
        echo "demo: the planted defect was not found" >&2
        exit 1
    fi
}

server=
trap 'stop_server' EXIT
stop_server() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    server=
}

# start_server [SCENARIO]: imapwright serve in the background; sets url.
start_server() {
    local ready=$out/serve.json
    rm -f "$ready"
    printf '\033[2m$ %s\033[0m\n' "$imapwright serve $* &"
    "$imapwright" serve "$@" --port-file "$ready" >"$out/serve.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        [ ! -s "$ready" ] || break
        sleep 0.05
    done
    url=imap://user@127.0.0.1:$(sed -n 's/.*"imap":\([0-9]*\).*/\1/p' "$ready")
}
export IMAPWRIGHT_PASSWORD=secret

say "1. A client under test: Python's imaplib meets a scripted server"
run "$imapwright" check-client client/select client/literal client/response \
    --expect conformance/known/imaplib.json --html "$out/imaplib.html" \
    --json "$out/imaplib.json" -- python3 tests/clients/imaplib_task.py

say "2. A planted defect: a client that takes half a message for a whole one"
find_defect "$imapwright" check-client client/connection/bye--inside-literal -- \
    python3 tests/clients/bad_client.py happy

say "3. A server under test, clause by clause: here imapwright's own"
start_server
run "$imapwright" check-server "$url" --allow-inbox --html "$out/server.html" --json "$out/server.json" |
    tail -n 6
stop_server

say "4. A planted defect: a server that shows no flags after STORE"
start_server scenarios/mutants/store--shows-no-flags.json
find_defect "$imapwright" check-server "$url" server/store/replace-add-remove
stop_server

cat <<SUMMARY

== What you have seen
  1. imaplib played the client in scripted conversations, each judged:  $out/imaplib.html
  2. A client with a planted defect was caught, with its transcript (above, in red).
  3. A server was asked clause by clause what the RFCs ask of it:       $out/server.html
  4. A server with a planted defect was caught by the clause it breaks.
Next: README.md, or
  $imapwright serve                      a little IMAP server for your own client
  $imapwright check-server --help        your own server
SUMMARY
