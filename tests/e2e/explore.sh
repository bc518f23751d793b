#!/bin/sh
# naas: what naascc decides can be looked at and worked out again, and mistakes are named.
. "$(dirname "$0")/lib.sh"
naas=$bin/naas
examples=$root/examples
cd "$work" || exit 1

# A dump of naascc is a file for naas, and both say the same.
for kind in problem mapping; do
    "$naascc" -fnaas-dump=$kind -fnaas-dump-format=json "$examples/conv2d.c" >$kind.json || fail "no $kind"
done
status 0 "$naas" eval problem.json default mapping.json --json
mv out evaluated.json
status 0 "$naas" eval "$examples/conv2d.c" default mapping.json --json
expect 'the problem of a C file is that of its dump' cmp out evaluated.json
status 0 "$naas" map "$examples/conv2d.c" default --json
expect 'naas map chooses as naascc does' cmp out mapping.json
status 0 "$naas" show problem.json --json
expect 'a problem is written as it was read' cmp out problem.json
status 0 "$naas" show problem.json default mapping.json --json
expect 'a mapping is written as it was read' cmp out mapping.json
status 0 "$naas" map "$examples/lenet5.c" default --nest f6
contains out cycles

# --explain: what the loops cause adds up to what moves.
adds_up() {
    awk -v wanted="$blocks" '/ -> .* words;/ { if (left != 0) exit 1; left = $5; blocks++; next }
         /come back$/ { next }
         blocks && /^ +[0-9]+  / { left -= $1; next }
         END { exit !(blocks == wanted && left == 0) }' out
}
for name in conv2d depthwise maxpool; do
    status 0 "$naas" map "$examples/$name.c" default --json
    mv out m.json
    status 0 "$naas" eval "$examples/$name.c" default m.json --explain
    blocks=6
    [ $name = maxpool ] && blocks=4
    expect "$name: the parts of --explain add up" adds_up
    expect "$name: computing and waiting add up to the cycles" awk '/^(computing|waiting for) / { sum += $(NF > 4 && $1 == "waiting" ? 4 : 2) }
        /^MACs .* cycles / { sub(/.*cycles /, ""); total = $1 + 0 } END { exit !(total > 0 && sum == total) }' out
    expect "$name: moves by one port are as much of the time as the port is busy" awk '/^in: DRAM -> L2/ { on = 1; next } /^$/ { on = 0 }
        on { share += $2 } /^weight: DRAM|^out: L2 -> DRAM/ { on = 1 } /^port bus of DRAM/ { busy = $6 } END { exit !(busy > 0 && (share - busy) ^ 2 < 1) }' out
    status 0 "$naas" eval "$examples/$name.c" default m.json --explain --json
    contains out '"kind": "explanation"'
done

# Predicted cycles: those of the remark.
"$naascc" -Rnaas -c "$examples/conv2d.c" -o conv2d.o 2>remark
predicted=$(sed -nE 's/.*predicted ([0-9]+) cycles.*/\1/p' remark)
status 0 "$naas" eval problem.json default mapping.json
contains out utilisation
contains out "cycles $predicted"

# Help and mistakes.
status 0 "$naas" --help
for command in eval map show; do
    contains out "$command"
    "$naas" $command --help >help || fail "no help of $command"
    contains help 'example: naas'
    contains help usage:
done
status 0 "$naas" --version
status 2 "$naas"
status 2 "$naas" evaluate
contains err evaluate
status 2 "$naas" eval problem.json
status 2 "$naas" map problem.json default mapping.json
status 2 "$naas" map problem.json default --fast
contains err --fast
status 1 "$naas" map missing.json default
contains err missing.json
status 1 "$naas" map problem.json nonesuch
contains err nonesuch
status 1 "$naas" eval mapping.json default mapping.json
contains err mapping.json:
status 1 "$naas" eval problem.json default problem.json
contains err problem.json:
[ ! -s out ] || fail 'output in spite of an error'
status 1 "$naas" show "$examples/lenet5.c"
contains err --nest
status 1 "$naas" map "$examples/lenet5.c" default --nest c9
contains err c9
status 1 "$naas" map "$examples/data.h" default
status 0 "$naas" map "$examples/lenet5.c" default
contains out pool4
status 0 "$naas" map squeezenet default
contains out EDP
if [ -w /dev/full ]; then
    for what in 'show problem.json' 'validate eyeriss --json' 'map --help' --list-networks 'tech 45nm'; do
        "$naas" $what >/dev/full 2>err && fail "a full disk goes unnoticed: $what"
        contains err 'cannot write the result'
    done
fi
mkdir -p folder
status 1 "$naas" map resnet51 default
contains err "resnet51: remark: it is not among the shipped networks ('naas --list-networks' prints their names)"
status 1 "$naas" map squeezenet eyeris
contains err 'eyeris: error: cannot open: No such file or directory'
contains err 'naas --list-accelerators'
status 1 "$naas" map folder default
contains err 'folder: error: cannot read: Is a directory'
cp "$root/examples/accelerators/default.json" unsuffixed
status 0 "$naas" show problem.json unsuffixed
finish
