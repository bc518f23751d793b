#!/bin/sh
# Kernels of every form, in 1 to 4 threads under the thread sanitizer, print what plain cc's program prints; without the barriers of
# OpenMP it finds races, so it would.
. "$(dirname "$0")/../e2e/lib.sh"
cd "$work" || exit 1
checked="-w -O1 -g -fopenmp -DNAAS_MIN_WORK=0 -fsanitize=thread"
sizes="-DK=19 -DC=6 -DP=9 -DQ=21 -DR=3 -DSTRIDE=2 -DPAD=1"
file=$root/tests/native/shapes.c
NAAS_CC=gcc
echo 'int main(void) { return 0; }' >empty.c
if ! { gcc -fsanitize=thread empty.c -o empty && ./empty; } >/dev/null 2>&1; then
    echo 'skipped: gcc has no thread sanitizer that runs here'
    exit 0
fi
gcc -w -O2 $sizes "$file" -o plain && ./plain >plain.out
expect 'kernels' "$naascc" $checked -fnaas-target=native -Werror=naas $sizes -c "$file" -o kernels.o
expect 'their runtime' gcc $checked -I"$root/runtime/include" -c "$root/runtime/pack.c" -o pack.o
for racing in '' -DNO_BARRIERS; do
    expect 'threads' gcc $checked $racing -c "$root/tests/native/openmp.c" -o openmp.o
    expect 'a program' gcc -fsanitize=thread kernels.o pack.o openmp.o -lm -o threads || continue
    for n in 1 2 3 4; do
        export OMP_NUM_THREADS=$n TSAN_OPTIONS=exitcode=66
        if [ -z "$racing" ]; then
            expect "$n threads" sh -c './threads >out'
            expect "$n threads: same results" cmp plain.out out
        elif [ $n -ge 3 ]; then
            ./threads >out 2>races
            [ $? -eq 66 ] && grep -q 'data race' races || fail "$n threads: nothing is found without barriers"
        fi
    done
done
finish
