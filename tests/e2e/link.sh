#!/bin/sh
# -fnaas-budget: nests are left to the link, which searches one accelerator for all of them, from objects and archives however they
# were treated on the way. What got lost or damaged runs as it was written.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
budget=-fnaas-budget=eyeriss
cat >gemm.c <<'END2'
#ifndef NAME
#define NAME gemm
#endif
#ifndef N
#define N 12
#endif
static float x[N][N], w[N][N], y[N][N];
float NAME(void);
float NAME(void)
{
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            x[i][k] = i - k, w[i][k] = i * k % 7;
#pragma naas name(gemm)
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                y[i][j] += x[i][k] * w[k][j];
    return y[1][2] + y[N - 1][3];
}
END2
cat >main.c <<'END2'
#include <stdio.h>
float gemm(void);
int main(void)
{
    int total = 0, steps[20];
    for (int i = 0; i < 20; i++)
        steps[i] = i;
#pragma naas name(total)
    for (int i = 0; i < 20; i++)
        total += steps[i];
    printf("%g %d\n", gemm(), total);
    return 0;
}
END2
$cc -w gemm.c main.c -o plain && answer=$(./plain)

# gives PROGRAM N [WHAT]: it answers, with N nests on the accelerator.
accel=naas-eyeriss
gives() {
    [ "$(NAAS_RT_STATS=1 "./$1" 2>stats)" = "$answer" ] || fail "$3 ($1): answers $("./$1" 2>/dev/null)"
    [ "$(grep -c "on $accel (sim)" stats)" -eq "$2" ] || { fail "$3 ($1): not $2 nests on $accel"; cat stats >&2; }
}

# links WHAT N ARGS...: naascc links them without a word.
links() {
    what=$1 nests=$2
    shift 2
    rm -f prog
    "$naascc" "$@" -o prog 2>err || { fail "$what: does not link"; cat err >&2; return; }
    [ ! -s err ] || { fail "$what: says something"; cat err >&2; }
    gives prog "$nests" "$what"
}

"$naascc" $budget -Rnaas -c gemm.c -o gemm.o 2>err
contains err "gemm.c:15:5: remark: nest 'gemm' is left to the link"
"$naascc" $budget -O2 -Wall -Wextra -Werror -Wno-pedantic -c main.c -o main.o || fail 'warnings'
links objects 2 gemm.o main.o
cp prog first
links 'the same again' 2 gemm.o main.o
same_bits 'same inputs, same bits' first prog
"$naascc" -Rnaas -fnaas-report=report.json gemm.o main.o -o prog 2>err
contains err "gemm.c:15:5: remark: nest 'gemm' mapped to naas-eyeriss"
contains err "main.c:9:5: remark: nest 'total' mapped to naas-eyeriss"
[ "$(grep -c '"kind":"report"' report.json)" -eq 2 ] || fail 'the report has not two lines'
contains report.json '"file":"gemm.c","line":15'
links 'one command' 2 $budget gemm.c main.c
links 'object and source' 2 $budget gemm.o main.c
if command -v objdump >/dev/null; then
    objdump -h gemm.o >sections
    contains sections ' .naas '
    objdump -h prog >sections
    lacks sections ' .naas '
fi

# Ways between compiler and linker. Hardware that the link fixes takes no search.
naascc_searching=$naascc
printf '#!/bin/sh\nexec "%s" -fnaas-accel=eyeriss "$@"\n' "$naascc" >fixed
chmod +x fixed
accel=eyeriss
"$naascc" $budget -S gemm.c -o gemm.s && "$naascc" -c gemm.s -o assembled.o
naascc=$work/fixed
links assembly 2 assembled.o main.o
ar rcs libgemm.a gemm.o
links archive 2 main.o libgemm.a
links 'archive by -l' 2 main.o -L. -lgemm
ar rcsT thin.a gemm.o
links 'thin archive' 2 main.o thin.a
mkdir -p lib thin shared && cp libgemm.a lib/libinlib.a && (cd thin && ar rcsT libthin.a ../gemm.o)
printf '%s\n' '-L lib' '--whole-archive "-linlib"' --no-whole-archive >words
links '-Wl,-l' 2 main.o -L. -Wl,-lgemm
links '-Wl,-L,' 2 main.o -Wl,-L,lib -linlib
links '-Wl,--library-path=' 2 main.o -Wl,--library-path=lib,--library=inlib
links '-Xlinker archive' 2 main.o -Xlinker libgemm.a
links '-Xlinker -l' 2 main.o -Xlinker -Llib -Xlinker -l -Xlinker inlib
links '-Wl,--whole-archive' 2 main.o -Wl,--whole-archive,libgemm.a,--no-whole-archive
links 'groups' 2 main.o -Wl,--start-group -Llib -l inlib thin.a -Wl,--end-group
links '-Xlinker -(' 2 main.o -Xlinker '-(' libgemm.a -Xlinker '-)'
links 'the response file of a linker' 2 main.o -Wl,@words
printf '%s\n' "'-Wl,-L,lib'" -linlib >words
links 'the response file of a compiler' 2 main.o @words
links 'thin archive in a folder' 2 main.o -Lthin -lthin
LIBRARY_PATH=nonesuch:lib links LIBRARY_PATH 2 main.o -linlib
$cc -fPIC -w -shared gemm.c -o shared/libinlib.so
links 'a shared library comes first' 1 main.o -Lshared -Llib -linlib -Wl,-rpath,"$work/shared"
links 'not behind -Bstatic' 2 main.o -Lshared -Llib -Wl,-Bstatic -linlib -Wl,-Bdynamic
links 'nor in the second folder' 2 main.o -Llib -Lshared -linlib
links '-l: takes the archive' 2 main.o -Lshared -Llib -l:libinlib.a
ld -r gemm.o main.o -o both.o
links 'partial link' 2 both.o
"$naascc_searching" $budget -fPIC -c gemm.c -o pic.o && "$naascc" -shared pic.o -o libshared.so
links 'shared library' 2 main.o libshared.so -Wl,-rpath,"$work"
[ -n "$HOST_FLAGS" ] || links static 2 -static gemm.o main.o
"$naascc_searching" $budget -DNAME=other -DN=8 -c gemm.c -o other.o
links 'one file twice, with other macros' 2 gemm.o other.o main.o
cp gemm.o copy.o && links 'the same archive twice' 2 main.o libgemm.a libgemm.a
objcopy --strip-debug gemm.o stripped.o
links stripped 2 stripped.o main.o

