#!/bin/sh
# Starts a Courier-IMAP of its own for the tests: start.sh DIR. Needs root.
#
# Ports are free ones of 127.0.0.1. When it answers, DIR/server.env holds PORT, TLS_PORT, CA, PID
# and it has the users alice and bob with the password "secret".
set -eu
. "$(dirname "$0")/../common.sh"
own_root courier courier-imap courier-authdaemon courier-authlib-userdb

echo 'courier:x:60001:60001::/var/lib/courier:/bin/false' | cat "$R/etc/passwd" - >"$D/passwd"
put /etc/passwd <"$D/passwd"
echo 'courier:x:60001:' | cat "$R/etc/group" - >"$D/group"
put /etc/group <"$D/group"
mkdir -p "$R/run/courier/authdaemon" "$R/etc/courier/shared"
put /etc/courier/authdaemonrc <"$here/authdaemonrc"
: | put /etc/courier/shared/index
certificate /etc/courier/imapd.pem courier:courier
cat "$R/etc/courier/imapd" "$here/imapd" >"$D/imapd"
put /etc/courier/imapd <"$D/imapd"
cat "$R/etc/courier/imapd-ssl" "$here/imapd-ssl" >"$D/imapd-ssl"
put /etc/courier/imapd-ssl <"$D/imapd-ssl"

hash() { echo secret | chroot "$R" /usr/sbin/userdbpw "$1"; }
for user in alice bob; do
    mkdir -p "$R/home/$user/Maildir/cur" "$R/home/$user/Maildir/new" "$R/home/$user/Maildir/tmp"
    printf '%s\tsystempw=%s|hmac-md5pw=%s|hmac-sha1pw=%s|hmac-sha256pw=%s|' "$user" \
        "$(hash -md5)" "$(hash -hmac-md5)" "$(hash -hmac-sha1)" "$(hash -hmac-sha256)"
    printf 'uid=65534|gid=65534|home=/home/%s|mail=/home/%s/Maildir\n' "$user" "$user"
done >"$D/userdb"
put /etc/courier/userdb <"$D/userdb"
chmod 600 "$R/etc/courier/userdb"
chroot "$R" chown -R 65534:65534 /home
chroot "$R" chown -R courier:courier /run/courier
put /etc/courier/run.sh <"$here/run.sh"

export PORT TLS_PORT
serve /bin/sh /etc/courier/run.sh
