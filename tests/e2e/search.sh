#!/bin/sh
# naas search from the command line: what it prints and leaves, that threads, database and interruptions change nothing, and that a
# database that fails costs a message only. Mappings of naascc come from the same database.
#
# NAAS_SEED chooses the moments at which searches are killed.
. "$(dirname "$0")/lib.sh"
naas=$bin/naas
cd "$work" || exit 1
seed=${NAAS_SEED:-$(date +%s)}
echo "NAAS_SEED=$seed"
cat >net.json <<'END2'
{"format": 1, "kind": "network", "name": "two", "layers": [
  {"name": "wide", "C": 16, "K": 24, "H": 14, "R": 3, "pad": 1, "count": 3},
  {"name": "deep", "C": 32, "K": 8, "H": 7}]}
END2
small='--generations 3 --population 5 --evaluations 60'
set -- --network net.json --budget eyeriss $small

# What it prints and leaves; lines when piped, nothing with --quiet.
status 0 "$naas" search "$@" -o one --threads 1 --db none
for word in 'budget of eyeriss' wide deep 'baseline, mappings searched' 'baseline, own dataflow' 'Pareto front'; do
    contains out "$word"
done
contains err 'generation 3 of 3'
contains err ' evaluations/s'
[ "$(grep -c '^generation' err)" -eq 3 ] || fail 'not one line of progress for each generation'
lacks err "$(printf '\r')"
if command -v script >/dev/null; then
    script -qec "'$naas' search --network net.json --budget eyeriss $small --db none" typescript >/dev/null 2>&1 </dev/null
    contains typescript "$(printf '\r')"
    contains typescript 's left'
fi
for file in accelerator.json run.json candidates.csv history.csv mappings/00-wide.json mappings/01-deep.json; do
    [ -s one/$file ] || fail "no $file"
done
status 0 "$naas" eval net.json one/accelerator.json one/mappings/00-wide.json --nest wide
status 0 "$naas" search "$@" --quiet --db none --json
[ ! -s err ] || fail '--quiet says something'
contains out '"complete": true'

# Neither threads nor database change a byte; of the record, the arguments differ.
same() {
    for file in accelerator.json candidates.csv history.csv mappings/00-wide.json mappings/01-deep.json; do
        cmp "one/$file" "$1/$file" || return 1
    done
}
for threads in 2 3; do
    status 0 "$naas" search "$@" -o "t$threads" --threads $threads --db some.db --quiet
    expect "$threads threads" same t$threads
done
status 0 "$naas" db some.db
contains out ' mappings of this version, 0 of others'

# Killed at a random moment, several times, with and without what the database remembers: the same in the end.
kills=0
takes "$naas" search "$@" -o timed --db none --quiet
for run in 1 2 3; do
    database=killed$run.db
    [ $run -eq 3 ] && database=none
    "$naas" search "$@" -o killed$run --db $database --quiet >/dev/null 2>&1 &
    pid=$!
    for n in 1 2 3; do
        sleep "$(moment "$seed" $((run * 10 + n)))"
        kill -KILL $pid 2>/dev/null && kills=$((kills + 1))
        wait $pid 2>/dev/null
        [ -e killed$run/run.json ] || break
        "$naas" search --resume killed$run --quiet >/dev/null 2>&1 &
        pid=$!
    done
    wait $pid 2>/dev/null
    if [ -e killed$run/run.json ]; then
        status 0 "$naas" search --resume killed$run --quiet
    else
        status 0 "$naas" search "$@" -o killed$run --db $database --quiet
    fi
    expect "killed, seed $seed, run $run" same killed$run
    contains killed$run/run.json '"complete": true'
done
[ $kills -gt 0 ] || fail 'nothing was killed'

# Several at once on one new file.
for n in 1 2 3; do
    "$naas" search "$@" -o shared$n --db shared.db --quiet >/dev/null 2>shared$n.err &
done
wait
for n in 1 2 3; do
    expect "three at once, $n" same shared$n
    [ ! -s shared$n.err ] || { fail 'three at once: a message'; cat shared$n.err >&2; }
done

# A database that is none, one that is damaged later, and a full disk.
echo nonsense >bad.db
status 0 "$naas" search "$@" -o bad --db bad.db --quiet
contains err 'going on without it'
expect 'a damaged database' same bad
contains bad.db nonsense
status 1 "$naas" db bad.db
contains err bad.db
(trap '' XFSZ && ulimit -f 40 && "$naas" search "$@" -o full --db full.db --quiet >out 2>err) || fail 'a full disk'
contains err 'going on without it'
expect 'a full disk' same full

# Several networks and a C file; objectives, limits, encodings, ablations.
status 0 "$naas" search --network net.json --network "$root/examples/lenet5.c" --budget nvdla-256 $small --quiet --db none
contains out lenet5.c
contains out two
for options in '--objective latency' '--objective energy=1,delay=2,area=0.5' '--max-area 1.2' --sizing-only \
    '--sizing-only --fixed-mapping' '--encoding index --mapping-strategy cma-es --mapping-space naas' '--strategy random'; do
    status 0 "$naas" search "$@" $options --quiet --db none
    contains out 'mappings searched'
