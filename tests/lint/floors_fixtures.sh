#!/bin/sh
# The floors lint against small trees: each fixture's file `expected` holds exactly what the lint must say about it,
# and an empty one means that the tree must pass.
set -u
lint=$(cd "$(dirname "$0")" && pwd)
failed=0
for fixture in "$lint"/fixtures/*/; do
    name=$(basename "$fixture")
    said=$(sh "$lint/floors.sh" "$fixture")
    status=$?
    expected=$(cat "$fixture/expected")
    wanted=0
    [ -z "$expected" ] || wanted=1
    if [ "$said" != "$expected" ] || [ $status -ne $wanted ]; then
        printf '%s: status %s, and the lint said:\n%s\ninstead of:\n%s\n' "$name" "$status" "$said" "$expected"
        failed=1
    fi
done
exit $failed
