#!/bin/sh
# Meson identifies the compiler, asks it about its linker, and builds with ninja.
. "$(dirname "$0")/lib.sh"
need meson
need ninja
expect 'meson setup' env CC="$naascc" meson setup build
contains "$work/.expect" 'C compiler for the host machine'
expect 'ninja' ninja -C build
right build/prog
finish
