#!/bin/sh
# Evaluations of the cost model a second; with --instructions also instructions per evaluation (callgrind), which do not depend on
# what else the machine does.
#
#     sh tests/bench/cost/run.sh BUILD_FOLDER [--instructions]
build=$(cd "${1:?the build folder}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-cc} -O2 -ffp-contract=off -D_GNU_SOURCE -I"$root" -o "$work/evaluations" "$here/evaluations.c" \
    "$build/lib/libnaas_accelsearch.a" "$build/lib/libnaas_support.a" -lcjson -lm || exit 1
"$work/evaluations" || exit 1
[ "$2" = --instructions ] || exit 0
valgrind --tool=callgrind --callgrind-out-file="$work/out" --toggle-collect=as_model_eval "$work/evaluations" 1 \
    >/dev/null 2>"$work/log" || exit 1
# 4 layers, 3 tile distributions, 2000 mappings each.
awk '/^summary:|^totals:/ { total = $2 } END { printf "%.0f instructions per evaluation\n", total / 24000 }' "$work/out"
