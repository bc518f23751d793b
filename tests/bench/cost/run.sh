#!/bin/sh
# Evaluations of the cost model a second, one by one and in a batch; with --instructions also instructions per evaluation
# (callgrind), which do not depend on what else the machine does.
#
#     sh tests/bench/cost/run.sh [BUILD_FOLDER] [--instructions]        build/release
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
build=$root/build/release
case $1 in
--*) ;;
?*) build=$1 && shift ;;
esac
case $1 in
'' | --instructions) ;;
*) echo "usage: sh tests/bench/cost/run.sh [BUILD_FOLDER] [--instructions]" >&2 && exit 2 ;;
esac
for library in accelsearch support; do
    [ -f "$build/lib/libnaas_$library.a" ] && continue
    echo "$build: no libnaas_$library.a; build it first (cmake --build --preset release)" >&2
    exit 1
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-cc} -O2 -ffp-contract=off -D_GNU_SOURCE -I"$root" -o "$work/evaluations" "$here/evaluations.c" \
    "$build/lib/libnaas_accelsearch.a" "$build/lib/libnaas_support.a" -lcjson -lm || exit 1
"$work/evaluations" || exit 1
[ "$1" = --instructions ] || exit 0

# instructions FUNCTION INTERFACE LAYER TILES: of the function, per mapping.
mappings=200
instructions() {
    valgrind --tool=callgrind --callgrind-out-file="$work/out" --toggle-collect="$1" "$work/evaluations" 1 $mappings "$2" "$3" "$4" \
        >"$work/line" 2>"$work/log" || { cat "$work/log" >&2 && exit 1; }
    awk -v n=$mappings '/^summary:|^totals:/ { total = $2 } END { printf "%.0f", total / n }' "$work/out"
}
for layer in 0 1 2 3; do
    for tiles in 0 1 2; do
        single=$(instructions as_model_eval single $layer $tiles) || exit 1
        batch=$(instructions as_model_eval_batch batch $layer $tiles) || exit 1
        printf '%s %7d instructions per evaluation  %7d in a batch\n' "$(cut -c1-37 "$work/line")" "$single" "$batch"
    done
done
