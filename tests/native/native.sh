#!/bin/sh
# The native target: every example, and nests of random sizes, print what plain cc's programs print, whatever the vector unit, the
# compiler and the number of threads; the address and undefined-behaviour sanitizers find nothing. NAAS_SEED and
# NAAS_TEST_COUNT choose the sizes and their number.
. "$(dirname "$0")/../e2e/lib.sh"
cd "$work" || exit 1
seed=${NAAS_SEED:-1} count=${NAAS_TEST_COUNT:-2}
echo "NAAS_SEED=$seed NAAS_TEST_COUNT=$count"

# agrees A B: the words are equal, or are numbers whose distance is at most twice the bound behind them, because both may be off by it.
agrees() {
    awk 'NR == FNR { for (i = 1; i <= NF; i++) a[NR, i] = $i; lines = NR; next }
         { for (i = 1; i <= NF; i++) {
               x = a[FNR, i]; d = x - $i; if (d < 0) d = -d
               if (x != $i && !($(i + 1) == "+-" && d <= 2 * $(i + 2))) { print x " is not " $i; wrong = 1 }
           } }
         END { exit wrong || FNR != lines }' "$1" "$2"
}

# Options of the host compiler: what this machine has, the least, threads, sanitizers.
native="-O2 -march=native"
least="-O1"
threads="-O2 -march=native -fopenmp -DNAAS_MIN_WORK=0"
checked="-O1 -fopenmp -DNAAS_MIN_WORK=0 -fsanitize=address,undefined -fno-sanitize-recover=all"

# same WHAT OPTIONS FILE FLAGS...: naascc's program prints what is in plain.out.
same() {
    what="$1 ($2)" options=$2 file=$3
    shift 3
    expect "$what: compiles" "$naascc" -w -Rnaas -fnaas-target=native $options "$@" "$file" -o mapped -lm || return
    [ "$(grep -c 'remark: nest' .expect)" -eq "$nests" ] || fail "$what: not all of $nests nests are compiled"
    for n in 1 2; do
        OMP_NUM_THREADS=$n ./mapped >mapped.out || fail "$what: the program fails"
        expect "$what: same results with $n threads" agrees plain.out mapped.out
    done
}

for file in "$root"/examples/*.c; do
    name=$(basename "$file")
    nests=$(grep -cE '^ *#pragma (naas|scop)' "$file")
    expect "$name by cc" $cc -O2 -w "$file" -o plain -lm || continue
    ./plain >plain.out
    same "$name" "$native" "$file"
    same "$name" "$checked" "$file"
done

file=$here/shapes.c
nests=15
sizes=$(awk -v seed="$seed" -v count="$count" 'function r(low, high) { return low + int(rand() * (high - low + 1)) }
    BEGIN { srand(seed)
        for (i = 0; i < count; i++) {
            R = r(2, 4)
            print "-DK=" r(4, 40) " -DC=" r(2, 19) " -DP=" r(4, 21) " -DQ=" r(4, 40) " -DR=" R " -DSTRIDE=" r(1, 2) " -DPAD=" r(0, R - 1)
        } }')
echo "$sizes" >sizes
first=yes
while read -r flags; do
    expect "$flags by cc" $cc -O2 -w $flags "$file" -o plain || continue
    ./plain >plain.out
    same "$flags" "$threads" "$file" $flags
    same "$flags" "$checked" "$file" $flags
    [ -z "$first" ] && continue
    first=
    same "$flags" "$least" "$file" $flags
    if command -v clang-19 >/dev/null; then
        NAAS_CC=clang-19
        same "$flags, clang" "$native" "$file" $flags
        NAAS_CC=$cc
    fi
done <sizes
finish
