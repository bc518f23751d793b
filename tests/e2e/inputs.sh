#!/bin/sh
# Annotated inputs however they are given: in response files, on standard input, from several folders with headers of equal
# names, preprocessed, under -x, mixed with other kinds; and with options that change how they are compiled.
. "$(dirname "$0")/lib.sh"
mkdir -p "$work/one" "$work/two" "$work/spaced – ä"
cd "$work" || exit 1

# kernel FOLDER FUNCTION: an annotated file that includes the header "scale.h" beside it.
kernel() {
    printf '#define SCALE %d\n' "${#1}" >"$1/scale.h"
    cat >"$1/$2.c" <<END2
#include "scale.h"
static float x[40], w[40];
float $2(void)
{
    float y = 0;
    for (int k = 0; k < 40; k++)
        x[k] = SCALE * k, w[k] = 2;
#pragma naas name($2)
    for (int k = 0; k < 40; k++)
        y += x[k] * w[k];
    return y;
}
END2
}
kernel one first
kernel two second
kernel 'spaced – ä' third
cat >main.c <<'END2'
#include <stdio.h>
float first(void);
int main(void) { printf("%g\n", first()); return 0; }
END2
answer='4680'

# ran WHAT N COMMAND...: N nests are mapped by the command, which makes ./prog, which answers, and runs them on the simulator.
ran() {
    what=$1 nests=$2
    shift 2
    rm -f prog
    "$@" >out 2>err || { fail "$what: does not build: $*"; cat err >&2; return; }
    [ -x prog ] || return
    [ "$(NAAS_RT_STATS=1 ./prog 2>stats)" = "$answer" ] || fail "$what: answers $(./prog 2>/dev/null)"
    [ "$(grep -c '(sim)' stats)" -eq "$nests" ] || fail "$what: $(grep -c '(sim)' stats) nests ran instead of $nests"
}

printf -- '-O1 one/first.c\n"main.c" -o pro\\g' >all.rsp
printf '@all.rsp' >nested.rsp
ran 'response file' 1 "$naascc" @all.rsp
ran 'response file in a response file' 1 "$naascc" @nested.rsp
printf -- '-fno-naas one/first.c main.c -o prog' >own.rsp
ran 'own options in a response file' 0 "$naascc" @own.rsp
awk 'BEGIN { for (i = 0; i < 6000; i++) print "-DNUMBER_" i "=1"; print "one/first.c main.c -o prog" }' >long.rsp
ran 'long response file' 1 "$naascc" @long.rsp

ran 'standard input' 1 sh -c "'$naascc' -x c - -x none main.c -I one -o prog <one/first.c"
ran 'standard input, a pipe' 1 sh -c "cat one/first.c | '$naascc' -I one -x c - -x none main.c -o prog"
printf 'int plain(void) { return 0; }\n' | "$naascc" -x c -c - -o plain.o || fail 'standard input without annotations'
(cat one/first.c; echo 'int f(void) { return missing; }') | "$naascc" -w -x c -c -Ione - -o wrong.o 2>err
contains err '<stdin>:13:'
lacks err naascc-

# What can be read only once: annotated, refused, and plain.
if command -v bash >/dev/null; then
    ran 'a pipe by its descriptor' 1 bash -c "'$naascc' -I one -x c <(cat one/first.c) -x none main.c -o prog"
    ran 'a plain pipe by its descriptor' 1 bash -c "'$naascc' one/first.c -x c <(cat main.c) -x none -o prog"
fi
ran '/dev/stdin' 1 sh -c "cat one/first.c | '$naascc' -I one -x c /dev/stdin -x none main.c -o prog"
mkdir fifo && mkfifo fifo/fed.c fifo/main.c && cp one/scale.h fifo
cat one/first.c >fifo/fed.c &
cat main.c >fifo/main.c &
ran 'fifos' 1 "$naascc" fifo/fed.c fifo/main.c -o prog
cat main.c >fifo/main.c &
ran 'a plain fifo' 1 "$naascc" one/first.c fifo/main.c -o prog
sed 's/y += x/y -= y \/ 2 - x/' one/first.c >fifo/fed.c &
(cd fifo && "$naascc" -c fed.c) 2>err || fail 'a refused fifo does not compile'
contains err 'fed.c:10:9: warning: nest not mapped'
[ -s fifo/fed.o ] || fail 'no object of a fifo'

# Headers of equal names in different folders.
sed 's/first(void);/first(void), second(void), third(void);/; s/first())/first() + second() + third())/' main.c >both.c
cc -w one/first.c two/second.c spaced*/third.c both.c -o plain
answer=$(./plain)
ran 'several folders, one command' 3 "$naascc" -w one/first.c two/second.c spaced*/third.c both.c -o prog
ran 'several folders, objects' 3 sh -c "'$naascc' -w -c one/first.c two/second.c spaced*/third.c both.c && '$naascc' first.o second.o third.o both.o -o prog"
answer=4680

