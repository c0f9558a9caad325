#!/bin/sh
# Installs what building needs; with --all also what the full checks need. Run again, it does nothing.
. "$(dirname "$0")/lib.sh"

case ${1:-} in
'') set_up ;;
# shellcheck disable=SC2086 # a list of words
--all) set_up $packages_check ;;
*) give_up 2 'usage: deploy/setup.sh [--all]' ;;
esac
