# Sourced by the scripts of this folder, which then stand in the root of the project.
# Offers: stage, need_packages, need_npm, configure, build, run_tests, finish. POSIX sh; nothing here asks a question.

set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
started=$(date +%s)
results=$(mktemp)
trap 'rm -f "$results"' EXIT

# What every run needs, and what only the full checks need (SETUP: a fresh Debian 12).
packages_build='build-essential cmake ninja-build ccache mold git ca-certificates pkg-config libboost1.81-dev
    libboost-url1.81-dev libssl-dev libsqlite3-dev libsqlitecpp-dev libcereal-dev rapidjson-dev libspdlog-dev
    libgtest-dev libgmock-dev libbenchmark-dev librapidcheck-dev libcli11-dev libsodium-dev libzstd-dev
    libtomlplusplus-dev nodejs npm'
packages_check='clang-14 clang-format-14 clang-tidy-14 lld libclang-rt-14-dev python3'

say() { printf '%s\n' "$*"; }

give_up() {
    status=$1
    shift
    printf '%s\n' "$*" >&2
    exit "$status"
}

# stage NAME command...: runs it under a heading, says how long it took, and counts a failure.
stage() {
    name=$1
    shift
    say "== $name"
    stage_started=$(date +%s)
    outcome=ok
    "$@" || outcome=FAILED
    say "== $name: $outcome, $(($(date +%s) - stage_started)) s"
    [ $outcome = ok ] || printf 'stage\t%s\n' "$name" >>"$results"
    [ $outcome = ok ]
}

# must NAME command...: a stage that the rest cannot do without.
must() { stage "$@" || finish; }

is_installed() {
    case $1 in
    # These may come from elsewhere than Debian.
    nodejs) command -v node >/dev/null 2>&1 && return ;;
    npm) command -v npm >/dev/null 2>&1 && return ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages name...: installs those that are missing, never removing anything. Exit 4 if that cannot be done.
need_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "This is not Debian: have what Debian 12 calls" "$@"
        return
    fi
    missing=''
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    install="apt-get install -y --no-install-recommends --no-remove$missing"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=''
    elif command -v sudo >/dev/null 2>&1; then
        as_root=sudo
    else
        give_up 4 "Packages are missing, and there is no sudo here. As root, run:
apt-get update && $install"
    fi
    # shellcheck disable=SC2086 # both are lists of words
    if ! { $as_root apt-get -q update && $as_root env DEBIAN_FRONTEND=noninteractive $install; } </dev/null >build/apt.log 2>&1; then
        tail -n 20 build/apt.log >&2
        give_up 4 "Packages could not be installed (the whole log: build/apt.log). The command was:
apt-get update && $install
If it would remove Boost headers of another version: those and 1.81 exclude each other, and the choice is yours."
    fi
}

# The sources of blst, which Debian does not package; node_modules/.package-lock.json is npm's own mark of success.
need_npm() {
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then
        return 0
    fi
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
}

set_up() {
    mkdir -p build
    # shellcheck disable=SC2086 # lists of words
    need_packages $packages_build "$@"
    need_npm
}

configure() {
    preset=$1
    shift
    cmake --preset "$preset" "$@" >"build/configure-$preset.log" 2>&1 || {
        cat "build/configure-$preset.log"
        return 1
    }
}

# build PRESET [target...]: on a terminal with ninja's progress, otherwise only what fails.
build() {
    preset=$1
    shift
    quiet=--quiet
    [ ! -t 1 ] || quiet=''
    # shellcheck disable=SC2086 # may be empty
    ninja -C "build/$preset" $quiet "$@"
}

# run_tests PRESET LABELS [ctest option...]: LABELS as ctest -L takes them. Adds to the counts of the last line.
run_tests() {
    preset=$1
    labels=$2
    shift 2
    status=0
    log=build/$preset/Testing/Temporary/LastTest.log
    rm -f "$log"
    ctest --test-dir "build/$preset" -L "$labels" --output-on-failure -j "$(nproc)" "$@" </dev/null 2>&1 || status=$?
    [ ! -f "$log" ] || awk -f deploy/count.awk "$log" >>"$results"
    return $status
}

skip() { printf 'skipped\t%s\t%s\n' "$1" "$2" >>"$results"; }

# The last words of a run: which stages failed, what was skipped and why, the counts. Exits 0 only if nothing failed.
finish() {
    took=$(($(date +%s) - started))
    awk -F '\t' -v took="$took" '
        $1 == "passed" { passed += $2 }
        $1 == "failed" { failed += $2 }
        $1 == "skipped" { skipped += $2; reasons[$3] += $2 }
        $1 == "stage" { stages = stages (stages == "" ? "" : ", ") $2 }
        END {
            printf "== all of it took %d min %d s\n", took / 60, took % 60
            if (stages != "") {
                print "failed stages: " stages
            }
            for (reason in reasons) {
                print "skipped " reasons[reason] ": " reason
            }
            printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
            exit (stages != "" || failed > 0)
        }' "$results" || exit 1
    exit 0
}
