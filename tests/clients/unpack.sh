#!/bin/sh
# SPDX-License-Identifier: MIT
# unpack.sh DIR PACKAGE...: Debian packages below DIR, once. Nothing is installed.
set -eu
dir=$1
shift
[ -e "$dir/usr" ] && exit 0
mkdir -p "$dir" && dir=$(cd "$dir" && pwd)
debs=$(mktemp -d)
chmod 755 "$debs"
(cd "$debs" && apt-get -q download "$@") >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
for deb in "$debs"/*.deb; do
    dpkg -x "$deb" "$dir"
done
rm -rf "$debs"
