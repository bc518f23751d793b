#!/bin/sh
# An installed naascc works after it was moved, and its runtime is found by pkg-config and by CMake.
# Usage: install.sh BUILD-FOLDER, with CMAKE, CC, CFLAGS and LIB (name of the library folder) in the environment.
set -e
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CC CFLAGS NAAS_CC="$CC $CFLAGS"

"$CMAKE" --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
prefix=$work/moved
cd "$work"

echo 'naascc compiles an annotated file'
"$prefix/bin/naascc" -O2 -Werror=naas -Rnaas "$here/small.c" -o mapped
$CC $CFLAGS -O2 -Wno-unknown-pragmas "$here/small.c" -o plain
NAAS_RT_STATS=1 ./mapped >mapped.txt 2>stats.txt
./plain >plain.txt
cmp mapped.txt plain.txt
grep -q " MACs" stats.txt || { echo 'nothing ran on the simulator'; cat stats.txt; exit 1; }

echo 'naas finds the shipped accelerators'
"$prefix/bin/naas" map "$here/small.c" eyeriss >/dev/null

echo 'manual and manual pages are there'
for file in share/man/man1/naascc.1 share/man/man1/naas.1 share/doc/naascc/manual.md; do
    [ -s "$prefix/$file" ] || { echo "$file is missing"; exit 1; }
done

echo 'the sources of the runtime compile'
$CC $CFLAGS -c -I "$prefix/include" "$prefix"/share/naascc/runtime/*.c

echo 'pkg-config finds the runtime'
export PKG_CONFIG_PATH="$prefix/$LIB/pkgconfig"
$CC $CFLAGS "$here/consumer/consumer.c" $(pkg-config --cflags --libs naas_rt) -o by_pkg_config
./by_pkg_config

echo 'CMake finds the runtime'
"$CMAKE" -S "$here/consumer" -B by_cmake -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
"$CMAKE" --build by_cmake >/dev/null
by_cmake/consumer
