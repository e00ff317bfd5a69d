#!/bin/sh
# Starts a Dovecot of its own for the tests: start.sh DIR [SETTINGS], a file of settings that count
# where the usual ones say otherwise.
#
# Dovecot's packages are unpacked, not installed (installing would start a service on all
# addresses), so the programs are told where their parts lie: doveconf reads the configuration and
# runs the master itself. Ports are free ones of 127.0.0.1. When it answers, DIR/server.env holds
# PORT, TLS_PORT, CA, PID and the users alice and bob with the password "secret". As root it serves
# as nobody, who must be able to reach DIR.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && D=$(cd "$1" && pwd)
SETTINGS=${2:-/dev/null}
X=${IMAPWRIGHT_DOVECOT:-$here/../../../build/servers/dovecot}
"$here/unpack.sh" "$X"
X=$(cd "$X" && pwd)

mkdir -p "$D/run" "$D/mail" "$D/tls"
chmod 755 "$D" "$D/run"
if [ "$(id -u)" = 0 ]; then
    USER_=nobody GROUP_=nogroup LOGIN_USER=daemon
    chown nobody:nogroup "$D/mail"
else
    USER_=$(id -un) GROUP_=$(id -gn) LOGIN_USER=$USER_
fi
[ -s "$D/tls/cert.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -days 30 -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
    -keyout "$D/tls/key.pem" -out "$D/tls/cert.pem" 2>/dev/null
printf 'alice:{PLAIN}secret::::::\nbob:{PLAIN}secret::::::\n' >"$D/users"
mkdir -p "$D/keys/default/HS256"
printf secret | base64 >"$D/keys/default/HS256/default"
printf '%s\n' 'introspection_mode = local' 'username_attribute = sub' \
    "local_validation_key_dict = fs:posix:prefix=$D/keys/" >"$D/oauth2.conf"
chmod -R a+rX "$D/users" "$D/keys" "$D/oauth2.conf"

ln -sfn "$X/libexec/modules" "$D/run/modules"
export LD_LIBRARY_PATH="$X/usr/lib/dovecot:$X/usr/lib/dovecot/modules:$X/usr/lib/dovecot/modules/old-stats${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
tries=0
while :; do
    set -- $("$here/../free_ports.py" 2)
    sed -e "s|@D@|$D|g" -e "s|@X@|$X|g" -e "s|@PORT@|$1|g" -e "s|@TLS_PORT@|$2|g" \
        -e "s|@USER@|$USER_|g" -e "s|@GROUP@|$GROUP_|g" -e "s|@LOGIN_USER@|$LOGIN_USER|g" \
        "$here/dovecot.conf.in" | cat - "$SETTINGS" >"$D/dovecot.conf"
    setsid "$X/usr/bin/doveconf" -c "$D/dovecot.conf" -m master -f service=master -p \
        -e "$X/usr/sbin/dovecot" -F -c "$D/dovecot.conf" </dev/null >>"$D/out.log" 2>&1 &
    pid=$!
    if "$here/../wait_greeting.py" "$1" 15 "$pid"; then
        break
    fi
    kill "$pid" 2>/dev/null && wait "$pid" || true
    tries=$((tries + 1))
    if [ "$tries" = 3 ]; then
        echo "start.sh: Dovecot did not start; its log:" >&2
        tail -n 20 "$D/out.log" "$D/dovecot.log" >&2 || true
        exit 1
    fi
done
printf 'PORT=%s\nTLS_PORT=%s\nCA=%s\nPID=%s\n' "$1" "$2" "$D/tls/cert.pem" "$pid" >"$D/server.env"
