#!/bin/sh
# Ranks that are killed at random moments or hang, and a full disk on rank 0: the job ends with a message that says how to go on,
# and --resume ends with the same result, without searching again what was finished. Usage: faults.sh BIN [COUNT]
#
# NAAS_SEED chooses ranks and moments; COUNT kills are tried (3).
. "$(dirname "$0")/lib.sh"
count=${2:-3}
export OMPI_MCA_btl=self,tcp # shared memory is a file, which a limit of files' size would forbid

# random N: in [0, 1), the N-th of the seed.
random() { awk -v seed="$seed" -v n="$1" 'BEGIN { srand(seed % 100000 * 101 + n); rand(); printf "%.3f", rand() }'; }
of() { awk -v x="$1" -v n="$2" 'BEGIN { printf "%d", x * n }'; }
rows() { "$naas" db "$1" 2>/dev/null | sed -nE 's/.*: ([0-9]+) mappings of this version.*/\1/p; s/.*nothing is remembered/0/p'; }
total() { grep -o "\"$2\": [0-9.]*" "$1" | awk '{ n += $2 } END { print n + 0 }'; }
same() {
    for file in accelerator.json candidates.csv history.csv mappings/00-wide.json mappings/01-odd.json mappings/02-deep.json; do
        cmp "one/$file" "$1/$file" || return 1
    done
}
# start N COMMAND...: the ranks in the background; pid.R has the number of the process of rank R.
start() {
    n=$1
    shift
    rm -f pid.*
    ranks "$n" sh -c 'echo $$ >pid.$OMPI_COMM_WORLD_RANK.new && mv pid.$OMPI_COMM_WORLD_RANK.new pid.$OMPI_COMM_WORLD_RANK; exec "$@"' \
        sh "$@" >out 2>err &
    job=$!
    for tick in $(seq 100); do
        [ -e "pid.$((n - 1))" ] && [ -e pid.0 ] && return 0
        sleep 0.05
    done
    fail 'the ranks do not start'
}

# kill_one TRY ALL COMMAND...: one rank of 2 to 4 is killed at a random moment, when so many of ALL mappings are finished, or the
# job is. Leaves in $got its exit status, in $before the mappings that were finished then; COMMAND searches into $folder.
kill_one() {
    try=$1 all=$2
    shift 2
    n=$((2 + $(of "$(random $((try * 4)))" 3)))
    rank=$(of "$(random $((try * 4 + 1)))" $n)
    start $n "$naas" "$@" -o $folder --db $folder.db --quiet
    moment=$(of "$(random $((try * 4 + 2)))" "$all")
    while kill -0 $job 2>/dev/null && [ "$(rows $folder.db)" -lt "$moment" ]; do :; done
    sleep "0.0$(of "$(random $((try * 4 + 3)))" 10)"
    kill -KILL "$(cat pid.$rank)" 2>/dev/null
    wait $job
    got=$?
    what="naas $1: rank $rank of $n killed after $moment mappings, seed $seed"
    before=0
    if [ $got -eq 0 ]; then
        echo "$what: it was through"
        return
    fi
    killed=$((killed + 1))
    before=$(rows $folder.db)
    [ "$rank" -eq 0 ] || [ "${before:-0}" -eq 0 ] || contains err 'the job was ended from outside'
    echo "$what: $before of $all mappings were finished"
}

set -- search --network net.json --budget eyeriss --generations 5 --population 6 --evaluations 300 --seed 3 --threads 1
status 0 "$naas" "$@" -o one --db one.db --quiet
all=$(rows one.db)

killed=0
for try in $(seq "$count"); do
    folder=kill$try
    kill_one "$try" "$all" "$@"
    [ "$rank" -eq 0 ] || [ "${before:-0}" -eq 0 ] || contains err "--resume $folder"
    if [ -e $folder/run.json ]; then
        status 0 ranks 2 "$naas" search --resume $folder --quiet --threads 1
    else
        status 0 ranks 2 "$naas" "$@" -o $folder --db $folder.db --quiet
    fi
    expect "$what" same $folder
    [ $got -eq 0 ] || [ "$(($(total $folder/run.json searches) + ${before:-0}))" -eq "$all" ] ||
        fail "$what: $before were finished, $(total $folder/run.json searches) were searched afterwards, $all are needed"
