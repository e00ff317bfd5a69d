#!/bin/sh
# Starts a Cyrus IMAP server of its own for the tests: start.sh DIR. Needs root.
#
# Ports are free ones of 127.0.0.1. When it answers, DIR/server.env holds PORT, TLS_PORT, CA, PID
# and it has the users alice and bob with the password "secret" and a quota of 100 MiB each.
set -eu
. "$(dirname "$0")/../common.sh"
own_root cyrus cyrus-imapd sasl2-bin libsasl2-modules

echo 'cyrus:x:60001:8::/var/lib/cyrus:/bin/false' | cat "$R/etc/passwd" - >"$D/passwd"
put /etc/passwd <"$D/passwd"
for directory in lib/cyrus spool/cyrus/mail; do
    mkdir -p "$R/var/$directory"
    chroot "$R" chown cyrus:mail "/var/$directory"
done
mkdir -p "$R/run/cyrus/socket" "$R/run/cyrus/proc" "$R/run/cyrus/lock"
chroot "$R" chown -R cyrus:mail /run/cyrus
certificate /etc/server.pem cyrus
put /etc/imapd.conf <"$here/imapd.conf"
sed -e "s|@PORT@|$PORT|g" -e "s|@TLS_PORT@|$TLS_PORT|g" "$here/cyrus.conf.in" | put /etc/cyrus.conf
for user in alice bob cyrus; do
    echo secret | chroot "$R" saslpasswd2 -p -c -f /etc/sasldb2 -u localhost "$user"
done
chroot "$R" chown cyrus:mail /etc/sasldb2

serve /usr/sbin/cyrmaster -p /run/cyrus/master.pid -L /run/cyrus/master.log
"$here/provision.py" "$PORT" || { "$here/../stop.sh" "$D"; exit 1; }
