#!/bin/sh
# What naascc costs over cc: for a file without annotations, where it may add 5 ms, and for each example, where it translates.
#
#     sh tests/bench/passthrough/run.sh build/release/bin [PAIRS]
#
# Status 1 when a file without annotations costs more than the limit.
limit=5
bin=$(cd "${1:?the folder of naascc}" && pwd)
pairs=${2:-101}
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../../examples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cc -O2 -o pairs "$here/pairs.c" || exit 1
printf '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n' >plain.c
printf 'int f(void) { return 0; }\n' >empty.c
cc -c plain.c -o plain.o

# row NAME PAIRS ARGS...: times the compiler with ARGS against naascc with ARGS; leaves the difference in $difference.
row() {
    name=$1 n=$2
    shift 2
    set -- $(./pairs "$n" "$NAAS_CC" "$@" -- "$bin/naascc" "$@") || exit 1
    [ $# -eq 3 ] || exit 1
    difference=$3
    printf '%-28s %9.2f %9.2f %9.2f\n' "$name" "$1" "$2" "$3"
}

export NAAS_CC=cc
printf '%-28s %9s %9s %9s  (ms, medians; difference of %s pairs in turn)\n' '' cc naascc more "$pairs"
NAAS_CC=true
row 'naascc alone (cc = true)' "$pairs" -O2 -c plain.c -o out.o
NAAS_CC=cc
row 'compile, empty file' "$pairs" -O2 -c empty.c -o out.o
worst=$difference
row 'compile, stdio' "$pairs" -O2 -c plain.c -o out.o
worst=$(printf '%s\n%s\n' "$worst" "$difference" | sort -n | tail -n 1)
row 'link' "$pairs" plain.o -o out
worst=$(printf '%s\n%s\n' "$worst" "$difference" | sort -n | tail -n 1)
echo
for file in "$examples"/*.c; do
    row "$(basename "$file")" 3 -O2 "$file" -o out
done
echo
echo "without annotations: at most $worst ms more, limit $limit ms"
[ "$(printf '%s\n%s\n' "$worst" "$limit" | sort -n | tail -n 1)" = "$limit" ]
