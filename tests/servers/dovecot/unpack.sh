#!/bin/sh
# unpack.sh DIR: Dovecot's Debian packages below DIR, once, with all its helper programs in
# DIR/libexec. Nothing is installed.
set -eu
[ -e "$1/libexec/imap" ] && exit 0
mkdir -p "$1" && X=$(cd "$1" && pwd)
debs=$(mktemp -d)
chmod 755 "$debs"
(
    cd "$debs"
    apt-get -q download dovecot-core dovecot-imapd >log 2>&1 || { cat log >&2; exit 1; }
    for deb in *.deb; do
        dpkg -x "$deb" "$X"
    done
)
rm -rf "$debs"
# The directory of modules is compiled in. Of the same length and always right: the modules link in
# the directory that every Dovecot process works in (start.sh makes it).
find "$X/usr/lib/dovecot" "$X/usr/bin/doveconf" -type f -exec \
    sed -i "s|/usr/lib/dovecot/modules|/proc/self/cwd/./modules|g" {} +
ln -s usr/lib/dovecot "$X/libexec"
