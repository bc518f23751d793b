#!/bin/sh
# The coverage-guided fuzzers at length, with clang's libFuzzer. What they find goes to build/found as crash-*, timeout-* or leak-*;
# put it into the corpus when it is mended, where the ordinary tests run it once.
#
#     sh tests/fuzz/guided.sh               a minute each
#     sh tests/fuzz/guided.sh 3600 json     an hour of one of them: json or pragma
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-60}
cmake --preset fuzz >/dev/null && cmake --build --preset fuzz -j 2 --target guided_json guided_pragma >/dev/null || exit 1
for name in ${2:-json pragma}; do
    mkdir -p "build/fuzz/corpus/$name" build/found
    nice build/fuzz/tests/guided_$name -max_total_time="$seconds" -timeout=10 -max_len=4000 -print_final_stats=1 -verbosity=1 \
        -artifact_prefix=build/found/ "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" examples/accelerators examples/technology examples/spaces || exit 1
done
