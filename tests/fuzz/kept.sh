#!/bin/sh
# Programs that once came out wrong, cut down: each prints for every target what plain cc's program prints, and ends like it. The first
# line of a program holds naascc's options; an accelerator aN.json of its own lies in the folder of its name.
. "$(dirname "$0")/../e2e/lib.sh"
for program in "$here"/kept/*.c; do
    name=$(basename "$program" .c)
    mkdir -p "$work/$name" && cd "$work/$name" || exit 1
    [ ! -d "$here/kept/$name" ] || cp "$here/kept/$name"/* .
    cp "$program" u.c
    options=$(sed -n '1s/.*options: \(.*\) \*\//\1/p' u.c)
    [ -n "$options" ] || fail "$name: its first line gives no options"
    $cc -w u.c -o plain -lm || fail "$name: the plain compiler does not build it"
    ./plain >plain.out 2>/dev/null
    status=$?
    for target in sim native; do
        expect "$name for $target" "$naascc" -w $options -fnaas-target=$target u.c -o mapped -lm || continue
        ./mapped >mapped.out 2>/dev/null
        [ $? -eq $status ] || fail "$name for $target: another status than $status"
        expect "$name for $target: the same results" cmp plain.out mapped.out
    done
done
finish
