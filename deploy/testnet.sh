#!/bin/sh
# A testnet from a fresh machine: installs what is missing, builds the program, runs `quoin testnet` with the arguments.
. "$(dirname "$0")/lib.sh"

must 'set up' set_up
must 'configure' configure release
must 'build' build release quoin
rm -f "$results"
exec build/release/quoin testnet "$@"
