#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/peers.sh PEER DIR: builds DIR/peer_PEER from bench/peer_PEER.c. Headers and libraries come
# from Debian's packages, unpacked below DIR and not installed, because some would start a service.
# Fails with one line that says why.
set -eu
peer=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)

fail() {
    echo "$peer: $*"
    exit 1
}

unpack() { # PACKAGES
    into=$dir/${peer%_client}
    [ -e "$into/done" ] && return
    debs=$(mktemp -d)
    chmod 755 "$debs"
    (cd "$debs" && apt-get -q download "$@") >"$dir/$peer.log" 2>&1 || fail "no package: $*"
    for deb in "$debs"/*.deb; do
        dpkg -x "$deb" "$into"
    done
    rm -rf "$debs"
    touch "$into/done"
}

build() { # COMPILER ARGS
    ${CC:-cc} -O2 -I"$root" "$root/bench/peer_$peer.c" -o "$dir/peer_$peer" "$@" \
        >"$dir/$peer.log" 2>&1 || fail "does not build, see $dir/$peer.log"
}

usr=$dir/${peer%_client}/usr
case $peer in
dovecot)
    unpack dovecot-dev dovecot-core
    build -I"$usr/include/dovecot" -L"$usr/lib/dovecot" -ldovecot -Wl,-rpath,"$usr/lib/dovecot"
    ;;
libetpan | libetpan_client)
    unpack libetpan-dev libetpan20 libdb5.3 libgnutls30 liblockfile1 libsasl2-2 libp11-kit0 \
        libidn2-0 libunistring2 libtasn1-6 libnettle8 libhogweed6 libgmp10 libffi8
    lib=$usr/lib/$(${CC:-cc} -dumpmachine)
    build -I"$usr/include" -L"$lib" -letpan -Wl,-rpath,"$lib" -Wl,--disable-new-dtags
    ;;
cclient)
    unpack libc-client2007e-dev libc-client2007e libpam0g libssl3 libgssapi-krb5-2 libkrb5-3 \
        libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libaudit1 libcap-ng0
    machine=$(${CC:-cc} -dumpmachine)
    libs=$usr/lib:$usr/lib/$machine:$dir/$peer/lib/$machine
    build -I"$usr/include" -L"$usr/lib" -lc-client -Wl,-rpath,"$libs" -Wl,--disable-new-dtags
    ;;
*) fail "no such peer" ;;
esac
