#!/bin/sh
# Everything that must hold. Without arguments: build, unit tests, scripts, lints, live processes. With --all also clang,
# sanitizers, the simulator's budget and its traces, planted faults, fuzzers for a moment, floors 0-6 alone, every
# header alone, formatting, benchmarks.
. "$(dirname "$0")/lib.sh"

vectors() {
    [ -d "${QUOIN_VECTORS:-../shared/vectors}" ] || {
        say "no vectors at ${QUOIN_VECTORS:-../shared/vectors}, and CI may not skip them"
        return 1
    }
}

no_path_in_program() {
    if grep -qaF "$root/" build/release/quoin; then
        say "build/release/quoin holds the path $root"
        return 1
    fi
}

core_only() {
    configure core-only || return 1
    if grep -iE '^(boost|openssl|sqlite|threads|spdlog)' build/core-only/CMakeCache.txt; then
        say 'floors 0-6 looked for what they may not know'
        return 1
    fi
    build core-only
}

# Under g++, and only what has threads of its own or is handed between threads.
thread_sanitizer() {
    tsan_tests='codec_test store_test node_test gossip_test api_test app_test'
    # shellcheck disable=SC2086 # a list of words
    configure tsan && build tsan $tsan_tests || return 1
    export TSAN_OPTIONS=halt_on_error=1
    run_tests tsan unit -R "$(echo $tsan_tests | tr ' ' '|')"
}

address_sanitizer() {
    configure asan && build asan || return 1
    run_tests asan 'unit|script'
}

# Every planted fault must be noticed: one build that has the switch, and one program.
planted_faults() {
    configure mutants && build mutants mutants_test || return 1
    run_tests mutants long -R mutants_test
}

# Ten seconds of each: enough to see that they work, and for what any input breaks. What was found lies in build/fuzz.
fuzz_smoke() {
    configure fuzz && build fuzz fuzzers || return 1
    status=0
    for program in build/fuzz/fuzz_*; do
        [ -x "$program" ] || continue
        if "$program" -max_total_time=10 -rss_limit_mb=1024 -timeout=10 -entropic=0 -len_control=0 \
            -artifact_prefix=build/fuzz/ </dev/null >"$program.log" 2>&1; then
            say "-- $program: $(tail -n 1 "$program.log")"
        else
            tail -n 60 "$program.log"
            status=1
        fi
    done
    return $status
}

# By g++ optimized and hardly so (with the switch for planted faults, all off), and by clang.
equal_traces() {
    for preset in release mutants asan; do
        build $preset trace_hash || return 1
    done
    sh tests/sim/hash.sh release mutants asan
}

benchmarks() {
    build release benchmarks || return 1
    for program in build/release/bench_*; do
        [ -x "$program" ] || continue
        say "-- $program"
        timeout 300 "$program" --benchmark_format=json </dev/null || return 1
    done
    timeout 300 node tests/bench/testnet.mjs build/release/quoin </dev/null
}

all=''
case ${1:-} in
'') ;;
--all) all=yes ;;
*) give_up 2 'usage: deploy/test.sh [--all]' ;;
esac

[ "${CI:-}" != true ] || must 'vectors' vectors
# shellcheck disable=SC2086 # a list of words
must 'set up' set_up ${all:+$packages_check}
must 'configure' configure release
must 'build' build release
stage 'unit tests, scripts, lints' run_tests release 'unit|script|lint' || :
stage 'live testnet' run_tests release live || :
[ ! -e build/release/quoin ] || stage 'no machine path in the program' no_path_in_program || :
if [ -n "$all" ]; then
    stage 'format' sh tests/lint/format.sh || :
    stage 'simulated world' run_tests release sim || :
    stage 'planted faults' planted_faults || :
    stage 'every public header alone' build release headers || :
    stage 'floors 0-6 alone' core_only || :
    stage 'clang, address and undefined behaviour' address_sanitizer || :
    stage 'equal traces from every compiler' equal_traces || :
    stage 'fuzz smoke' fuzz_smoke || :
    stage 'threads' thread_sanitizer || :
    stage 'benchmarks' benchmarks || :
fi
finish
