#!/bin/sh
# A nest that cannot be mapped is compiled as it is, with a warning at its place; -Werror=naas makes that an error.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

cat >indirect.c <<'END'
#include <stdio.h>
static float x[64], y[8];
static const int offset[8] = {3, 1, 4, 1, 5, 9, 2, 6};
int main(void)
{
    for (int i = 0; i < 64; i++)
        x[i] = (float)i;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < 8; k++)
            y[i] += x[i + offset[k]];
    printf("%g %g\n", y[0], y[7]);
    return 0;
}
END
$cc -w indirect.c -o plain && ./plain >plain.out
"$naascc" -w indirect.c -o refused 2>warnings || fail 'a refused nest must still compile'
./refused >refused.out
expect 'a refused nest runs as written' cmp plain.out refused.out
grep -qE '^indirect\.c:[0-9]+:[0-9]+: warning: ' warnings || { fail 'no located warning'; cat warnings >&2; }
grep -q '\^' warnings || fail 'no caret'
lacks warnings remark:

refuse '-Werror=naas' "$naascc" -w -Werror=naas -c indirect.c -o error.o
grep -qE '^indirect\.c:[0-9]+:[0-9]+: error: ' .expect || { fail 'no located error'; cat .expect >&2; }
[ ! -e error.o ] || fail '-Werror=naas leaves an object'
expect '-fno-naas says nothing' "$naascc" -w -Werror=naas -fno-naas -c indirect.c -o none.o
[ ! -s .expect ] || { fail '-fno-naas says something'; cat .expect >&2; }

# Whatever the front end refuses compiles to what the plain compiler makes of it.
for file in "$here"/../frontend/refuse/*.c; do
    name=$(basename "$file" .c)
    expect "cc $name" $cc -w -c "$file" -o plain.o || continue
    expect "naascc $name" "$naascc" -w -c "$file" -o refused.o
    [ "$(grep -c '^ *^' .expect)" -gt 0 ] || fail "$name: no caret"
    same_bits "$name compiles unchanged" plain.o refused.o
done

# What clang cannot read, the host compiler still may.
cat >nested.c <<'END'
float x[4], y;
int main(void)
{
    int twice(int i) { return 2 * i; }
#pragma naas
    for (int i = 0; i < 4; i++)
        y += x[i];
    return twice(0);
}
END
if $cc -w -c nested.c -o plain.o 2>/dev/null; then
    expect 'code that only gcc takes' "$naascc" -w nested.c -o nested
    contains .expect 'nested.c:4:22: warning: no nest is mapped: the file cannot be read: function definition is not allowed here'
    expect 'code that only gcc takes runs' ./nested
fi

# A mistake of the user's is reported as ever.
cat >wrong.c <<'END'
float x[4], y;
void f(void)
{
#pragma naas
    for (int i = 0; i < 4; i++)
        y += x[i];
    return missing;
}
END
"$naascc" -fno-diagnostics-show-caret -c wrong.c -o wrong.o 2>errors && fail 'wrong code compiles'
$cc -fno-diagnostics-show-caret -c wrong.c -o wrong.o 2>plain.errors
expect 'the same errors as of the host compiler' diff plain.errors errors

# Accelerators: a name nobody knows, a broken file, one beside the source.
cat >dot.c <<'END'
float x[64], w[64], y;
void dot(void)
{
#pragma naas accel("missing.json")
    for (int i = 0; i < 64; i++)
        y += x[i] * w[i];
}
END
refuse 'an accelerator that is not there' "$naascc" -c dot.c -o dot.o
contains .expect missing.json
refuse 'an unknown accelerator' "$naascc" -fnaas-accel=nonesuch -c dot.c -o dot.o
contains .expect nonesuch
expect 'the command line wins over the pragma' "$naascc" -fnaas-accel=default -Werror=naas -c dot.c -o dot.o
echo '{"format": 1, "kind": "accelerator", "levels": 3}' >missing.json
refuse 'a broken accelerator' "$naascc" -c dot.c -o dot.o
contains .expect missing.json:1:
sed 's/"capacity": "[^"]*"/"capacity": 1/' "$root/examples/accelerators/default.json" >tiny.json
"$naascc" -fnaas-accel=tiny.json -c dot.c -o dot.o 2>warnings || fail 'an accelerator that is too small must not stop the build'
contains warnings "dot.c:5:5: warning: nest 'dot_5' not mapped: level "
contains warnings 'too small'
refuse 'an accelerator that is too small, -Werror=naas' "$naascc" -Werror=naas -fnaas-accel=tiny.json -c dot.c -o dot.o
mkdir -p deep
cp dot.c deep/dot.c
cp "$root/examples/accelerators/default.json" deep/missing.json
expect 'the pragma names a file beside the source' "$naascc" -Werror=naas -c deep/dot.c -o dot.o
finish