# Names that need quoting, in #line, in dependency files, for the shell.
line='new
"line$
\\'
mkdir "$line" && kernel "$line" first && printf '#define SCALE 3\n' >"$line/scale.h"
ran 'a name of several lines' 1 "$naascc" -g "$line/first.c" main.c -o prog
"$naascc" -MD -MF odd.d -c 'spaced – ä/third.c' -o third.o && cc -w -MD -MF cc.d -c 'spaced – ä/third.c' -o third.o
for file in odd.d cc.d; do tr -d '\\\n' <$file | tr -s ' ' '\n' | grep -v 'naas_rt.h' >$file.words; done
expect 'the words of the dependencies' cmp cc.d.words odd.d.words

for file in - /dev/stdout; do
    "$naascc" -MD -MF $file -c one/first.c -o first.o >out 2>&1
    contains out 'first.o: one/first.c'
    lacks out naascc-
done
"$naascc" -MD -MF- -c one/first.c -o first.o >out
lacks out naascc-

# The translation depends on the user's accelerators; the user's own prefix maps do not bring out temporary names.
cp "$root/examples/accelerators/default.json" 'my accel.json'
"$naascc" -MMD -MF accel.d '-fnaas-accel=my accel.json' -c one/first.c -o first.o
contains accel.d 'first.o: one/first.c my\ accel.json'
sed 's/"technology": "[^"]*"/"technology": "mine.json"/' 'my accel.json' >other.json
cp "$root/examples/technology/45nm.json" mine.json
"$naascc" -MMD -MF accel.d -fnaas-accel=other.json -c one/first.c -o first.o
contains accel.d 'first.o: one/first.c other.json mine.json'
"$naascc" -MMD -MF accel.d -fnaas-accel=eyeriss -c one/first.c -o first.o
lacks accel.d json
"$naascc" -g -fstack-usage "-ffile-prefix-map=$work=/x" "-ffile-prefix-map=${TMPDIR:-/tmp}=/x" -c one/first.c -o first.o
[ -n "$HOST_FLAGS" ] || lacks first.o naascc- # the address sanitizer writes it there
lacks first.su naascc-
if command -v clang >/dev/null && [ -z "$HOST_FLAGS" ]; then
    mkdir by_clang
    (cd by_clang && NAAS_CC=clang "$naascc" -w -ftime-trace -MJ db.json -c ../one/first.c -o first.o)
    contains by_clang/db.json '"file": "../one/first.c"'
    [ "$(cd by_clang && echo *)" = 'db.json first.json first.o' ] || fail "clang leaves $(cd by_clang && echo *)"
fi

# Other kinds of input.
cc -E one/first.c -o first.i
ran 'preprocessed' 1 "$naascc" first.i main.c -o prog
ran '-x switches' 1 "$naascc" -xc one/first.c -x none -x c main.c -o prog
"$naascc" -S first.i -o first.s && "$naascc" -c main.c -o main.o && ar rcs libfirst.a main.o
ran 'assembly, object, archive' 1 "$naascc" first.s main.o -o prog
ran 'archive with main' 1 "$naascc" first.s libfirst.a -o prog
if command -v c++ >/dev/null; then
    printf 'extern "C" int extra(void) { return 1; }\n' >extra.cpp
    ran 'C++ beside C' 1 "$naascc" one/first.c extra.cpp main.c -o prog
    cp one/first.c annotated.cc && cp one/scale.h .
    "$naascc" -w -c annotated.cc -o annotated.o 2>err || fail 'annotated C++'
    contains err 'annotated.cc: warning: no nest is mapped: annotations count in C files only'
    refuse 'annotated C++ under -Werror=naas' "$naascc" -Werror=naas -w -x c++ -c one/first.c -o annotated.o
fi
printf '#pragma naas\n' >given.h
"$naascc" -include given.h -c main.c -o main.o 2>err || fail '-include of an annotation'
contains err 'given.h: warning: no nest is mapped'

