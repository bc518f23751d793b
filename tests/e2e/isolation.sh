#!/bin/sh
# Whatever happens to naascc1, the file is compiled: it crashes, hangs, is missing, writes nothing, or nonsense.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
mkdir -p tree/bin tree/libexec/naascc tmp
cp "$naascc" tree/bin/naascc
printf '#pragma naas\nint main(void) { return 0; }\n' >main.c
export TMPDIR="$work/tmp"

# with_naascc1 SCRIPT: puts a shell script in the place of naascc1.
with_naascc1() {
    printf '#!/bin/sh\n%s\n' "$1" >tree/libexec/naascc/naascc1
    chmod +x tree/libexec/naascc/naascc1
}

# still_builds WHAT REASON [OPTION]: one warning that gives the reason, and a program that works.
still_builds() {
    rm -f main
    tree/bin/naascc $3 main.c -o main 2>warnings || fail "$1: does not build"
    ./main || fail "$1: does not run"
    contains warnings "$2"
    [ "$(grep -c warning: warnings)" -eq 1 ] || { fail "$1: not one warning"; cat warnings >&2; }
    [ -z "$(ls -A tmp)" ] || fail "$1: leaves $(ls -A tmp)"
}

still_builds 'naascc1 is missing' 'main.c: warning: no nest is mapped'
with_naascc1 'kill -SEGV $$'
still_builds 'naascc1 crashes' 'naascc1 crashed (Segmentation fault)'
with_naascc1 'kill -ABRT $$'
still_builds 'naascc1 aborts' 'naascc1 crashed (Aborted)'
with_naascc1 'exec sleep 30'
still_builds 'naascc1 hangs' 'it took more than 1 seconds' -fnaas-timeout=1
with_naascc1 'exit 99'
still_builds 'naascc1 ends strangely' 'did not run to its end'
refuse 'a crash under -Werror=naas' tree/bin/naascc -Werror=naas main.c -o main

# Nor does a translation that does not compile break a build: behind its errors stands the warning.
with_naascc1 'echo "int main(" >"$2/main.c"'
rm -f main
expect 'a broken translation' tree/bin/naascc -MD -MF deps main.c -o main
contains .expect 'main.c: warning: no nest is mapped: the translation does not compile'
./main || fail 'the program as it was written does not run'
contains deps 'main.c'
refuse 'a broken translation under -Werror=naas' tree/bin/naascc -Werror=naas main.c -o main
echo 'int main(' >wrong.c
with_naascc1 'echo "int main(" >"$2/wrong.c"'
refuse 'a broken translation of a broken file' tree/bin/naascc wrong.c -o main

# An interrupt ends naascc by that signal, its child too, and leaves nothing.
with_naascc1 'echo $$ >pid; exec sleep 30'
tree/bin/naascc main.c -o main 2>/dev/null &
wrapper=$!
while [ ! -s pid ]; do sleep 0.05; done
kill -TERM $wrapper
wait $wrapper
[ $? -eq 143 ] || fail 'SIGTERM does not end naascc'
sleep 0.1
kill -0 "$(cat pid)" 2>/dev/null && fail 'SIGTERM does not reach naascc1'
[ -z "$(ls -A tmp)" ] || fail "SIGTERM leaves $(ls -A tmp)"

# Nor does it outlive naascc when that is killed, nor do compilers.
cat >slow <<'END'
#!/bin/sh
echo $$ >host_pid
exec sleep 30
END
chmod +x slow
outlives() { # WHAT WRAPPER PID: kills the wrapper, and waits for the end of the other
    kill -KILL "$2" && wait "$2"
    for tick in 1 2 3 4 5 6 7 8 9 10; do
        state=$(sed 's/.*) //' "/proc/$3/stat" 2>/dev/null)
        case $state in '' | Z*) return ;; esac # there may be nobody to wait for it
        sleep 0.1
    done
    fail "$1 outlives naascc"
    kill -KILL "$3"
}
rm -f pid
tree/bin/naascc main.c -o main 2>/dev/null &
wrapper=$!
while [ ! -s pid ]; do sleep 0.05; done
outlives naascc1 $wrapper "$(cat pid)"
with_naascc1 'cp "$1" "$2/main.c"; exit 0'
NAAS_CC=$work/slow tree/bin/naascc main.c -o main 2>/dev/null &
wrapper=$!
while [ ! -s host_pid ]; do sleep 0.05; done
outlives 'the compiler' $wrapper "$(cat host_pid)"
rm -f host_pid
NAAS_CC=$work/slow "$naascc" -c main.c -o main.o 2>/dev/null & # naascc1 asks it for its macros
wrapper=$!
while [ ! -s host_pid ]; do sleep 0.05; done
outlives 'what naascc1 asks' $wrapper "$(cat host_pid)"
rm -rf tmp/*
finish
