#!/bin/sh
# naascc is a drop-in: without annotations it does what cc does, to the byte. With them, side files and names are still those of cc.
. "$(dirname "$0")/lib.sh"

# fixture FOLDER: a small project, one of whose files is annotated.
fixture() {
    mkdir -p "$1/src/inc" "$1/other" "$1/out"
    cat >"$1/plain.c" <<'END'
#include "src/inc/half.h"
#include <stdio.h>
int mapped(void);
int main(void) { printf("%d %s\n", HALF, __FILE__); return 3; }
END
    printf '#define HALF 21\n' >"$1/src/inc/half.h"
    printf '#define HALF 99\n' >"$1/other/half.h"
    printf 'int main(void) { return undeclared; }\n' >"$1/wrong.c"
    printf 'int main(void) { int unused; return 0; }\n' >"$1/warns.c"
    printf 'int second(void) { return 1; }\n' >"$1/second.c"
    printf -- '-O1 -DANSWER=42\nanswer.c' >"$1/args.rsp"
    printf 'int main(void) { return ANSWER; }\n' >"$1/answer.c"
    cat >"$1/src/mapped.c" <<'END'
#include "inc/half.h"
#include <stdio.h>
float x[40], w[40], y;
void mapped(void)
{
#pragma naas
    for (int k = 0; k < 40; k++)
        y += x[k] * w[k];
}
int line(void) { return __LINE__ + HALF; }
const char *file(void) { return __FILE__ "|" __BASE_FILE__; }
END
    { sed 's/mapped(void)/broken(void)/' "$1/src/mapped.c"; echo 'int late(void) { return undeclared }'; } >"$1/src/broken.c"
    { sed 's/void mapped(void)/int main(void)/; s,inc/half,src/inc/half,' "$1/src/mapped.c"; } >"$1/alone.c"
    cat >"$1/main.c" <<'END'
#include <stdio.h>
extern float x[40], w[40], y;
void mapped(void);
int line(void);
const char *file(void);
int main(void)
{
    for (int k = 0; k < 40; k++)
        x[k] = (float)k, w[k] = 2;
    mapped();
    printf("%g %d %s\n", y, line(), file());
    return 0;
}
END
}

# in_both ARGS...: runs cc and naascc with these arguments, each in a copy of the fixture at the same place; what they leave,
# with their status, output and errors, is then in folders a and b.
in_both() {
    rm -rf "$work/a" "$work/b"
    for compiler in "$cc" "$naascc"; do
        fixture "$work/at"
        (cd "$work/at" && $compiler "$@" >.stdout 2>.stderr; echo $? >.status)
        [ -e "$work/a" ] && mv "$work/at" "$work/b" || mv "$work/at" "$work/a"
    done
}

# same ARGS...: status, output, errors and every file are equal.
same() {
    in_both "$@"
    diff -r "$work/a" "$work/b" >"$work/.diff" || {
        fail "not as cc: $*"
        head -n 20 "$work/.diff" >&2
    }
}

# same_names ARGS...: status, output, errors, and the names of the files are equal; .d files to the byte.
same_names() {
    in_both "$@"
    (cd "$work/a" && find . | sort) >"$work/.names_a"
    (cd "$work/b" && find . | sort) >"$work/.names_b"
    diff "$work/.names_a" "$work/.names_b" >"$work/.diff" || { fail "other files than cc: $*"; cat "$work/.diff" >&2; }
    for file in $(cd "$work/a" && find . -name '*.d' -o -name .status -o -name .stdout -o -name .stderr); do
        diff "$work/a/$file" "$work/b/$file" >"$work/.diff" || { fail "$file not as cc: $*"; cat "$work/.diff" >&2; }
    done
}

# ---- without annotations ----
same plain.c
same plain.c -o prog
same -c plain.c
same -c plain.c -o out/p.o
same -c plain.c second.c
same plain.c second.c -o prog
same -S plain.c
same -E plain.c
same -E src/mapped.c
same -M src/mapped.c
same -MMD -MP -c plain.c
same -c plain.c -MD -MF out/deps -MT target
same -g -O2 -Wall -Wextra -c plain.c
same wrong.c
same missing.c
same -Wall -c warns.c
same -Werror -Wall -c warns.c
same @args.rsp
same -x c -c src/inc/half.h
same_names -x c-header src/inc/half.h
same_names src/inc/half.h
same -xc answer.c -DANSWER=1 -o prog
same --version
same --param max-inline-insns-single=10 -Xlinker --no-gc-sections -Wl,--as-needed plain.c -o prog
same -dumpversion
same -print-file-name=libc.a
same
same -c
same -o
same --no-such-option plain.c
same -fsyntax-only -Wall warns.c
same -shared -fPIC second.c -o lib.so
same -r second.c -o second.o
same -nostdlib -nostartfiles -fno-sanitize=all second.c -o bare
same -static plain.c -o prog

# But for the compiler's name, which is that of its file.
commands_of() {
    (cd "$work/a" && "$@" '-###' -O2 -pipe -c src/mapped.c 2>&1) | grep -v '^COLLECT_GCC='
}
commands_of $cc >"$work/commands.cc"
commands_of "$naascc" >"$work/commands.naascc"
expect '-### prints what cc would run' cmp "$work/commands.cc" "$work/commands.naascc"
[ -s "$work/commands.cc" ] || fail '-### prints nothing'