# Macros and headers in every spelling: the nest is understood with those that the compiler has.
cat >sized.c <<'END2'
#include <stdio.h>
#ifndef N
#define N 8
#endif
static float x[N], w[N];
int main(void)
{
    float y = 0;
    for (int k = 0; k < N; k++)
        x[k] = k, w[k] = 2;
#pragma naas
    for (int k = 0; k < N; k++)
        y += x[k] * w[k];
    printf("%g\n", y);
    return 0;
}
END2
printf '#define N 50\n' >fifty.h
printf -- '-DN=50\n' >fifty.rsp
printf '*cpp:\n+ -DN=50\n' >fifty.specs
answer=2450
for options in --define-macro=N=50 '--define-macro N=50' '-DN=9 --undefine-macro=N -Wp,-DN=50' '-Xpreprocessor -DN=50' --include=fifty.h \
    '--include fifty.h' -includefifty.h --imacros=fifty.h '--imacros fifty.h' -imacrosfifty.h -Wp,-include,fifty.h -Wp,@fifty.rsp \
    '-isysroot / -DN=50' -specs=fifty.specs; do
    ran "$options" 1 "$naascc" $options sized.c -o prog
done
if command -v clang >/dev/null && [ -z "$HOST_FLAGS" ]; then
    ran 'clang -Xclang' 1 env NAAS_CC=clang "$naascc" -Xclang -DN=50 sized.c -o prog
fi

# Extents that hang on how large types are.
cat >sizes.h <<'END2'
enum {
    LONG_DOUBLE = sizeof(long double),
    PACKED = sizeof(struct { char a; double b; }),
    FIELDS = sizeof(struct { unsigned a : 3; char b : 2; long c : 2; }),
    WIDE = sizeof(L"ab"),
    ENUM = sizeof(enum { NONE }),
    CHARACTER = (char)200 < 0 ? 3 : 5,
    STRING = sizeof("\303\251t\303\251") + ('A' == 65) + sizeof("été"),
    WIDE_STRING = sizeof(L"été"),
};
END2
for options in -DN=PACKED '-DN=PACKED -fpack-struct=1' '-DN=PACKED -fpack-struct=2' '-DN=FIELDS -mms-bitfields' '-DN=WIDE -fshort-wchar' \
    '-DN=WIDE -fshort-wchar -fno-short-wchar' '-DN=ENUM -fshort-enums' '-DN=ENUM -fshort-enums -fno-short-enums' '-DN=PACKED -fpack-struct=1 -fno-pack-struct' \
    '-DN=CHARACTER -funsigned-char' '-DN=CHARACTER -funsigned-char -fsigned-char' '-DN=LONG_DOUBLE -mlong-double-64'; do
    $cc -w -include sizes.h $options sized.c -o plain 2>/dev/null || continue # not an option of every machine
    answer=$(./plain)
    ran "$options" 1 "$naascc" -w -include sizes.h $options sized.c -o prog
done
# Of these clang cannot be told. Not every compiler has them.
for options in '-fpack-struct -DN=PACKED' '-finput-charset=ISO-8859-1 -DN=STRING' '-fexec-charset=ISO-8859-1 -DN=STRING' \
    '-fwide-exec-charset=UTF-16LE -DN=WIDE_STRING'; do
    $cc -w -include sizes.h $options sized.c -o plain 2>/dev/null || continue
    "$naascc" -w -include sizes.h $options sized.c -o prog 2>err || fail "$options"
    contains err "no nest is mapped: with ${options%% *} the compiler reads C otherwise"
    [ "$(./prog)" = "$(./plain)" ] || fail "$options"
done

# No refusal breaks a build under -Werror, nor does a pragma that makes an error of the compiler's warning.
for pragma in '' '#pragma GCC diagnostic error "-Wunknown-pragmas"' '#pragma GCC diagnostic ignored "-Wunknown-pragmas"'; do
    for target in 'y += x[k]' 'y += x[k] * w[(int)x[k] % N]'; do
        echo "$pragma" | sed '/^$/d' | cat - sized.c | sed "s/y += x.k. \* w.k./$target/" >strict.c
        case $pragma$target in *error*%*) continue ;; esac # that one asks for an error
        expect "$pragma: $target" "$naascc" -Wall -Werror -DN=50 -c strict.c -o strict.o
    done
done

