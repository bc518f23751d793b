#!/bin/sh
# Every example: built by naascc it maps all of its nests, runs them on the simulator, and prints what plain cc's program prints; what is
# rounded agrees within the bounds that are printed behind +-. The emitted C has no warnings. The cycles are those predicted.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# agrees A B: the words are equal, or are numbers whose distance is at most twice the bound behind them, because both may be off by it.
agrees() {
    awk 'NR == FNR { for (i = 1; i <= NF; i++) a[NR, i] = $i; lines = NR; next }
         { for (i = 1; i <= NF; i++) {
               x = a[FNR, i]; d = x - $i; if (d < 0) d = -d
               if (x != $i && !($(i + 1) == "+-" && d <= 2 * $(i + 2))) { print x " is not " $i; wrong = 1 }
           } }
         END { exit wrong || FNR != lines }' "$1" "$2"
}

# cycles FILE: the cycles in remarks ("predicted N cycles") or statistics ("N cycles,"), one a line.
cycles() {
    sed -nE 's/.*[ :]([0-9]+) cycles.*/\1/p' "$1"
}

# close A B: line by line, within 5 %.
close() {
    paste "$1" "$2" | awk '{ d = $1 - $2; if (d < 0) d = -d; if (NF != 2 || d > 0.05 * $2) { print "predicted " $1 ", simulated " $2; wrong = 1 } }
         END { exit wrong }'
}

# Sanitizers make the simulator slow: then the small ones do.
names=$(cd "$root/examples" && ls *.c | sed 's/[.]c$//')
[ -z "$HOST_FLAGS" ] || names='depthwise lenet5 maxpool'
for name in $names; do
    file=$root/examples/$name.c
    nests=$(grep -cE '^ *#pragma (naas|scop)' "$file")
    expect "$name by cc" $cc -O2 -w "$file" -o plain || continue
    "$naascc" -O2 -Rnaas "$file" -o mapped 2>remarks || { fail "$name by naascc"; cat remarks >&2; continue; }
    [ "$(grep -c 'remark: nest' remarks)" -eq "$nests" ] || { fail "$name: not all of $nests nests are mapped"; cat remarks >&2; }
    ./plain >plain.out || fail "$name: the plain program fails"
    NAAS_RT_STATS=1 ./mapped >mapped.out 2>stats || fail "$name: the mapped program fails"
    expect "$name: same results" agrees plain.out mapped.out
    [ "$(grep -c '(sim)' stats)" -eq "$nests" ] || { fail "$name: not all of $nests nests ran on the simulator"; cat stats >&2; }
    cycles remarks >predicted
    cycles stats >simulated
    expect "$name: predicted cycles" close predicted simulated
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || continue
        expect "$name: no warnings of $compiler" env NAAS_CC="$compiler $HOST_FLAGS" "$naascc" -Wall -Wextra -Werror -O2 -c "$file" -o clean.o
    done
    rm -f plain mapped remarks stats
done
finish
