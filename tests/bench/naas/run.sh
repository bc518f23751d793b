#!/bin/sh
# The experiments of the NAAS paper, and what a search costs. Each prints tables in Markdown and writes a chart.
#
#     sh tests/bench/naas/run.sh BUILD_FOLDER EXPERIMENT [OUTPUT_FOLDER] [EFFORT]
#
# EXPERIMENT: budgets, budgets-naas (the same in the paper's space of mappings), encoding, strategy, ablation (docs/experiments.md), or
# targets (time, memory, the share of the optimiser).
# EFFORT scales the evaluations of the cost model; 1 is what the document was made with, minutes for each.
build=$(cd "${1:?the build folder}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
output=${3:-.}
mkdir -p "$output" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-cc} -O2 -ffp-contract=off -D_GNU_SOURCE -I"$root" -o "$work/experiments" "$here"/*.c "$build/lib/libnaas_show.a" \
    "$build/lib/libnaas_accelsearch.a" "$build/lib/libnaas_support.a" -lcjson -lsqlite3 -lpthread -lm || exit 1
"$work/experiments" "${2:?the experiment}" "$root/examples" "$output" "${4:-1}"
