#!/bin/sh
# Equal seeds give equal runs whatever compiled the program: hash.sh BUILD... compares the hashes that build/BUILD/quoin
# prints of every event in a storm.
set -eu
[ $# -ge 2 ] || {
    echo 'usage: tests/sim/hash.sh BUILD BUILD...' >&2
    exit 2
}
cd "$(dirname "$0")/../.."
storm=$(mktemp)
trap 'rm -f "$storm"' EXIT
printf 'nodes 4\nrun 20\nchaos 200\n' >"$storm"
first=''
for build in "$@"; do
    hashes=$(timeout 600 "build/$build/quoin" sim --scenario "$storm" --seed 7 --seeds 2 --hash)
    : "${first:=$hashes}"
    if [ "$hashes" != "$first" ]; then
        printf 'build/%s plays the same seeds differently from build/%s:\n%s\n%s\n' "$build" "$1" "$hashes" "$first" >&2
        exit 1
    fi
done
printf '%s\n' "$first"
