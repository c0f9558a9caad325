#!/bin/sh
# Fails on an include that breaks the floors: floors.sh [--unused] [TREE], by default the tree this file stands in.
# --unused also names public headers that only their own module includes.
set -eu
lint=$(cd "$(dirname "$0")" && pwd)
unused=0
if [ "${1:-}" = --unused ]; then
    unused=1
    shift
fi
cd "${1:-$lint/../..}"
# shellcheck disable=SC2046 # our file names hold no spaces
LC_ALL=C awk -v unused=$unused -f "$lint/floors.awk" CMakeLists.txt \
    $(find include/quoin src \( -name '*.hpp' -o -name '*.cpp' \) -type f 2>/dev/null | LC_ALL=C sort)
