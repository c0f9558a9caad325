#!/bin/sh
# Fails on the path of some machine, or the address of a package registry, in a file of the project.
set -u
cd "$(dirname "$0")/../.."
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    files() { git ls-files -z --cached --others --exclude-standard; }
else
    files() { find . \( -name build -o -name node_modules \) -prune -o -type f -print0; }
fi
# Bracketed so that this line does not find itself.
pattern='(^|[^.A-Za-z0-9_$}])/([w]ork|[f]arm|[r]oot|[h]ome/[a-z]+|[U]sers|[t]mp/bash_jobs)/|[r]egistry\.(npmjs|yarnpkg)|"resolved" *:'
if files | xargs -0 grep -nIE "$pattern" -- /dev/null; then
    echo 'these lines name a machine'
    exit 1
fi
