#!/bin/sh
# Differential fuzzing at length: random annotated programs, plain compiler against naascc. Failures are cut down and
# kept in build/fuzz, each in a folder with the accelerators it needs.
#
#     sh tests/fuzz/run.sh                     500 programs
#     sh tests/fuzz/run.sh --count 20000       as many as that
#     sh tests/fuzz/run.sh --seed 7 --count 25 those of a seed that a test printed
cd "$(dirname "$0")/../.." || exit 1
cmake --preset release >/dev/null && cmake --build --preset release -j 2 --target differential_fuzz naascc naascc1 naas_rt >/dev/null || exit 1
mkdir -p build/fuzz
exec nice build/release/tests/differential_fuzz --keep build/fuzz --count 500 "$@" --reasons
