#!/bin/sh
# What the dumps of some examples look like, word for word. After a wanted change:
#
#     sh tests/e2e/golden.sh build/release/bin --update && git diff tests/e2e/golden
. "$(dirname "$0")/lib.sh"
golden=$here/golden
cd "$root/examples" || exit 1

# check NAME TEXT-FILE: compares with the golden file, or replaces it.
check() {
    if [ "$update" = --update ]; then
        mkdir -p "$golden" && cp "$2" "$golden/$1"
    else
        diff -u "$golden/$1" "$2" >"$work/.diff" || { fail "$1 is not as it was:"; cat "$work/.diff" >&2; }
    fi
}

update=${2:-}
for name in conv2d maxpool fully_connected; do
    for kind in nest scop problem mapping schedule c; do
        "$naascc" -fnaas-dump=$kind $name.c >"$work/dump" || fail "$name: no $kind"
        check "$name.$kind" "$work/dump"
    done
done
"$naascc" -fnaas-dump=accel conv2d.c >"$work/dump" || fail 'no accel'
check accel "$work/dump"
for kind in nest scop problem accel mapping schedule; do
    "$naascc" -fnaas-dump=$kind -fnaas-dump-format=json fully_connected.c >"$work/dump" || fail "no $kind in JSON"
    check "fully_connected.$kind.json" "$work/dump"
done
"$naascc" -fnaas-dump=nest,problem -O2 -c lenet5.c -o "$work/none.o" >"$work/dump" || fail 'no dump of several nests'
check lenet5.nests "$work/dump"
[ ! -e "$work/none.o" ] || fail 'a dump compiles'
finish
