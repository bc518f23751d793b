#!/bin/sh
# mpirun -n N naas map|search: the same bytes as from one process, for any N and any number of threads.
# Usage: ranks.sh BIN. NAAS_SEED chooses the seeds of the searches.
. "$(dirname "$0")/lib.sh"

# same A B: folders of results, byte for byte but for the record.
same() {
    [ "$(cd "$1" && find . -type f | sort)" = "$(cd "$2" && find . -type f | sort)" ] || return 1
    (cd "$1" && find . -type f ! -name run.json) | while read -r file; do
        cmp "$1/$file" "$2/$file" || exit 1
    done
}

# total FILE MEMBER: summed over the ranks.
total() { grep -o "\"$2\": [0-9.]*" "$1" | awk '{ n += $2 } END { print n }'; }

# naas map: text, CSV and JSON.
for options in '' --csv '--json --strategy exact --nodes 2000'; do
    set -- map net.json eyeriss --seed "$seed" --evaluations 300 $options
    status 0 "$naas" "$@"
    mv out alone
    for n in 2 3; do
        [ $n -eq 2 ] || [ -z "$options" ] || continue
        status 0 ranks $n "$naas" "$@" --threads $((n % 2 + 1))
        expect "naas map $options, $n ranks" cmp alone out
        [ ! -s err ] || { fail "naas map $options, $n ranks says something"; cat err >&2; }
    done
done

# naas search: what it prints, and every file.
set -- search --network net.json --budget eyeriss --generations 3 --population 5 --evaluations 60 --seed "$seed"
status 0 "$naas" "$@" -o one --threads 1 --db one.db --quiet
mv out one.out
searched=$("$naas" db one.db | sed -E 's/.*: ([0-9]+) mappings.*/\1/')
lacks one/run.json '"ranks"'
for setup in '1 2' '2 1' '3 2' '17 2'; do # of 17, rank 0 only passes on
    n=${setup% *} threads=${setup#* }
    status 0 ranks $n "$naas" "$@" -o r$n --threads $threads --db r$n.db
    expect "naas search, $n ranks of $threads threads" same one r$n
    expect "naas search, $n ranks of $threads threads: printed" cmp one.out out
    [ "$(grep -c '^generation' err)" -eq 3 ] || fail "$n ranks: not one line of progress for each generation"
    [ $n -eq 1 ] && continue
    # Every search was made once, by somebody, and the record says by whom.
    [ "$(grep -c '"rank":' r$n/run.json)" -eq $n ] || fail "$n ranks are not in the record"
    [ "$(total r$n/run.json searches)" = "$searched" ] ||
        fail "$n ranks: $(total r$n/run.json searches) searches, one process made $searched"
    [ "$(total r$n/run.json messages)" -gt 0 ] || fail "$n ranks: no messages"
    status 0 "$naas" report r$n
    contains out "<p>$n processes worked together"
    [ "$(grep -c '^<tr><th>[0-9]*</th><td class="n">' out)" -eq $n ] || fail "$n ranks: not in the report"
done

# naas nas, whose accuracies come from a program that is no rank though a rank runs it.
printf '#!/bin/sh\n"%s" --version >>child.out\nexec awk "{ print 60 + log(\\$2) }"\n' "$naas" >child
chmod +x child
set -- nas --space space.json --budget eyeriss --min-accuracy 73 --accuracy '|./child' --generations 2 --population 4 \
    --subnet-generations 1 --subnet-population 4 --evaluations 10 --front 2 --seed "$seed" --quiet
status 0 "$naas" "$@" -o nas1 --db none
mv out nas.out
rm child.out
status 0 ranks 2 "$naas" "$@" -o nas2 --db none --threads 1
expect 'naas nas' same nas1 nas2
expect 'naas nas: printed' cmp nas.out out
[ "$(grep -c '"rank":' nas2/run.json)" -eq 2 ] || fail 'naas nas: not two ranks in the record'
[ "$(sort -u child.out)" = "$("$naas" --version)" ] || fail 'what a rank runs takes itself for a rank'

# naas campaign, all rows at once: the same files and tables.
cat >c.json <<'END'
{"format": 1, "kind": "campaign", "name": "small", "options": {"generations": 2, "population": 4, "evaluations": 40},
 "rows": [{"budgets": ["eyeriss", "nvdla-256"], "networks": ["net.json"]}]}
END
status 0 "$naas" campaign c.json -o campaign1 --threads 1 --quiet
mv out campaign.out
status 0 ranks 2 "$naas" campaign c.json -o campaign2 --threads 1 --quiet
expect 'naas campaign: printed' cmp campaign.out out
[ "$(grep -c '"rank":' campaign2/ranks.json)" -eq 2 ] || fail 'naas campaign: not two ranks in ranks.json'
[ ! -e campaign1/ranks.json ] || fail 'naas campaign: ranks of one process'
contains campaign2/report.html '<p>2 processes worked together'
lacks campaign1/report.html 'processes worked together'
for file in campaign.csv campaign.json $(cd campaign1 && ls rows/*/*.csv rows/*/accelerator.json rows/*/mappings/*); do
    expect 'naas campaign' cmp "campaign1/$file" "campaign2/$file"
done

# The scripts that are shipped: a hostfile's machines; Slurm's cannot be tried here.
echo 'localhost slots=2' >hosts
set -- --network net.json --budget eyeriss --generations 3 --population 5 --evaluations 60 --seed "$seed" --db script.db --threads 1 --quiet
status 0 env PATH="$bin:$PATH" OMPI_MCA_rmaps_base_oversubscribe=1 timeout 120 sh "$root/examples/cluster/search.sh" hosts script "$@"
expect 'search.sh' same one script
status 0 env PATH="$bin:$PATH" OMPI_MCA_rmaps_base_oversubscribe=1 timeout 120 sh "$root/examples/cluster/search.sh" hosts script
expect 'search.sh, again' same one script
[ "$(total script/run.json searches)" -eq 0 ] || fail 'search.sh searches again what was finished'
sh -n "$root/examples/cluster/campaign.sbatch" || fail "Slurm's script is no shell script"

# A command that searches nothing, a mistake, and help: once, from rank 0, and with its exit status.
status 0 ranks 3 "$naas" show net.json --nest deep
[ "$(grep -c deep out)" -ge 1 ] || fail 'naas show shows nothing'
cp out three
status 0 "$naas" show net.json --nest deep
expect 'naas show, 3 ranks' cmp out three
ranks 2 "$naas" search --budget eyeriss >out 2>err
[ $? -eq 2 ] || fail 'a wrong command line: not status 2'
[ "$(grep -c 'naas: error:' err)" -eq 1 ] || fail 'a mistake is not named once'
status 0 ranks 2 "$naas" search --help
contains out --hang-timeout

# Without MPI: said once, and nothing is done N times.
mkdir -p plain/bin && cp "$naas" plain/bin/
OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=3 plain/bin/naas --version >out 2>err
[ $? -eq 1 ] || fail 'without MPI: not status 1'
contains err 'built without MPI'
OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=3 plain/bin/naas --version >out 2>err
[ $? -eq 1 ] || fail 'without MPI, rank 2: not status 1'
[ ! -s err ] && [ ! -s out ] || fail 'without MPI, rank 2 speaks'
status 0 env OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1 plain/bin/naas --version

# naas itself does not depend on MPI, nor does naascc.
for program in naas naascc; do
    ldd "$bin/$program" >libraries 2>/dev/null && lacks libraries libmpi
done
finish
