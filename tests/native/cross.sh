#!/bin/sh
# Programs for another machine: its widths of vectors, its types, its own runtime library; machines without kernels keep their loops.
# Needs clang, or for whole programs qemu-user and Debian's gcc-aarch64-linux-gnu, gcc-arm-linux-gnueabihf and gcc-powerpc64-linux-gnu
# with the C library of each: what is missing is skipped, and said. NAAS_SEED chooses the sizes.
. "$(dirname "$0")/../e2e/lib.sh"
cd "$work" || exit 1
seed=${NAAS_SEED:-1}
gcc=aarch64-linux-gnu-gcc
clang=$(command -v clang-19 || command -v clang)
if [ "$(uname -m)" = aarch64 ]; then
    echo 'skipped: this is the other machine'
    exit 0
fi

# What needs no library of the other machine, nor its headers.
cat >alone.c <<'END'
float x[64 * 64], w[64 * 64], y[64 * 64];
void multiply(void)
{
#pragma naas
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++)
            for (int k = 0; k < 64; k++)
                y[i * 64 + j] += x[i * 64 + k] * w[k * 64 + j];
}
END

# no_kernels WHAT REASON COMPILER OPTIONS: the file is compiled as the compiler alone does it, with a warning, or an error when asked for.
no_kernels() {
    what=$1 reason=$2 NAAS_CC=$3
    shift 3
    $NAAS_CC "$@" -S alone.c -o plain.s 2>/dev/null || { echo "skipped: $NAAS_CC makes nothing for $what"; return; }
    expect "$what" "$naascc" "$@" -fnaas-target=native -S alone.c -o alone.s
    contains .expect "alone.c: warning: no nest is mapped: kernels need $reason"
    expect "$what: as it is" cmp plain.s alone.s
    refuse "$what, -Werror=naas" "$naascc" "$@" -Werror=naas -S alone.c -o alone.s
}
if [ -n "$clang" ]; then
    export NAAS_CC=$clang
    for triple in arm-linux-gnueabihf powerpc64-linux-gnu x86_64-linux-gnux32 aarch64-linux-gnu; do
        expect "clang for $triple" "$naascc" --target=$triple -w -Rnaas -O2 -fnaas-target=native -S alone.c -o alone.s
        contains .expect "compiled for ${triple%%-*}"
    done
    [ "$(grep -cE 'fmla.*v[0-9]+\.4s' alone.s)" -ge 24 ] || fail 'no block of 12 x 2 vectors'
    NAAS_CC="$clang --target=aarch64-linux-gnu"
    expect 'named in NAAS_CC' "$naascc" -w -Rnaas -O2 -fnaas-target=native -S alone.c -o named.s
    expect 'the same' cmp alone.s named.s
    no_kernels 'a short long' 'an int of 32 bits, and long' "$clang" --target=x86_64-w64-mingw32
else
    echo 'skipped: there is no clang'
fi
no_kernels 'the x87' 'arithmetic of float' "$cc" -m32 -mfpmath=387

# has GCC QEMU...: there are all of them.
has() {
    for program; do
        command -v "$program" >/dev/null || { echo "skipped: there is no $program"; return 1; }
    done
}

