#!/bin/sh
# Differential fuzzing at length: random annotated programs, plain compiler against naascc for every target. Failures are cut down
# and kept in build/found, each in a folder with the accelerators it needs; mended ones go to tests/fuzz/kept.
#
#     sh tests/fuzz/run.sh                     500 programs
#     sh tests/fuzz/run.sh --count 20000       as many as that
#     sh tests/fuzz/run.sh --seed 7 --count 25 those of a seed that a test printed
cd "$(dirname "$0")/../.." || exit 1
cmake --preset release >/dev/null && cmake --build --preset release -j 2 --target differential_fuzz naascc naascc1 naas_rt >/dev/null || exit 1
mkdir -p build/found
exec nice build/release/tests/differential_fuzz --keep build/found --count 500 "$@" --reasons
