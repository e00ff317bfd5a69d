# Sourced by the start.sh of the servers that run in a root directory of their own (root.sh). Each
# run has its own copy of that root, made of hard links: a file must be replaced, not written into.

# own_root NAME PACKAGE...: sets R, the run's root below D.
own_root() {
    [ "$(id -u)" = 0 ] || { echo "start.sh: $1 needs root, for chroot" >&2; exit 77; }
    unpacked=${IMAPWRIGHT_SERVERS:-$here/../../../build/servers}/$1
    name=$1
    shift
    "$here/../root.sh" "$unpacked" "$@"
    R=$D/root
    rm -rf "$R"
    # No hard links across file systems; what cp has begun would become the parent of the copy.
    cp -al "$unpacked" "$R" 2>/dev/null || { rm -rf "$R" && cp -a "$unpacked" "$R"; }
}

# put FILE: standard input becomes FILE, of a path inside the root.
put() {
    rm -f "$R$1"
    cat >"$R$1"
}

# certificate FILE [USER]: key and certificate for localhost in FILE inside the root; sets CA.
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
        -keyout "$D/key.pem" -out "$D/cert.pem" 2>/dev/null
    cat "$D/key.pem" "$D/cert.pem" | put "$1"
    chmod 600 "$R$1"
    [ $# = 1 ] || chroot "$R" chown "$2" "$1"
    CA=$D/cert.pem
}

# serve COMMAND ARGS...: runs it inside the root until it greets on PORT; writes DIR/server.env.
serve() {
    setsid chroot "$R" "$@" </dev/null >>"$D/out.log" 2>&1 &
    pid=$!
    if ! "$here/../wait_greeting.py" "$PORT" 20 "$pid"; then
        echo "start.sh: $name did not start; its log:" >&2
        tail -n 20 "$D/out.log" >&2
        kill "$pid" 2>/dev/null
        exit 1
    fi
    printf 'PORT=%s\nTLS_PORT=%s\nCA=%s\nPID=%s\n' "$PORT" "$TLS_PORT" "$CA" "$pid" \
        >"$D/server.env"
}

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && D=$(cd "$1" && pwd)
set -- $("$here/../free_ports.py" 2)
PORT=$1 TLS_PORT=$2