# runs WHAT FILE OPTIONS...: its program for another machine prints what it prints when naascc has nothing to do with it.
runs() {
    what=$1 file=$2
    shift 2
    expect "$what by gcc" $NAAS_CC -w "$@" "$file" -o plain -lm || return
    expect "$what compiles" "$naascc" -w -Werror=naas $ours "$@" "$file" -o mapped -lm || return
    $qemu ./plain >plain.out || fail "$what: the program of gcc fails"
    OMP_NUM_THREADS=2 $qemu ./mapped >mapped.out || fail "$what: the program fails"
    expect "$what: same results" cmp plain.out mapped.out
}
sizes=$(awk -v seed="$seed" 'function r(low, high) { return low + int(rand() * (high - low + 1)) }
    BEGIN { srand(seed)
        R = r(2, 3)
        print "-DK=" r(4, 30) " -DC=" r(2, 12) " -DP=" r(4, 15) " -DQ=" r(4, 30) " -DR=" R " -DSTRIDE=" r(1, 2) " -DPAD=" r(0, R - 1) }')
echo "NAAS_SEED=$seed: $sizes"
ours=-fnaas-target=native

# char is unsigned on Arm, unless it is told not to be.
cat >bytes.c <<'END'
#include <stdio.h>
char x[8 * 160], w[8 * 160];
int y[64];
int main(void)
{
    for (int i = 0; i < 8 * 160; i++)
        x[i] = (char)(i * 37 + 100), w[i] = (char)(i * 11 - 30);
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            for (int k = 0; k < 160; k++)
                y[i * 8 + j] += x[i * 160 + k] * w[j * 160 + k];
    for (int i = 0; i < 64; i++)
        printf("%d\n", y[i]);
    return 0;
}
END
# Pointers of 32 bits; bytes the other way round.
if has arm-linux-gnueabihf-gcc qemu-arm; then
    export NAAS_CC=arm-linux-gnueabihf-gcc QEMU_LD_PREFIX=/usr/arm-linux-gnueabihf
    qemu=qemu-arm
    runs 'arm' bytes.c -O2 -mfpu=neon
fi
if has powerpc64-linux-gnu-gcc qemu-ppc64; then
    export NAAS_CC=powerpc64-linux-gnu-gcc QEMU_LD_PREFIX=/usr/powerpc64-linux-gnu
    qemu=qemu-ppc64
    runs 'powerpc64' "$here/shapes.c" $sizes -O1
fi

has $gcc qemu-aarch64 || finish
export NAAS_CC=$gcc QEMU_LD_PREFIX=/usr/aarch64-linux-gnu
qemu=qemu-aarch64
runs 'all forms' "$here/shapes.c" $sizes -O1 -fopenmp -DNAAS_MIN_WORK=0

# What naascc makes of all the machine's caches and vectors when it is told nothing.
"$naascc" -fnaas-target=native -fnaas-dump=accel alone.c >accel || fail 'no accelerator'
contains accel 'axis cores: 4 of'
contains accel 'axis lanes: 4 of'
contains accel 'REG x 16: '
contains accel '128 bytes' # 32 registers of 16 bytes, a lane's part
"$naascc" -fnaas-target=native -fnaas-dump=accel -fnaas-dump-format=json alone.c >board.json || fail 'no accelerator as JSON'
sed 's/"size": *4/"size": 2/' board.json >two.json
expect 'another accelerator' "$naascc" -w -Rnaas -fnaas-target=native -fnaas-accel=two.json -c alone.c -o alone.o

ours='-fnaas-target=native -fnaas-verify'
runs 'signed char' bytes.c -O2 -fsigned-char -march=armv8.2-a+dotprod
mv mapped.out signed.out
ours=-fnaas-target=sim
runs 'char' bytes.c
refuse 'signed or not' cmp signed.out mapped.out
mv mapped.out plain.out

# The runtime library is made for links that need it, and only for them; a program may bring its own.
sed 's/int main(void)/int run(void)/' bytes.c >part.c
echo 'int run(void); int main(void) { return run(); }' >main.c
expect 'an object' "$naascc" -w -fnaas-target=native -c part.c -o part.o
expect 'an archive' aarch64-linux-gnu-ar rcs libpart.a part.o
expect 'an object without nests' "$naascc" -c main.c -o main.o
expect 'a link of an archive' "$naascc" -v main.o -L. -lpart -o mapped
contains .expect '"--runtime"'
qemu-aarch64 ./mapped >mapped.out || fail 'a link of an archive: the program fails'
expect 'a link of an archive: same results' cmp plain.out mapped.out
expect 'a part of the runtime by hand' $gcc -c -I "$root/runtime/include" "$root/runtime/pack.c" -o pack.o
expect 'of its own' aarch64-linux-gnu-ar rcs libown.a pack.o
expect 'with one of its own' "$naascc" main.o libpart.a libown.a -o mapped
expect 'a link without kernels' "$naascc" -v -fno-naas part.c main.o -o unmapped
lacks .expect '"--runtime"'

# What runs elsewhere is not timed.
expect 'not measured' "$naascc" -fnaas-target=native -fnaas-effort=measure -c alone.c -o alone.o
contains .expect 'cannot be timed here'

# One accelerator for a whole program.
expect 'left to the link' "$naascc" -w -fnaas-budget=eyeriss -c part.c -o part.o
expect 'mapped at the link' "$naascc" -Rnaas -fnaas-effort=quick main.o part.o -o mapped
contains .expect 'mapped to'
qemu-aarch64 ./mapped >mapped.out || fail 'mapped at the link: the program fails'
expect 'mapped at the link: same results' cmp plain.out mapped.out
finish