# ---- our own options go no further ----
expect 'own options are taken out' "$naascc" -fno-naas -fnaas-target=sim -Rnaas "$work/a/plain.c" -o "$work/prog"
in_both -fno-naas
same_own() {
    (cd "$work/b" && "$naascc" -fno-naas -c src/mapped.c -o own.o && $cc -c src/mapped.c -o plain.o && cmp own.o plain.o)
}
expect '-fno-naas compiles as cc does' same_own
refuse 'an unknown option of ours' "$naascc" -fnaas-nonsense "$work/b/plain.c"
contains "$work/.expect" "unknown option '-fnaas-nonsense'"
refuse 'a bad value' "$naascc" -fnaas-dump=nothing "$work/b/plain.c"
expect 'help' "$naascc" --help
contains "$work/.expect" '-fnaas-dump='
contains "$work/.expect" 'usage: naascc'

# ---- which compiler ----
in_both -c plain.c
refuse 'a compiler that is not there' env NAAS_CC=no-such-cc "$naascc" -c "$work/b/plain.c"
contains "$work/.expect" no-such-cc
refuse 'itself as its compiler' env NAAS_CC="$naascc" "$naascc" -c "$work/b/plain.c"
contains "$work/.expect" 'naascc itself'
mkdir -p "$work/p1" "$work/p2"
cp "$naascc" "$work/p1/cc"
cp "$naascc" "$work/p2/cc"
expect 'two copies called cc' env -u NAAS_CC PATH="$work/p1:$work/p2:$PATH" cc -c "$work/b/plain.c" -o "$work/two.o"
printf '#!/bin/sh\nexec cc "$@"\n' >"$work/p1/loop"
chmod +x "$work/p1/loop"
refuse 'a compiler that calls naascc' env NAAS_CC=loop PATH="$work/p1:$PATH" "$naascc" -c "$work/b/plain.c"
expect 'a compiler of two words' env NAAS_CC="env $cc" "$naascc" -c "$work/b/plain.c" -o "$work/words.o"

# ---- signals and status ----
printf '#!/bin/sh\nkill -TERM $$\n' >"$work/p1/killed"
chmod +x "$work/p1/killed"
NAAS_CC=$work/p1/killed "$naascc" -c "$work/b/plain.c" 2>/dev/null
[ $? -eq 143 ] || fail 'the signal of the compiler is not passed on'

# ---- with annotations: names and side files as ever ----
same_names -c src/mapped.c
same_names -c src/mapped.c -o out/m.o
same_names -S src/mapped.c
same_names -c src/mapped.c main.c
same_names -MMD -c src/mapped.c
same_names -MMD -MP -c src/mapped.c -o out/m.o
same_names -MMD -MF out/m.dep -c src/mapped.c
same_names -MMD main.c src/mapped.c -o prog
same_names -g -save-temps -c src/mapped.c -o out/m.o
same_names -fstack-usage -c src/mapped.c
same_names --coverage -c src/mapped.c -o out/m.o
same_names -Wall -Wextra -Wno-unknown-pragmas -c src/mapped.c
same_names -x c -c src/mapped.c -o out/m.o
same_names main.c src/mapped.c
same_names --coverage alone.c -o alone
same_names --coverage alone.c -o prog

# What the compiler takes no more than we do, it explains alone.
same_names -c src/broken.c
same_names -fsyntax-only src/broken.c
same src/mapped.c -o
same -fno-such-option -c src/mapped.c
same -std=nonesuch -c src/mapped.c
same -include missing.h -c src/mapped.c

# runs ARGS...: the program made by these arguments prints what cc's prints.
runs() {
    in_both "$@" -o prog
    (cd "$work/a" && ./prog >.run 2>&1; echo $? >>.run)
    (cd "$work/b" && ./prog >.run 2>&1; echo $? >>.run)
    diff "$work/a/.run" "$work/b/.run" >"$work/.diff" || { fail "runs otherwise: $*"; cat "$work/.diff" >&2; }
}
runs main.c src/mapped.c
runs -O2 -g main.c src/mapped.c -I other
runs -x c main.c src/mapped.c
runs -std=c99 main.c src/mapped.c

# Standard input is linked, too, and looks for headers where the compiler runs.
from_stdin() {
    cd "$work/b" && "$naascc" -Rnaas -xc - <alone.c && ./a.out && "$naascc" -Werror=naas -x c - -o alone <alone.c && ./alone
}
in_both -c plain.c
expect 'a program from standard input' from_stdin
contains "$work/.expect" 'mapped to'

separate_link() {
    cd "$work/b" && "$naascc" -c src/mapped.c -o m.o && "$naascc" -c main.c -o main.o && "$naascc" main.o m.o -o later && ./later
}
in_both -c plain.c
expect 'objects linked later' separate_link

# ---- nothing is left behind ----
mkdir "$work/tmp"
in_both -c plain.c
for args in '-c src/mapped.c' 'src/mapped.c main.c' '-fnaas-dump=nest src/mapped.c' '-c wrong.c src/mapped.c'; do
    (cd "$work/b" && TMPDIR=$work/tmp "$naascc" $args >/dev/null 2>&1)
done
[ -z "$(ls -A "$work/tmp")" ] || fail "temporary files are left: $(ls -A "$work/tmp")"
expect 'a temporary folder that is not there' env TMPDIR="$work/none" "$naascc" -Rnaas -c "$work/b/src/mapped.c" -o "$work/none.o"
contains "$work/.expect" 'mapped to'
lacks "$work/.expect" 'no temporary folder'

finish
