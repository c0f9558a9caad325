#!/bin/sh
# Proves that a fresh Debian 12 runs a command of this project: makes a minimal root with debootstrap, clones the committed
# state of this project into it, and runs the command there.
#   deploy/ci/fresh-debian.sh ROOT command...      e.g.  deploy/ci/fresh-debian.sh /tmp/fresh ./deploy/test.sh
# ROOT is made if it does not exist and kept afterwards; remove it by hand (nothing stays mounted). Needs root, debootstrap
# and unshare. The network is the host's, so that ports can collide. The host's apt sources of Debian and its certificates
# are copied in, because a mirror may stand between this machine and the world; so are the test vectors.
set -eu
[ $# -ge 2 ] || {
    echo 'usage: deploy/ci/fresh-debian.sh ROOT command...' >&2
    exit 2
}
project=$(cd "$(dirname "$0")/../.." && pwd)
vectors=${QUOIN_VECTORS:-$project/../shared/vectors}
target=$1
shift

copy_in() {
    for path in "$@"; do
        [ -e "$path" ] || continue
        mkdir -p "$target$(dirname "$path")"
        cp -aL "$path" "$target$(dirname "$path")/"
    done
}

if [ ! -e "$target/etc/debian_version" ]; then
    mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) bookworm .*/\2/p; s/^URIs: *\([^ ]*\).*/\1/p' \
        /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
    debootstrap --variant=minbase bookworm "$target" "${mirror:-http://deb.debian.org/debian}"
    rm -f "$target/etc/apt/sources.list"
    copy_in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources /etc/resolv.conf /etc/ssl/certs \
        /usr/local/share/ca-certificates
fi

rm -rf "$target/quoin/main"
mkdir -p "$target/quoin/shared"
git clone -q "$project" "$target/quoin/main"
if [ -d "$vectors" ]; then
    cp -aL "$vectors" "$target/quoin/shared/"
fi

started=$(date +%s)
status=0
FRESH=$target unshare --mount --propagation private sh -c '
    mount -t proc proc "$FRESH/proc"
    mount -t tmpfs tmpfs "$FRESH/dev/shm"
    mount -t devpts devpts "$FRESH/dev/pts"
    exec chroot "$FRESH" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        sh -c "cd /quoin/main && exec \"\$@\"" fresh "$@"' fresh "$@" </dev/null || status=$?
echo "== in the fresh root: exit $status, $(($(date +%s) - started)) s"
exit $status
