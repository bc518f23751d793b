#!/bin/sh
# naas nas: the same result for any number of threads, from the database, and after an interruption; every source of accuracy is
# named; mistakes are located.
. "$(dirname "$0")/lib.sh"
. "$here/browser.sh"
naas=$bin/naas
cd "$work" || exit 1
export XDG_CACHE_HOME="$work/cache"

cat >small.json <<'END'
{"format": 1, "kind": "space", "name": "small", "resolution": [16, 24, 32], "width": [0.5, 1],
 "parts": [{"name": "stem", "type": "conv", "out": 16, "kernel": 3, "stride": 2},
  {"name": "stage", "type": "inverted", "out": 32, "depth": [1, 2], "kernel": [3, 5], "ratio": [2, 4], "stride": 2},
  {"name": "pool", "type": "global_pool"},
  {"name": "classifier", "type": "linear", "out": 10, "scaled": false}]}
END
accuracy='|awk "{ print 60 + log(\$2) }"'
search() { # OPTIONS...
    "$naas" nas --space small.json --budget eyeriss --min-accuracy 73 --accuracy "$accuracy" --generations 2 --population 4 \
        --subnet-generations 2 --subnet-population 6 --evaluations 10 --front 2 --quiet "$@"
}

search --db none --threads 1 --json >one || fail 'one thread'
search --db none --threads 2 --json >two || fail 'two threads'
# what was asked (the arguments) differs
for run in one two; do sed '/"arguments"/d; /"folder"/d' $run >$run.results; done
expect 'threads change nothing' cmp one.results two.results
search --threads 2 --json -o folder >three || fail 'with a database'
sed '/"arguments"/d; /"folder"/d' three >three.results
expect 'the database changes nothing' cmp one.results three.results
contains one '"predicted_top1"'
contains one "what the command awk"

# Interrupted before the end: the record says what was asked.
cp folder/run.json wanted
cp folder/front.csv wanted.csv
sed -E 's/"complete": true.*/"complete": false}/; /^  "(space|accuracy|accelerators|subnet|choices|found|baseline|native|front|compared)/,$d' wanted >folder/run.json
rm folder/front.csv folder/network.json
(cd / && "$naas" nas --resume "$work/folder" --quiet >/dev/null) || fail 'not resumed'
expect 'resuming gives the same record' cmp folder/run.json wanted
expect 'resuming gives the same front' cmp folder/front.csv wanted.csv
expect 'the network is one that naas reads' "$naas" map folder/network.json folder/accelerator.json --nest stem
contains folder/front.svg '<svg'

# A full disk: said, and the same once there is room.
(trap '' XFSZ && ulimit -f 1 && search -o full >/dev/null 2>err) && fail 'a full disk is not noticed'
contains err 'go on with: naas nas --resume full'
"$naas" nas --resume full --quiet >/dev/null || fail 'not resumed after a full disk'
for file in front.csv network.json accelerator.json; do
    expect 'after a full disk' cmp "folder/$file" "full/$file"
done

# The page of it, whose tables have a row for each subnet and accelerator; not before the search has come to its end.
"$naas" report folder >page.html || fail 'no page'
needs_nothing page.html
for what in 'Predicted accuracy against EDP' 'what the command awk' Convergence Roofline 'naas nas --space small.json'; do
    contains page.html "$what"
done
rows() { grep -c "<tr data-id=\"$1[0-9]" page.html; }
[ "$(rows s)" -eq $(($(wc -l <folder/front.csv) - 1)) ] || fail 'not every subnet of the front is on the page'
[ "$(rows c)" -eq "$(awk -F, '$3 == 1' folder/candidates.csv | wc -l)" ] || fail 'not every accelerator of the front is on the page'
grep -q '<h3>Compared</h3>' page.html && fail 'nothing was compared'
cp -r folder broken
sed -i 's/"front"/"frown"/' broken/run.json
"$naas" report broken >out 2>err && fail 'a page of a damaged record'
contains err '"front"'
sed -i 's/"complete": true/"complete": false/' broken/run.json
"$naas" report broken >out 2>err && fail 'a page of an unfinished search'
contains err 'naas nas --resume'

# Every subnet found is as accurate as asked, and the front falls.
awk -F, 'NR > 1 && ($2 < 73 || (NR > 2 && ($2 >= top1 || $8 >= edp))) { exit 1 } { top1 = $2; edp = $8 }
         END { exit NR < 2 }' folder/front.csv || fail 'the front is none'

# A table: only its subnets.
awk -F, 'NR == 2 { print "code,top1,error"; print $1 ",71.5,0.25" }' folder/front.csv >table.csv
search --accuracy table.csv --min-accuracy 70 >out 2>err || fail "a table: $(cat err)"
contains out '71.50 +- 0.25'
contains out 'the table table.csv of 1 subnets'

# The shipped regression states its error; a comparison has its rows.
"$naas" nas --space ofa-resnet50 --budget eyeriss --min-accuracy 77 --generations 1 --population 4 --subnet-generations 1 \
    --subnet-population 4 --evaluations 2 --front 0 --quiet -o compared --compare "$root/tests/e2e/small_network.json" --compare-accuracy 76 >out 2>err ||
    fail "ofa-resnet50: $(cat err)"
contains out 'predicted, not measured; leaving one out it is off by'
contains out 'hardware, mappings and network'
"$naas" report compared >page.html || fail 'no page of a comparison'
contains page.html '<h3>Compared</h3>'
contains page.html 'hardware searched, its dataflow'
contains out 'a published figure against a predicted one'

refused() { # SAID COMMAND...
    said=$1
    shift
    "$@" >out 2>err && fail "accepted: $*"
    contains err "$said"
}
refused 'a --space is missing' "$naas" nas --budget eyeriss
refused 'nothing is known of the accuracy of subnets of small' "$naas" nas --space small.json --budget eyeriss
refused 'is known to be 99.00 % or more' search --min-accuracy 99
refused 'wrote no percentage: nonsense' search --accuracy '|yes nonsense'
refused 'unknown option --network' "$naas" nas --network resnet50
exit $((failures > 0))