done
status 1 "$naas" search "$@" --max-cycles 1 --quiet --db none
contains err limits

# Mistakes.
status 2 "$naas" search --budget eyeriss
contains err --network
status 2 "$naas" search --network net.json
contains err --budget
status 2 "$naas" search "$@" --generations none
contains err none
status 2 "$naas" search "$@" --objective speed
contains err speed
status 1 "$naas" search --network nonesuch --budget eyeriss
contains err nonesuch
status 1 "$naas" search --resume nowhere
contains err nowhere
status 2 "$naas" db --fast
for kind in accelerators networks technologies; do
    status 0 "$naas" --list-$kind
    [ -s out ] || fail "--list-$kind lists nothing"
done

# naascc: a second compile of an unchanged nest finds its mapping, another one does not, and the code is the same without.
rows() { "$naas" db "$1" | sed -nE 's/.*: ([0-9]+) mappings of this version.*/\1/p'; }
for n in 1 2; do
    "$naascc" -fnaas-db=cc.db -fnaas-dump=mapping "$root/examples/conv2d.c" >mapping$n || fail "compile $n"
    [ "$(rows cc.db)" = 1 ] || fail "compile $n: $(rows cc.db) mappings are remembered, not 1"
done
"$naascc" -fnaas-db=none -fnaas-dump=mapping "$root/examples/conv2d.c" >mapping3
expect 'the database changes no mapping' cmp mapping1 mapping2
expect 'nor does doing without' cmp mapping1 mapping3
"$naascc" -fnaas-db=cc.db -c "$root/examples/depthwise.c" -o depthwise.o
[ "$(rows cc.db)" = 2 ] || fail 'another nest is not remembered'
"$naascc" -fnaas-db=bad.db -c "$root/examples/conv2d.c" -o conv2d.o 2>err || fail 'a damaged database breaks a compile'
contains err 'the database of mappings cannot be used'

# What is damaged is made anew when told so, if it was ours: by what is left of it, or by where it lies.
cp bad.db noise.db
status 1 "$naas" db --clear noise.db
expect 'noise is kept' cmp bad.db noise.db
damage() { dd if=/dev/urandom of="$1" bs=4096 seek="$2" count=1 conv=notrunc 2>/dev/null; }
damage cc.db 1
status 1 "$naas" db cc.db
contains err malformed
status 0 "$naas" db --clear cc.db
contains out ' 0 mappings of this version'
usual=$XDG_CACHE_HOME/naas/naas.db
"$naascc" -c "$root/examples/conv2d.c" -o conv2d.o || fail 'a compile'
damage "$usual" 0
status 1 "$naas" db --prune
status 0 "$naas" db --clear
contains out ' 0 mappings of this version'
"$naascc" -c "$root/examples/conv2d.c" -o conv2d.o || fail 'a compile'
[ "$(rows "$usual")" = 1 ] || fail 'nothing is remembered after clearing'

# What is searched for, and how long: the least cycles, the least energy, and more evaluations than quick's.
predicted() { # AWK-EXPRESSION of $1 cycles, $2 uJ; OPTION...
    shown=$1
    shift
    "$naascc" -fnaas-db=none -Rnaas "$@" -c "$root/examples/conv2d.c" -o conv2d.o 2>&1 |
        sed -nE 's/.*predicted ([0-9]+) cycles, ([0-9.]+) uJ.*/\1 \2/p' | awk "{ print $shown }"
}
less() { # WHAT A B: A < B
    awk "BEGIN { exit !($2 < $3) }" || fail "$1: $2 is not below $3"
}
less '-fnaas-objective=latency' "$(predicted '$1' -fnaas-objective=latency)" "$(predicted '$1' -fnaas-objective=energy)"
less '-fnaas-objective=energy' "$(predicted '$2' -fnaas-objective=energy)" "$(predicted '$2' -fnaas-objective=latency)"
less '-fnaas-effort=thorough' "$(predicted '$1*$2' -fnaas-effort=thorough)" "$(predicted '$1*$2' -fnaas-effort=quick)"
"$naascc" -fnaas-db=none -fnaas-effort=quick -fnaas-seed=1 -fnaas-dump=mapping "$root/examples/conv2d.c" >mapping1
"$naascc" -fnaas-db=none -fnaas-effort=quick -fnaas-seed=2 -fnaas-dump=mapping "$root/examples/conv2d.c" >mapping2
! cmp -s mapping1 mapping2 || fail '-fnaas-seed= changes nothing'

"$naascc" -fnaas-budget=eyeriss -fnaas-db=link.db "$root/examples/conv2d.c" -o linked || fail 'link with a budget'
before=$(rows link.db)
[ "${before:-0}" -gt 10 ] || fail 'a search at the link remembers nothing'
"$naascc" -fnaas-budget=eyeriss -fnaas-db=link.db "$root/examples/conv2d.c" -o again
[ "$(rows link.db)" = "$before" ] || fail 'the second link searches again'
same_bits 'the same program again' linked again
finish