links 'archive by -l:' 2 main.o -L. -l:libgemm.a
mkdir -p twin
sed 's/NAME gemm/NAME twin/' gemm.c >twin/gemm.c
(cd twin && "$naascc_searching" $budget -c gemm.c && rm gemm.c)
links 'equal names, one source deleted' 2 gemm.o twin/gemm.o main.o

# What got lost runs as it was written.
objcopy --remove-section .naas gemm.o lost.o
links 'section removed' 1 lost.o main.o
$cc gemm.o main.o -o by_cc -lm && gives by_cc 0 'plain linker'
damage() { # OBJECT: with another sum of what follows
    sed -e 's/NAASREC1 f/NAASREC1 0/' -e t -e 's/NAASREC1 ./NAASREC1 f/' "$1"
}
damage gemm.o >damaged.o
"$naascc" damaged.o main.o -o prog 2>err || fail 'a damaged section'
gives prog 1 damaged
contains err 'damaged.o: warning: its nests run as they are written: what was left of them for the link is damaged'
start=$(grep -abo 'NAASREC1' gemm.o | head -n 1 | cut -d: -f1)
for at in 9 26 30 60 100 200; do
    { head -c $((start + at)) gemm.o; printf '\377\377'; tail -c +$((start + at + 3)) gemm.o; } >damaged.o
    "$naascc" damaged.o main.o -o prog 2>err || { fail "damaged at $at"; cat err >&2; }
    [ "$(./prog)" = "$answer" ] || fail "damaged at $at: answers $(./prog)"
    [ $at -lt 30 ] || contains err 'damaged.o: warning: its nests run as they are written' # before: not known as a section
done
damage gemm.o >damaged.o
refuse 'a damaged section, -Werror=naas' "$naascc" -Werror=naas damaged.o main.o -o prog
naascc=$naascc_searching

# A naascc of another version, which differs in the digest of its cost model.
version=$(grep -ao 'version [0-9.]*-[0-9a-f]*' gemm.o | head -n 1 | cut -d- -f2)
mkdir -p old/bin old/libexec/naascc && cp "$naascc" old/bin
for folder in include lib share; do ln -s "$bin/../$folder" "old/$folder"; done
sed "s/${version:-none}/0000000000000000/g" "$bin/../libexec/naascc/naascc1" >old/libexec/naascc/naascc1
chmod +x old/libexec/naascc/naascc1
old/bin/naascc $budget -c gemm.c -o other_version.o
"$naascc" -fnaas-accel=eyeriss other_version.o main.o -o prog 2>err || fail 'another version: does not link'
contains err 'other_version.o: warning: its nests run as they are written: another naascc compiled it'
accel=eyeriss && gives prog 1 'another version'
refuse 'another version, -Werror=naas' "$naascc" -Werror=naas -fnaas-accel=eyeriss other_version.o main.o -o prog

"$naascc" -flto $budget gemm.c main.c -o prog 2>err || fail '-flto'
contains err 'gemm.c: warning: the accelerator is not searched for'
[ "$(./prog)" = "$answer" ] || fail '-flto answers otherwise'

# One accelerator for the program.
accel=naas-eyeriss
"$naascc" -fnaas-budget=nvdla-256 -c gemm.c -o nvdla.o
refuse 'two budgets' "$naascc" nvdla.o main.o -o prog
contains .expect 'error: compiled with -fnaas-budget='
"$naascc" $budget -fnaas-seed=2 -c gemm.c -o seed.o
refuse 'two seeds' "$naascc" seed.o main.o -o prog
contains .expect 'error: compiled with another'
links 'the budget of the link' 2 $budget nvdla.o main.o
"$naascc" -fnaas-accel=default gemm.o main.o -o prog && NAAS_RT_STATS=1 ./prog 2>stats >/dev/null
[ "$(grep -c 'on default (sim)' stats)" -eq 2 ] || fail '-fnaas-accel at the link'
refuse 'an unknown budget' "$naascc" -fnaas-budget=nonesuch gemm.o main.o -o prog
contains .expect nonesuch
links '-fnaas-accel at the compile' 0 $budget -fnaas-accel=default gemm.c main.c
finish
