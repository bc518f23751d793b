#!/bin/sh
# From a fresh clone to a convolution on a simulated accelerator: builds naascc, compiles conv2d.c with it and with the
# plain compiler, and compares what the two programs print.
set -e
cd "$(dirname "$0")/.."
. cmake/packages.sh
step() {
    printf '\n== %s\n' "$*"
}

step 'Building naascc in build/release'
install_packages
mkdir -p build
if ! { cmake --preset release -DNAAS_TESTS=OFF && cmake --build --preset release -j 2; } >build/quickstart.log 2>&1; then
    tail -n 30 build/quickstart.log
    exit 1
fi
naascc=build/release/bin/naascc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step 'naascc -O2 -Rnaas examples/conv2d.c: what was found and chosen'
$naascc -O2 -Rnaas examples/conv2d.c -o "$work/conv2d"

step 'The schedule (naascc -fnaas-dump=schedule)'
$naascc -fnaas-dump=schedule examples/conv2d.c

step 'NAAS_RT_STATS=1 ./conv2d: the run on the simulator'
NAAS_RT_STATS=1 "$work/conv2d" | tee "$work/mapped.txt"

step 'The same file with plain cc'
cc -O2 examples/conv2d.c -o "$work/plain" 2>"$work/warnings.txt" || { cat "$work/warnings.txt"; exit 1; }
"$work/plain" | tee "$work/plain.txt"

cmp "$work/mapped.txt" "$work/plain.txt"
printf '\nBoth print the same. Next: docs/tutorial.md\n'