# Extents that hang on what the compiler says that it has: clang's answers are others than gcc's.
cat >asked.h <<'END2'
#define HAS(x) __has_builtin(x)
#ifndef __has_attribute
#define __has_attribute(x) 0
#endif
#if HAS(__builtin_apply)
#define BUILTIN 3
#else
#define BUILTIN 5
#endif
#if defined __GNUC__ && __has_attribute(noipa)
enum { ATTRIBUTE = 3 };
#else
enum { ATTRIBUTE = 5 };
#endif
#if defined __has_feature || defined __has_extension || defined __has_warning || defined __FILE_NAME__
static const int FEATURE = 3;
#else
static const int FEATURE = 5;
#endif
#if __has_include(<stdio.h>) && !__has_include("nonesuch.h")
#define INCLUDE 3
#else
#define INCLUDE 5
#endif
#if __STDC_VERSION__ > 201710L && __has_c_attribute(nodiscard) >= 201904L
#define STANDARD 3
#else
#define STANDARD 5
#endif
END2
sed 's/N\]/40]/g' sized.c >asking.c
for compiler in "$cc" clang; do
    [ -z "$HOST_FLAGS" ] || [ "$compiler" != clang ] || continue
    command -v ${compiler%% *} >/dev/null || continue
    for options in -DN=BUILTIN -DN=ATTRIBUTE -DN=FEATURE -DN=INCLUDE '-DN=STANDARD -std=gnu2x'; do
        $compiler -w -include ./asked.h $options asking.c -o plain
        answer=$(./plain)
        ran "$compiler: $options" 1 env NAAS_CC="$compiler" "$naascc" -w -include ./asked.h $options asking.c -o prog
    done
done
answer=2450
"$naascc" -Wp,-MMD,passed.d,-DN=50 sized.c -o prog
contains passed.d 'sized.o: sized.c'
printf '#!/bin/sh\ncase $1 in */cc1) set -- "$@" -DGIVEN ;; esac\nexec "$@"\n' >giving
chmod +x giving
{ printf '#ifndef GIVEN\n#error not given\n#endif\n'; cat sized.c; } >needy.c
"$naascc" -wrapper ./giving needy.c -o prog 2>err || fail 'options out of sight'
contains err 'needy.c: warning: no nest is mapped: the compiler takes it, but with options that naascc1 does not know'
refuse 'options out of sight, -Werror=naas' "$naascc" -Werror=naas -wrapper ./giving needy.c -o prog
if [ -w /dev/full ]; then
    "$naascc" -fnaas-dump=c sized.c >/dev/full 2>err && fail 'a dump onto a full disk'
    contains err 'cannot write the dump'
fi

# A full disk under the temporary folder: one warning, and the file is compiled as it is.
printf '#!/bin/sh\nulimit -S -f unlimited\nexec %s "$@"\n' "$cc" >roomy
chmod +x roomy
for options in '' -fnaas-budget=eyeriss; do
    rm -f prog
    (trap '' XFSZ && ulimit -S -f 1 && NAAS_CC=./roomy "$naascc" -fnaas-db=none $options -DN=50 sized.c -o prog 2>err) ||
        fail "full disk: does not build $options"
    [ "$(cat err)" = 'sized.c: warning: no nest is mapped: in the temporary folder: cannot write: File too large' ] ||
        { fail "full disk: says something else $options"; cat err >&2; }
    [ "$(./prog)" = "$answer" ] || fail "full disk: answers otherwise $options"
done
(trap '' XFSZ && ulimit -S -f 1 && NAAS_CC=./roomy "$naascc" -Werror=naas -fnaas-db=none sized.c -o prog 2>err) && fail 'full disk, -Werror=naas'
answer=4680

# Ways of compiling.
for options in -pipe -flto -g3 --coverage '-O3 -march=native' '-fPIC -pie' '-fvisibility=hidden' '-fsanitize=undefined' '-std=c99 -pedantic'; do
    ran "$options" 1 "$naascc" $options one/first.c main.c -o prog
done
[ -n "$HOST_FLAGS" ] || ran -static 1 "$naascc" -static one/first.c main.c -o prog
[ -n "$HOST_FLAGS" ] || ran '-fsanitize=address' 1 env ASAN_OPTIONS=detect_leaks=0 "$naascc" -fsanitize=address one/first.c main.c -o prog
if [ "$(id -u)" -ne 0 ]; then
    chmod a-w one
    ran 'read-only folder' 1 "$naascc" one/first.c main.c -o prog
    chmod u+w one
fi
"$naascc" -fdiagnostics-color=always -Rnaas -c one/first.c -o first.o 2>err
contains err "$(printf '\033[')"

# Named as another machine's, the compiler says itself what it compiles for.
printf '#!/bin/sh\nexec %s "$@"\n' "$cc" >mips64-unknown-linux-gnu-gcc
chmod +x mips64-unknown-linux-gnu-gcc
ran "another machine's name" 1 env NAAS_CC=./mips64-unknown-linux-gnu-gcc "$naascc" one/first.c main.c -o prog

# A debugger sees the user's lines, those of the nest too.
if command -v objdump >/dev/null; then
    "$naascc" -g -c one/first.c -o first.o
    objdump --dwarf=decodedline first.o >decoded
    for line in 4 6 10 11; do
        grep -qE "first\.c +$line " decoded || fail "no code at line $line of first.c"
    done
    lacks decoded naascc-
fi
finish
