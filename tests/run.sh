#!/bin/sh
# Everything that is checked before a change goes in: release build and tests, the same with sanitizers and fewer random
# cases, formatting, clang-tidy. The last line sums up; the exit status is 0 only when nothing failed.
cd "$(dirname "$0")/.." || exit 1
. cmake/packages.sh
passed=0 failed=0 skipped=0

# check NAME COMMAND...: one more check that passes or fails.
check() {
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok: $name"
    else
        failed=$((failed + 1))
        echo "FAILED: $name"
    fi
}

build() { # PRESET
    cmake --preset "$1" >"build/$1.log" 2>&1 && cmake --build --preset "$1" -j 2 >>"build/$1.log" 2>&1 && return 0
    tail -n 40 "build/$1.log"
    return 1
}

# run_tests PRESET: adds what ctest counted, and the cases that were skipped within a test program.
run_tests() {
    log=build/$1-tests.log
    ctest --preset "$1" -j 2 >"$log" 2>&1
    status=$?
    all=$(grep -cE '^ *[0-9]+/[0-9]+ Test ' "$log")
    good=$(grep -cE '^ *[0-9]+/[0-9]+ Test .* Passed ' "$log")
    skip=$(grep -cE '^ *[0-9]+/[0-9]+ Test .*\*\*\*Skipped' "$log")
    bad=$((all - good - skip))
    [ $bad = 0 ] && [ $status != 0 ] && bad=1
    [ $bad = 0 ] || cat "$log"
    grep -E '^[0-9]+% tests passed|^Total Test time' "$log"
    cases=$(sed -nE 's/^\[  SKIPPED \] ([0-9]+) test.*/\1/p' "build/$1/Testing/Temporary/LastTest.log" |
        awk '{ n += $1 } END { print n }')
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip + ${cases:-0}))
}

sources() {
    find support frontend polyhedral accelsearch cluster nas exchange show validate codegen runtime driver tests -name '*.[ch]' | grep -Ev '/(golden|accept|refuse)/'
}

formatted() {
    sources | xargs clang-format --dry-run -Werror >build/format.log 2>&1 && return 0
    sed -nE 's/:[0-9]+:[0-9]+: error:.*/: not as clang-format has it/p' build/format.log | sort -u
    return 1
}

tidy() {
    sources | grep '^[^t].*\.c$' |
        xargs -P 2 -n 8 clang-tidy --quiet -p build/release 2>&1 | grep -Ev '^[0-9]+ warnings generated|^Suppressed' >build/tidy.log
    ! grep -E -A4 '(warning|error):' build/tidy.log
}

mkdir -p build
if ! install_packages; then
    echo 'FAILED: installing packages'
    echo '0 passed, 1 failed'
    exit 1
fi
check 'release build' build release
run_tests release
check 'asan build' build asan
NAAS_TEST_COUNT=${NAAS_TEST_COUNT:-25} run_tests asan
check 'formatting' formatted
check 'clang-tidy' tidy

summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ]
