#!/bin/sh
# programs.sh BIN: every nest of programs/*.c is mapped, and the programs print what they do under cc; so they do
# for the native target, which leaves some nests as they are.
. "$(dirname "$0")/../e2e/lib.sh"

for program in "$here"/programs/*.c; do
    name=$(basename "$program" .c)
    expect "cc $name" $cc -O1 "$program" -o "$work/plain" -lm || continue
    "$naascc" -O1 -Rnaas "$program" -o "$work/mapped" -lm 2>"$work/remarks" || {
        fail "naascc $name"
        cat "$work/remarks" >&2
        continue
    }
    wanted=$(grep -c '^ *# *pragma \(naas\|scop\)' "$program")
    mapped=$(grep -c 'remark: nest .* mapped to' "$work/remarks")
    [ "$wanted" -eq "$mapped" ] || {
        fail "$name: $mapped of $wanted nests are mapped"
        grep -A3 warning "$work/remarks" >&2
    }
    "$work/plain" >"$work/plain.out"
    "$work/mapped" >"$work/mapped.out"
    "$naascc" -O1 -fnaas-target=native "$program" -o "$work/native" -lm 2>"$work/remarks" || {
        fail "naascc -fnaas-target=native $name"
        cat "$work/remarks" >&2
        continue
    }
    "$work/native" >"$work/native.out"
    for target in mapped native; do
        cmp -s "$work/plain.out" "$work/$target.out" || {
            fail "$name: other results, $target"
            diff "$work/plain.out" "$work/$target.out" | head -6 >&2
        }
    done
done
finish
