#!/bin/sh
# naas campaign: rows, tables and means; that a second run searches only what is new or was changed, and says so; that a campaign
# killed at random moments ends as one that was not; what malformed files are told.
#
# NAAS_SEED chooses the moments at which it is killed.
. "$(dirname "$0")/lib.sh"
. "$here/browser.sh"
naas=$bin/naas
cd "$work" || exit 1
seed=${NAAS_SEED:-$(date +%s)}
echo "NAAS_SEED=$seed"
mkdir files
cat >files/one.json <<'END'
{"format": 1, "kind": "network", "name": "one", "layers": [
  {"name": "wide", "C": 16, "K": 24, "H": 14, "R": 3, "pad": 1, "count": 3}]}
END
sed 's/"one"/"two"/; s/"C": 16/"C": 8/' files/one.json >files/two.json
cp "$root/examples/accelerators/eyeriss.json" files/mine.json

# campaign FILE ROWS: a small one with these entries.
campaign() {
    cat >"$1" <<END
{"format": 1, "kind": "campaign", "name": "small",
 "options": {"generations": 2, "population": 4, "evaluations": ${evaluations:-40}, "sizing-only": false},
 "rows": [$2]}
END
}
first='{"budgets": ["eyeriss", "mine.json"], "networks": ["one.json", ["one.json", "two.json"]]}'
second='{"budgets": ["eyeriss"], "networks": ["two.json"], "objectives": ["edp", "latency"], "seeds": [1, 2], "label": "more",
  "options": {"mapping-space": "naas", "evaluations": 30}, "published": {"speed_up": 1.5, "energy": 2, "edp": 3}}'

# searched N: as many rows were searched in the last run.
searched() {
    n=$(grep '^row' err | grep -cv ': done$')
    [ "$n" -eq "$1" ] || { fail "$n rows were searched, not $1"; cat err >&2; }
}

# The whole: rows are folders of naas search, and the same as it finds.
campaign files/c.json "$first"
status 0 "$naas" campaign files/c.json --list
[ "$(grep -c ': new$' out)" -eq 4 ] || fail 'not four new rows'
[ ! -e small ] || fail '--list makes a folder'
status 0 "$naas" campaign files/c.json -o small --threads 1
searched 4
for word in '| eyeriss | one | one | mappings searched |' '| mine | two | one+two | own dataflow |' '| eyeriss | mean |' '| all | mean |'; do
    contains out "$word"
done
status 0 "$naas" search --network files/one.json --network files/two.json --budget eyeriss --seed 1 --generations 2 --population 4 --evaluations 40 \
    --db none --quiet -o alone
for file in accelerator.json candidates.csv history.csv mappings/00-wide.json; do
    expect 'a row is a search' cmp alone/$file small/rows/eyeriss_one+two_edp_1/$file
done
status 0 "$naas" report small/rows/eyeriss_one+two_edp_1
status 0 "$naas" eval files/one.json small/rows/eyeriss_one_edp_1/accelerator.json small/rows/eyeriss_one_edp_1/mappings/00-wide.json

# The table: gains are ratios of the costs beside them, means are geometric.
status 0 "$naas" campaign files/c.json -o small --csv
searched 0
cmp out small/campaign.csv || fail '--csv prints another table'
[ "$(wc -l <out)" -eq 19 ] || fail "$(wc -l <out) lines of CSV, not 19: 6 results of 3 designs"
awk -F, 'function off(a, b) { return a / b > 1.00001 || a / b < 0.99999 }
    NR > 1 && $8 == "found" { c = $9; e = $10; d = $11 }
    NR > 1 && (off($14, $9 / c) || off($15, $10 / e) || off($16, $11 / d) || off($11, $9 * $10)) { print; exit 1 }' out || fail 'gains'
gain=$(awk -F, '$8 == "native" && $2 == "mine" { s += log($16); n++ } END { printf "%.2f", exp(s / n) }' out)
status 0 "$naas" campaign files/c.json -o small --quiet
[ ! -s err ] || fail '--quiet says something'
[ "$(awk -F' *[|] *' '$2 == "mine" && $3 == "mean" && /own dataflow/ { print $(NF - 1) }' out)" = "$gain" ] || fail "the mean is not $gain"
status 0 "$naas" campaign files/c.json -o small --json
contains out '"complete": true'
contains out '"over": "baseline", "n": 6'

