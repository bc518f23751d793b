#!/bin/sh
# How searches of accelerators scale: measured on this machine with 1 and 2 ranks beside 1 and 2 threads, then simulated for
# thousands of ranks from what was measured. docs/cluster.md has what it printed.
#
#     sh tests/bench/scale/run.sh BUILD_FOLDER [quick]
#
# quick: one short search instead of the rows of the shipped campaign, to see that all works: seconds instead of five minutes. The
# figures want an idle machine with two processors.
build=$(cd "${1:?the build folder}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
naas=$build/bin/naas
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none TMPDIR="$work"
${CC:-cc} -O2 -D_GNU_SOURCE -o simulate "$here/simulate.c" "$here/heap.c" -lm &&
    ${MPICC:-mpicc} -O2 -D_GNU_SOURCE -I"$root" -o passing "$here/passing.c" "$build/lib/libnaas_cluster.a" \
        "$build/lib/libnaas_accelsearch.a" "$build/lib/libnaas_support.a" -lcjson -lsqlite3 -lpthread -lm &&
    ${CC:-cc} -O2 -ffp-contract=off -D_GNU_SOURCE -I"$root" -o trace "$here/trace.c" "$build/lib/libnaas_accelsearch.a" \
        "$build/lib/libnaas_support.a" -lcjson -lsqlite3 -lpthread -lm || exit 1

# The rows of the campaign, as BUDGET:NETWORK,NETWORK,... and what it searches with.
campaign=$root/examples/campaigns/paper.json
rows=$(sed -nE 's/.*"budgets": \["([^"]*)"\], "networks": \[\[([^]]*)\]\].*/\1:\2/p' "$campaign" | tr -d '" ')
option() { sed -nE "s/.*\"options\":.*\"$1\": ([0-9]+).*/\1/p" "$campaign"; }
generations=$(option generations) population=$(option population) evaluations=$(option evaluations)
one=nvdla-1024:resnet50
[ "$2" = quick ] && { rows=$one generations=2; }

echo "## Traced: $(echo "$rows" | wc -l) searches, $generations generations of $population, $evaluations evaluations"
./trace "$root/examples" trace.db "$generations" "$population" "$evaluations" $rows >trace.txt || exit 1
awk '
    $1 == "dataflow" { print > "dataflows"; sum += $2 }
    $1 == "batch" { before += $2; for (i = 4; i <= NF; i += 2) { n++; sum += $i; print $i > "jobs" } }
    END { printf "%d jobs, %.1f s in jobs, %.3f s between batches\n", n, sum, before }' trace.txt
sort -g jobs | awk '{ t[NR] = $1 }
    END { split("0 10 50 90 99 100", p, " ")
          for (i = 1; i in p; i++) { k = int(p[i] / 100 * (NR - 1)) + 1; printf "%s%% of the jobs within %.4f s\n", p[i], t[k] } }'

# measure RANKS THREADS EVALUATIONS GENERATIONS: seconds that the search of `one` takes, into $seconds; its record in out/run.json.
now() { date +%s.%N; }
measure() {
    rm -rf out m.db*
    mpi=
    [ "$1" = 1 ] || mpi="mpirun --oversubscribe --bind-to none -n $1"
    begin=$(now)
    $mpi "$naas" search --network resnet50 --budget nvdla-1024 --generations "$4" --population "$population" --evaluations "$3" \
        --threads "$2" --db m.db --quiet -o out >/dev/null || exit 1
    seconds=$(echo "$(now) $begin" | awk '{ print $1 - $2 }')
    inner=$(sed -nE 's/^  "seconds": ([0-9.]+),/\1/p' out/run.json) # without starting the ranks
    starting=0
    [ -z "$inner" ] || { starting=$(echo "$seconds $inner" | awk '{ print $1 - $2 }'); seconds=$inner; }
}

echo
echo '## What a job costs rank 0, with two other ranks and mappings of one evaluation'
# passing ROWS BATCHES CANDIDATES LAYERS: the line that the program prints.
passing() {
    rm -f p.db*
    mpirun --oversubscribe --bind-to none -n 3 ./passing "$root/examples" p.db "$@" || exit 1
}
passing 4 15 24 100 >many.txt # thousands of jobs wait: many in a message
passing 1 2000 1 2 >few.txt   # two at a time: one in a message
cat many.txt few.txt | awk '
    { messages[NR] = $2; admit[NR] = $4; pass[NR] = $5; keep[NR] = $6
      printf "%d jobs, %.2f messages and %d bytes each: %.1f us to look it up and queue it, %.1f us to pass it on and take its result, %.1f us to keep it\n",
          $1, $2, $3, $4 * 1e6, $5 * 1e6, $6 * 1e6 > "/dev/stderr" }
    END { message = (pass[2] - pass[1]) / (messages[2] - messages[1])
          if (message < 0) message = 0
          printf "message=%g pass=%g keep=%g admit=%g\n", message, pass[1] - message * messages[1], keep[1], admit[1] }' >costs 2>&1
sed '$d' costs
costs=$(tail -n 1 costs)
echo "so simulated with: $costs (seconds)"

echo
echo "## Measured and simulated: ResNet-50 within nvdla-1024, $generations generations"
./trace "$root/examples" one.db "$generations" "$population" "$evaluations" $one >one.txt || exit 1
echo '| ranks | threads of each | seconds | efficiency | simulated | error |'
echo '|---|---|---|---|---|---|'
for setup in '1 1' '1 2' '2 1'; do
    ranks=${setup% *} threads=${setup#* }
    measure "$ranks" "$threads" "$evaluations" "$generations"
    [ "$setup" = '1 1' ] && alone=$seconds
    ./simulate $costs threads="$threads" "$ranks" <one.txt | awk -v ranks="$ranks" -v threads="$threads" -v s="$seconds" -v alone="$alone" '
        NR == 2 { printf "| %d | %d | %.2f | %.1f %% | %.2f | %+.1f %% |\n", ranks, threads, s, 100 * alone / (s * ranks * threads), $3, 100 * ($3 / s - 1) }'
done

many='16 64 256 1024 4096'
table() { # RANKS TITLE OPTIONS...
    echo
    echo "## Simulated: $2"
    ranks=$1
    shift 2
    ./simulate $costs "$@" $ranks <trace.txt
}
table "$many" 'the rows of the campaign, one after the other' rows=1
table "$many" 'all rows at once'
table "$many" 'all rows at once, 10 times the population' population=10
table "$many" 'all rows at once, 10 times the evaluations' effort=10
table "$many" 'all rows at once, 30 times the evaluations' effort=30
[ "$2" = quick ] && exit
table '64 1024' 'with 20 seeds (100 rows), 10 times the evaluations' copies=20 effort=10
table '64 1024 4096' 'with 20 seeds, 30 times the evaluations and twice the population: the campaign paper-large' copies=20 effort=30 population=2
table '64' 'the same, on ranks of 16 threads' threads=16 copies=20 effort=30 population=2
