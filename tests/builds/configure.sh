#!/bin/sh
# An autoconf project: made by autoconf where it is installed, else the questions that its ./configure asks a compiler.
. "$(dirname "$0")/lib.sh"
need make
if command -v autoconf >/dev/null; then
    expect 'autoconf' autoconf
else
    cat >configure <<'END2'
#!/bin/sh
# Does it work, does it cross-compile, which suffixes, is a missing header or function found missing?
try() { printf '%s\n' "$1" >conftest.c && shift && "$CC" "$@" conftest.c >conftest.out 2>&1; }
try 'int main(void) { return 0; }' || { echo "$CC cannot create programs"; exit 77; }
[ -f a.out ] && ./a.out || { echo "$CC makes programs that do not run"; exit 1; }
try 'int main(void) { return 0; }' -c && [ -f conftest.o ] || { echo 'no object files'; exit 1; }
"$CC" --version >/dev/null && "$CC" -v >/dev/null 2>&1 || { echo 'no version'; exit 1; }
"$CC" -E conftest.c >/dev/null || { echo 'no preprocessor'; exit 1; }
try '#include <stdint.h>' -c || { echo 'stdint.h is missing'; exit 1; }
try '#include <no_such_header.h>' -c && { echo 'a missing header is found'; exit 1; }
try 'char no_such_function(void); int main(void) { return no_such_function(); }' && { echo 'a missing function is found'; exit 1; }
rm -f conftest* a.out
sed "s|@CC@|$CC|; s|@EXEEXT@||" settings.mk.in >settings.mk
END2
    chmod +x configure
fi
expect './configure' env CC="$naascc" ./configure
contains settings.mk "$naascc"
expect 'make' make CC="$(sed -n 's/^CC = //p' settings.mk)"
right ./prog
finish
