#!/bin/sh
# Starts a GNU mailutils imap4d of its own for the tests: start.sh DIR. Needs root.
#
# Ports are free ones of 127.0.0.1. When it answers, DIR/server.env holds PORT, TLS_PORT, CA, PID
# and it has the users alice and bob with the password "secret".
set -eu
. "$(dirname "$0")/../common.sh"
own_root mailutils mailutils-imap4d

printf '%s\tsecret\n' alice bob | put /etc/imap4d.passwd # what CRAM and SCRAM ask for
uid=60001
cp "$R/etc/passwd" "$D/passwd"
: >"$D/shadow"
for user in alice bob; do
    echo "$user:x:$uid:65534::/home/$user:/bin/sh" >>"$D/passwd"
    echo "$user:$(openssl passwd -6 -salt saltsalt secret):19000:0:99999:7:::" >>"$D/shadow"
    mkdir -p "$R/home/$user/mail" "$R/var/spool/mail/$user/cur" "$R/var/spool/mail/$user/new" \
        "$R/var/spool/mail/$user/tmp"
    # Until it has been opened for writing, INBOX has another UIDVALIDITY each second.
    printf 'uidnext: 1\nuid-validity: 1700000000\nversion: 3.15\n\n' >"$R/var/spool/mail/$user/.mu-prop"
    chroot "$R" chown -R "$uid:65534" "/home/$user" "/var/spool/mail/$user"
    uid=$((uid + 1))
done
put /etc/passwd <"$D/passwd"
put /etc/shadow <"$D/shadow"
chmod 600 "$R/etc/shadow"
chmod 1777 "$R/var/spool/mail"
certificate /etc/server.pem
sed -e "s|@PORT@|$PORT|g" -e "s|@TLS_PORT@|$TLS_PORT|g" "$here/imap4d.conf.in" \
    | put /etc/imap4d.conf

# One backslash at the wrong place in a quoted string (a NOOP "\q") and a child of imap4d loops for
# ever, client or no client. Each process may use this many seconds of the processor; the daemon
# itself needs 0.6 s for a run of the whole suite.
ulimit -t 10
serve /usr/sbin/imap4d --config-file=/etc/imap4d.conf --daemon --foreground