done
[ $killed -gt 0 ] || fail 'nothing was killed in time'

# Hanging: noticed within the time-out, by the others or by rank 0.
for rank in 1 0; do
    folder=hang$rank
    start 2 "$naas" "$@" -o $folder --db $folder.db --quiet --hang-timeout 1 --evaluations 3000
    sleep 0.7
    kill -STOP "$(cat pid.$rank)" || fail 'too late to stop a rank'
    begin=$(date +%s)
    wait $job
    got=$?
    [ $got -eq 3 ] || { fail "rank $rank hangs: status $got, not 3"; cat err >&2; }
    [ $(($(date +%s) - begin)) -lt 15 ] || fail "rank $rank hangs: noticed late"
    contains err silent
    contains err --resume
done

# A disk of rank 0 that fills up: the job ends before it searches what cannot be kept.
full() { # BLOCKS FOLDER ARGUMENTS...: files of rank 0 may grow to so many blocks of 512 bytes
    limit=$1 folder=$2
    shift 2
    ranks 2 sh -c 'trap "" XFSZ; [ "$OMPI_COMM_WORLD_RANK" != 0 ] || ulimit -f '"$limit"'; exec "$@"' \
        sh "$naas" "$@" -o "$folder" --db "$folder.db" --quiet >out 2>err
    got=$?
    [ $got -eq 1 ] || { fail "a full disk: status $got, not 1"; cat err >&2; }
}
full 90 full "$@"
contains err 'the search ends early'
contains err '--resume full'
before=$(rows full.db)
status 0 ranks 3 "$naas" search --resume full --quiet
expect 'a full disk' same full
[ "$(($(total full/run.json searches) + ${before:-0}))" -eq "$all" ] ||
    fail "a full disk: $before were kept, $(total full/run.json searches) were searched afterwards, $all are needed"
full 0 nothing "$@"
contains err 'cannot write'

# naas nas and naas campaign, in the same way: killed, they go on, and every file is that of one process.
same_files() { # A B
    [ "$(cd "$1" && find . -type f | sort)" = "$(cd "$2" && find . -type f ! -name ranks.json | sort)" ] || return 1
    for file in $(cd "$1" && find . -type f ! -name run.json ! -name '*.html' | sort); do
        cmp "$1/$file" "$2/$file" || return 1
    done
}
printf '#!/bin/sh\nexec awk "{ print 60 + log(\\$2) }"\n' >child
chmod +x child
cat >c.json <<'END'
{"format": 1, "kind": "campaign", "name": "small", "options": {"generations": 4, "population": 6, "evaluations": 200},
 "rows": [{"budgets": ["eyeriss", "nvdla-256"], "networks": ["net.json"]}]}
END
killed=0
for command in nas campaign; do
    case $command in
    nas) set -- nas --space space.json --budget eyeriss --min-accuracy 73 --accuracy '|./child' --generations 3 --population 6 \
        --subnet-generations 2 --subnet-population 6 --evaluations 60 --front 2 --seed 5 --threads 1 ;;
    campaign) set -- campaign c.json --threads 1 ;;
    esac
    status 0 "$naas" "$@" -o $command --db $command.db --quiet
    all=$(rows $command.db)
    for try in $(seq $((count > 2 ? count - 1 : count))); do
        folder=$command$try
        kill_one "$((try + 100))" "$all" "$@"
        if [ $command = nas ] && [ -e $folder/run.json ]; then
            [ "$rank" -eq 0 ] || [ $got -eq 0 ] || contains err "--resume $folder"
            status 0 ranks 2 "$naas" nas --resume $folder --quiet --threads 1
        else
            [ "$rank" -eq 0 ] || [ $got -eq 0 ] || [ $command = nas ] || contains err 'start it again'
            status 0 ranks 2 "$naas" "$@" -o $folder --db $folder.db --quiet
        fi
        expect "$what" same_files $command $folder
        [ "$(rows $folder.db)" -eq "$all" ] || fail "$what: $(rows $folder.db) mappings in the end, one process had $all"
    done
done
[ $killed -gt 0 ] || fail 'of naas nas and naas campaign nothing was killed in time'
finish
