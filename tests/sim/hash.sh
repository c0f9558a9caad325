#!/bin/sh
# Equal seeds give equal runs whatever compiled the program: hash.sh BUILD BUILD... compares what build/BUILD/trace_hash
# prints of every event in a storm, in a lossy network with committees, and among liars.
set -eu
[ $# -ge 2 ] || {
    echo 'usage: tests/sim/hash.sh BUILD BUILD...' >&2
    exit 2
}
cd "$(dirname "$0")/../.."
stories=$(mktemp -d)
trap 'rm -rf "$stories"' EXIT
printf 'nodes 4\nrun 20\nchaos 200\n' >"$stories/storm"
printf 'profile mainnet-like\nvalidators 256\nnodes 3\nlose 2\nrun 5 epochs\n' >"$stories/committees"
printf 'nodes 10 1\nlie 9 double-vote\nlie 8 double-proposal\nlose 10\ntransfer 0 1 1000\nstake 10 50000000000\nrun 120\n' \
    >"$stories/liars"

hashes_of() {
    for story in "$stories"/*; do
        timeout 600 "build/$1/trace_hash" "$story" 7 2 || return 1
    done
}

first=$(hashes_of "$1")
printf '%s\n' "$first"
compared=$1
shift
for build in "$@"; do
    hashes=$(hashes_of "$build")
    if [ "$hashes" != "$first" ]; then
        printf 'build/%s plays the same seeds differently from build/%s:\n%s\n' "$build" "$compared" "$hashes" >&2
        exit 1
    fi
done