# Only what is new, or was changed, is searched.
cp -r small before
campaign files/c.json "$first, $second"
status 0 "$naas" campaign files/c.json -o small
searched 4
for word in '| objective |' '| seed |' '| label |' '| published | 1.5 | 2.0 | 3.0 |'; do
    contains out "$word"
done
for row in before/rows/*; do
    expect 'an old row is left alone' cmp "$row/run.json" "small/rows/${row##*/}/run.json"
done
campaign files/c.json "$second, $first, $first" # order and repetition are no change
status 0 "$naas" campaign files/c.json -o small
searched 0
evaluations=50 campaign files/c.json "$first, $second"
status 0 "$naas" campaign files/c.json -o small
searched 4
[ "$(grep -c 'its options changed: again' err)" -eq 4 ] || fail 'changed options are not named'
evaluations=40 campaign files/c.json "$first, $second"
status 0 "$naas" campaign files/c.json -o small
searched 4
expect 'back again: the same' diff -r before/rows/mine_one_edp_1 small/rows/mine_one_edp_1
sed -i 's/"mac": {"pj": 2}/"mac": {"pj": 3}/' files/mine.json
status 0 "$naas" campaign files/c.json -o small
searched 2
[ "$(grep -c 'networks or its budget changed' err)" -eq 2 ] || fail 'changed inputs are not named'
sed -i 's/"model": "/&x/' small/rows/mine_one_edp_1/run.json
echo '{"format": 1' >small/rows/eyeriss_one_edp_1/run.json
status 0 "$naas" campaign files/c.json -o small
searched 2
contains err 'another version of the model'
contains err 'its record cannot be read'

# Several rows at once are the same, and so is doing without a database.
status 0 "$naas" campaign files/c.json -o at_once --rows-at-once 3 --threads 2 --db none
searched 8
[ ! -e at_once/naas.db ] || fail '--db none makes a database'
contains err 'eyeriss_two_latency_2_more: generation 2 of 2'
for file in $(cd small && find . -name '*.csv' -o -name '*.json' ! -name run.json); do
    expect 'rows at once' cmp "small/$file" "at_once/$file"
done

