#!/bin/sh
# root.sh DIR PACKAGE...: a root directory of its own for a server's Debian packages and all that
# they depend on, unpacked once. Nothing is installed and no maintainer script runs, so servers
# that exclude each other as packages can lie side by side, and none is started by the system.
set -eu
X=$1
shift
[ -e "$X/unpacked" ] && exit 0
rm -rf "$X"
mkdir -p "$X" && X=$(cd "$X" && pwd)
for d in bin sbin lib lib64; do
    mkdir -p "$X/usr/$d"
    ln -s "usr/$d" "$X/$d"
done
mkdir -m 1777 "$X/tmp"
mkdir -p "$X/var/lib" "$X/proc" "$X/run" "$X/dev"
for device in null:3 zero:5 random:8 urandom:9; do
    mknod -m 666 "$X/dev/${device%:*}" c 1 "${device#*:}"
done

debs=$(mktemp -d)
mkdir "$debs/partial"
: >"$debs/status" # an empty system: every dependency is wanted, and these essential packages
apt-get -q -y install --download-only --no-install-recommends -o Debug::NoLocking=1 \
    -o APT::Sandbox::User=root -o Dir::State::status="$debs/status" \
    -o Dir::Cache::archives="$debs" libc-bin dash coreutils "$@" >"$debs/log" 2>&1 || { cat "$debs/log" >&2; exit 1; }
for deb in "$debs"/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$X"
done
rm -rf "$debs"
printf 'root:x:0:0:root:/:/bin/sh\nmail:x:8:8::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n' \
    >"$X/etc/passwd"
printf 'root:x:0:\nmail:x:8:\nnogroup:x:65534:\n' >"$X/etc/group"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$X/etc/hosts"
printf 'hosts: files\nservices: files\n' >"$X/etc/nsswitch.conf"
chroot "$X" /sbin/ldconfig
: >"$X/unpacked"
