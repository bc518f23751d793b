#!/bin/sh
# ccache in front: the first build fills the cache, the second takes objects from it, and both programs are right.
. "$(dirname "$0")/lib.sh"
need ccache
need make
export CCACHE_DIR="$work/cache" CCACHE_CONFIGPATH=/dev/null
expect 'first build' make CC="ccache $naascc"
right ./prog
expect 'clean' make clean
expect 'second build' make CC="ccache $naascc"
right ./prog
ccache -s >statistics
grep -qE 'Hits: +[1-9]' statistics || { fail 'nothing came from the cache'; cat statistics >&2; }

# It does not know that a file behind -fnaas-accel= matters; in its depend mode the dependency file tells it.
export CCACHE_DIR="$work/depends" CCACHE_DEPEND=1
for accelerator in default default eyeriss; do
    cp "$root/examples/accelerators/$accelerator.json" fixed.json
    ccache "$naascc" -Rnaas -MMD -c -fnaas-accel=fixed.json -I. lib/dot.c -o $accelerator.o 2>remarks || fail 'ccache, depend mode'
done
contains remarks 'mapped to eyeriss'
ccache -s >statistics
grep -qE 'Hits: +1 ' statistics || { fail 'nothing came from the cache in depend mode'; cat statistics >&2; }
finish
