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
finish
