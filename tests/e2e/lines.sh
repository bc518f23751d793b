#!/bin/sh
# Around a mapped nest, compiler messages, __LINE__, __FILE__ and debug information are those of the user's file.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

cat >lines.c <<'END'
#include <stdio.h>
static float x[16], y[16];
int before(void) { int early; return 0; }
void scale(void)
{
#pragma naas name(scale)
    for (int i = 0; i < 16; i++) {
        y[i] = 0;
        for (int k = 0; k < 16; k++)
            y[i] += x[k] * 2.0f;
    }
    int behind = 0;
}
int line(void) { return __LINE__; }
int main(void) { scale(); printf("%d %s\n", line(), __FILE__); return 0; }
END
"$naascc" -Rnaas -fno-diagnostics-show-caret -Wall -c lines.c -o lines.o 2>mapped.err
contains mapped.err "lines.c:7:5: remark: nest 'scale' mapped"
contains mapped.err 'lines.c:3:'
contains mapped.err 'lines.c:12:9:'
grep -v remark: mapped.err | grep -E '^[^ ].*warning:' >mapped.warnings
$cc -fno-diagnostics-show-caret -Wall -Wno-unknown-pragmas -c lines.c -o plain.o 2>&1 | grep -E '^[^ ].*warning:' >plain.warnings
expect 'the same warnings at the same places' diff plain.warnings mapped.warnings

# The warnings of the user's text come once, none comes from the kernels.
cat >narrow.c <<'END'
#include <stddef.h>
#include <stdint.h>
static int8_t x[32], y[32];
static float f[32];
static double sum;
void narrow(size_t n)
{
#pragma naas name(narrow) extent(n=16)
    for (size_t i = 0; i < n; i++) {
        int acc = 0;
        for (int k = 0; k < 16; k++)
            acc += x[i + k] * x[k];
        y[i] = acc >> 4;
    }
#pragma naas name(wide)
    for (int k = 0; k < 32; k++)
        sum += f[k] * f[k];
}
END
strict='-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wdouble-promotion -Wfloat-equal -Wcast-qual -Wvla -Wundef -pedantic -std=c99'
for target in sim native; do
    "$naascc" -w -Rnaas -fnaas-target=$target -c narrow.c -o narrow.o 2>remarks
    contains remarks "nest 'narrow'"
    $cc $strict -Wno-unknown-pragmas -fno-diagnostics-show-caret -c narrow.c -o narrow.o 2>&1 | grep warning: >plain.warnings
    "$naascc" $strict -Wno-unknown-pragmas -fno-diagnostics-show-caret -fnaas-target=$target -c narrow.c -o narrow.o 2>&1 | grep warning: | grep -v 'not mapped' >mapped.warnings
    expect "the same strict warnings, $target" diff plain.warnings mapped.warnings
done
[ -s plain.warnings ] || fail 'strict warnings: there are none to compare'

"$naascc" -g lines.c -o lines || fail 'does not build'
[ "$(./lines)" = '14 lines.c' ] || fail "__LINE__ and __FILE__: $(./lines)"
if command -v addr2line >/dev/null && command -v nm >/dev/null; then
    address=$(nm lines | awk '$3 == "line" { print $1 }')
    case $(addr2line -e lines "$address") in
    */lines.c:14) ;;
    *) fail "debug information: $(addr2line -e lines "$address")" ;;
    esac
fi
# A debugger stops at the nest, and goes on behind it.
if command -v gdb >/dev/null && [ -z "$HOST_FLAGS" ]; then
    gdb -nx -batch -iex 'set debuginfod enabled off' -ex 'break scale' -ex run -ex next -ex next lines </dev/null >stepped 2>&1
    if grep -q '^Breakpoint 1, scale' stepped; then
        [ "$(sed -n 's/^Breakpoint 1, scale.*lines\.c:\([0-9]*\)$/\1/p; s/^\([0-9]*\)\t.*/\1/p' stepped | tr '\n' ' ')" = '6 6 12 13 ' ] ||
            { fail 'the lines that gdb stops at'; cat stepped >&2; }
    else
        echo 'skipped: gdb cannot run programs here'
    fi
fi
if command -v readelf >/dev/null; then
    readelf --debug-dump=info lines >debug
    contains debug lines.c
    lacks debug naascc-
fi
finish