# One page of everything; a row that is linked to is unfolded.
status 0 "$naas" report small
cmp out small/report.html || fail 'naas report makes another page'
mv out page.html
needs_nothing page.html
[ "$(grep -c '<details id="r' page.html)" -eq 8 ] || fail 'not eight rows on the page'
for word in 'published' 'one for one+two' 'Roofline' 'all budgets' '#r7'; do
    contains page.html "$word"
done
browse page.html '
    const rows = document.querySelectorAll("details[id^=r]"), link = document.querySelector("a[href=\"#r3\"]");
    check("rows are folded in", rows.length === 8 && !rows[3].open);
    document.querySelector("svg [data-id=r2] rect").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    check("selecting a bar unfolds its row", rows[2].open && !rows[3].open);
    location.hash = link.hash;
    dispatchEvent(new HashChangeEvent("hashchange"));
    check("so does a link", rows[3].open);
    check("nothing is wider than the page", document.documentElement.scrollWidth <= innerWidth);
'
sed 's/"results": \[/&3, /' small/campaign.json >before/campaign.json
status 1 "$naas" report before
contains err 'before/campaign.json:'

# Killed at random moments, the same in the end; from another folder, too.
takes "$naas" campaign files/c.json -o whole --quiet
kills=0
for n in 1 2 3 4 5 6; do
    "$naas" campaign files/c.json -o killed --quiet >/dev/null 2>&1 &
    sleep "$(moment "$seed" $n)"
    kill -KILL $! 2>/dev/null && kills=$((kills + 1))
    wait $! 2>/dev/null
done
[ $kills -gt 0 ] || fail 'nothing was killed'
(cd files && "$naas" campaign c.json -o ../killed --quiet >../out 2>../err) || fail 'the last run'
for file in $(cd whole && find . -name '*.csv' -o -name '*.json' ! -name run.json); do
    expect "killed, seed $seed" cmp "whole/$file" "killed/$file"
done

# A full disk: said, nothing lost, and the same once there is room.
(trap '' XFSZ && ulimit -f 2 && "$naas" campaign files/c.json -o full --quiet >out 2>err) && fail 'a full disk is not noticed'
contains err 'the row could not be finished'
contains err 'goes on from here'
contains err 'full/naas.db: warning: the database failed'
status 0 "$naas" campaign files/c.json -o full --quiet
for file in $(cd whole && find . -name '*.csv' -o -name '*.json' ! -name run.json); do
    expect 'after a full disk' cmp "whole/$file" "full/$file"
done

# A row for which nothing is found: the others are searched.
campaign files/limit.json "{\"budgets\": [\"eyeriss\"], \"networks\": [\"one.json\"], \"label\": \"hard\", \"options\": {\"max-cycles\": 1}}, $first"
status 1 "$naas" campaign files/limit.json -o limit
contains err 'no accelerator within the budget and the limits'
contains err 'nothing was found for 1 of 5 rows'
[ "$(grep -c ,found, limit/campaign.csv)" -eq 6 ] || fail 'the other rows are not there'
contains limit/campaign.json '"complete": false'
contains limit/campaign.json '"state": "failed"'

# A C file of many rows: looking for the host compiler so often is no loop.
campaign files/c_file.json "{\"budgets\": [\"eyeriss\"], \"networks\": [\"$root/examples/pointwise.c\"], \"seeds\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}"
status 0 "$naas" campaign files/c_file.json --list
[ "$(grep -c ': new$' out)" -eq 10 ] || fail 'not ten rows of a C file'

# Mistakes, located.
wrong() { # ROWS MESSAGE
    campaign files/wrong.json "$1"
    status 1 "$naas" campaign files/wrong.json -o wrong
    contains err "$2"
    grep -q '^files/[a-z]*\.json:[0-9]*:[0-9]*: ' err || { fail "not located: $1"; cat err >&2; }
    [ ! -e wrong ] || fail "a malformed file makes a folder: $1"
}
wrong '' 'an empty list'
wrong '{"budgets": ["eyeriss"]}' 'missing key "networks"'
wrong '{"budgets": [], "networks": ["one.json"]}' 'an empty list'
wrong '{"budgets": ["eyeriss"], "networks": [["one.json", 3]]}' 'expected a string'
wrong '{"budgets": ["eyeriss"], "networks": [[]]}' '1 to 16 networks'
wrong '{"budgets": ["eyeriss"], "networks": ["one.json"], "objectives": ["speed"]}' "'speed' is no objective"
wrong '{"budgets": ["eyeriss"], "networks": ["one.json"], "seeds": [1.5]}' 'not an integer'
wrong '{"budgets": ["eyeriss"], "networks": ["one.json"], "seed": [1]}' 'unknown key "seed"'
wrong '{"budgets": ["eyeriss"], "networks": ["one.json"], "options": {"speed": 1}}' 'unknown option --speed'
wrong '{"budgets": ["eyeriss"], "networks": ["one.json"], "options": {"population": 1}}' "invalid value '1' of --population"
wrong '{"budgets": ["eyeriss"], "networks": ["one.json"], "options": {"seed": 1}}' 'is not said here'
wrong "$first, {\"budgets\": [\"eyeriss\"], \"networks\": [\"one.json\"], \"options\": {\"population\": 5}}" 'needs a "label"'
wrong '{"budgets": ["eyeriss"], "networks": ["nonesuch.json"]}' 'nonesuch.json'
wrong '{"budgets": ["nonesuch"], "networks": ["one.json"]}' 'asked for by this entry'
status 1 "$naas" campaign nowhere.json
contains err nowhere.json
status 2 "$naas" campaign
status 2 "$naas" campaign files/c.json files/c.json
status 2 "$naas" campaign files/c.json --fast
touch file
status 1 "$naas" campaign files/c.json -o file
contains err file
status 0 "$naas" --list-campaigns
contains out paper
status 0 "$naas" campaign paper --list
status 0 "$naas" campaign paper-large --list
contains out 'row 100 of 100'
finish
