#!/bin/sh
# budget.sh NODE_SLOTS FAULTS PROGRAM WORD...: runs the program, and holds the sum that it prints against the least that
# must have been lived through.
set -eu
node_slots=$1
faults=$2
shift 2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" >"$log" || {
    cat "$log"
    exit 1
}
cat "$log"
awk -v node_slots="$node_slots" -v faults="$faults" '
    $2 == "seeds:" { found = $3 >= node_slots + 0 && $5 >= faults + 0 }
    END {
        if (!found) {
            printf "these are less than %d node-slots or %d faults\n", node_slots, faults
        }
        exit !found
    }' "$log"
