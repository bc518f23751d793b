#!/bin/sh
# The search for mappings against the exact one, layer by layer: the default's score over the best known, its seconds, and what
# the exact search proves within NODES nodes (default 5 million), on all processors.
#
#     sh tests/bench/map/run.sh BUILD_FOLDER [NODES [NETWORK ACCELERATOR [LAYER]]]
build=$(cd "${1:?the build folder}" && pwd)
nodes=${2:-5000000}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-cc} -O2 -ffp-contract=off -D_GNU_SOURCE -I"$root" -o "$work/layers" "$here/layers.c" "$build/lib/libnaas_accelsearch.a" \
    "$build/lib/libnaas_support.a" -lcjson -lsqlite3 -lpthread -lm || exit 1
for network in ${3:-resnet50 vgg16}; do
    for accel in ${4:-nvdla-1024 eyeriss}; do
        "$work/layers" "$root/examples/networks/$network.json" "$root/examples/accelerators/$accel.json" "$nodes" ${5:+"$5"} || exit 1
    done
done
