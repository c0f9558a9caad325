#!/bin/sh
# Fails on a file that clang-format 14 would write differently: format.sh [--fix]
set -eu
cd "$(dirname "$0")/../.."
mode='--dry-run --Werror'
[ "${1:-}" != --fix ] || mode='-i'
# shellcheck disable=SC2086 # words
find include src tests \( -path tests/lint/fixtures -o -name node_modules \) -prune -o \
    \( -name '*.hpp' -o -name '*.cpp' \) -type f -print0 | xargs -0 -r clang-format-14 $mode
