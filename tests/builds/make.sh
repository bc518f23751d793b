#!/bin/sh
# make with several jobs, which naascc and its children pass on; what a touched header rebuilds.
. "$(dirname "$0")/lib.sh"
need make
expect 'make' make -j4 CC="$naascc"
right ./prog
contains lib/dot.d 'lib/size.h'
lacks lib/dot.d naascc-
cp lib/blur.o before.o
sleep 0.01
touch lib/size.h main.c
expect 'make after a change' make -j4 CC="$naascc"
[ lib/dot.o -nt before.o ] || fail 'a changed header rebuilds nothing'
same_bits 'the same objects once more' lib/blur.o before.o
expect 'make finds nothing to do' sh -c "make -q CC='$naascc'"
finish
