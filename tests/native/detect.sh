#!/bin/sh
# naas detect, and what the native target makes of it: an accelerator that naas takes, measured once; vectors as -march= allows them,
# with right results; kernels that compile for another machine.
. "$(dirname "$0")/../e2e/lib.sh"
cd "$work" || exit 1
naas=$bin/naas

"$naas" detect >first.json || fail 'naas detect fails'
expect 'it is an accelerator' "$naas" map "$root/examples/conv2d.c" first.json --evaluations 20
"$naas" detect >second.json
same_bits 'it is measured once' first.json second.json
expect 'measured anew' "$naas" detect --measure --output third.json
contains .expect "third.json, remembered in $XDG_CACHE_HOME/naas/cpu-"
expect 'it is remembered' cmp third.json "$XDG_CACHE_HOME"/naas/cpu-*.json
refuse 'a folder that is not there' "$naas" detect --output none/there.json
refuse 'an unknown option' "$naas" detect --fast

# What is remembered is no longer an accelerator: it is made anew.
for file in "$XDG_CACHE_HOME"/naas/cpu-*.json; do echo '{"format": 1' >"$file"; done
expect 'a damaged file' "$naas" detect --output fourth.json
expect 'is repaired' "$naas" map "$root/examples/conv2d.c" fourth.json --evaluations 20

# Nowhere to remember it.
XDG_CACHE_HOME=/proc/none "$naas" detect >fifth.json 2>messages || fail 'naas detect without a cache folder fails'
contains messages 'not remembered'
expect 'compiles without a cache folder' env XDG_CACHE_HOME=/proc/none "$naascc" -fnaas-target=native -w "$root/examples/gemm.c" -o gemm -lm

# lanes MARCH N: the accelerator of the native target has N lanes.
lanes() {
    "$naascc" -fnaas-target=native $1 -fnaas-dump=accel "$root/examples/conv2d.c" >accel || fail "$1: no accelerator"
    contains accel "axis lanes: $2 of"
}
file=$root/tests/native/shapes.c
sizes="-DK=19 -DC=6 -DP=9 -DQ=21 -DR=3 -DSTRIDE=2 -DPAD=1"
$cc -O2 -w $sizes "$file" -o plain && ./plain >plain.out
case $(uname -m) in
x86_64)
    lanes '' 4
    lanes -march=x86-64-v3 8
    lanes -march=x86-64-v4 16
    lanes '-march=x86-64-v4 -mno-avx512f' 8
    for level in '' -v2 -v3 -v4; do
        expect "x86-64$level compiles" "$naascc" -w -O2 -march=x86-64$level -fnaas-target=native $sizes "$file" -o mapped -lm || continue
        case $level in
        -v3) grep -q '\<avx2\>.*' /proc/cpuinfo || continue ;;
        -v4) grep -q '\<avx512vl\>' /proc/cpuinfo || continue ;;
        esac
        ./mapped >mapped.out || fail "x86-64$level: the program fails"
        expect "x86-64$level: same results" cmp plain.out mapped.out
    done
    # Small integers become dot products.
    for pair in '-march=x86-64-v4_-mavx512vnni vpdpbusd' '-march=x86-64-v4_-mavx512vnni vpdpwssd' '-march=x86-64-v3 vpmaddwd' '-march=x86-64 pmaddwd'; do
        set -- $pair
        expect "$1 to assembly" env NAAS_CC=cc "$naascc" -w -O2 $(echo "$1" | tr _ ' ') -fnaas-target=native $sizes -DC=7 -S "$file" -o small.s || continue
        [ "$(grep -cw "$2" small.s)" -ge 8 ] || fail "$1: no $2"
    done
    ;;
aarch64) lanes '' 4 ;;
esac

# For another machine: clang compiles a kernel to its vector multiply-adds.
clang=$(command -v clang-19 || command -v clang)
if [ -n "$clang" ]; then
    "$naascc" -fnaas-target=native -fnaas-dump=c "$root/examples/gemm.c" >kernel.c || fail 'no kernel'
    expect 'compiles for aarch64' "$clang" --target=aarch64-linux-gnu -O3 -w -Dstatic= -S -include "$root/runtime/include/naas_rt.h" kernel.c -o kernel.s
    [ "$(grep -cE 'fmla.*v[0-9]+\.4s' kernel.s)" -ge 24 ] || fail 'the kernel for aarch64 has no block of 12 x 2 vectors'
fi
finish
