#!/bin/sh
# naas show and the tables for notebooks: what they print is well formed, and says what the mapping says.
. "$(dirname "$0")/lib.sh"
naas=$bin/naas
examples=$root/examples
cd "$work" || exit 1
xml=$(command -v xmllint) || echo 'xmllint is missing: pictures are not checked for being XML'

# From outside to inside, the tiles of a dim's loop cover the tile around it, and end at 1.
covers='NR > 1 { whole = $5 * $6
                 if (($4 in tile) && ($7 ? whole < tile[$4] : whole != tile[$4])) bad = 1
                 tile[$4] = $6 }
        END { for (d in tile) if (tile[d] != 1) bad = 1
              exit NR < 2 || bad }'

pictures=0
for name in conv2d depthwise maxpool; do
    for accel in default eyeriss shidiannao; do
        "$naas" map "$examples/$name.c" $accel --json >m.json 2>err || continue
        for form in tree table csv svg; do
            expect "$name on $accel as $form" "$naas" show "$examples/$name.c" $accel m.json --$form
            mv .expect as.$form
        done
        expect "$name on $accel: the loops cover the dims" awk -F, "$covers" as.csv
        [ -z "$xml" ] || expect "$name on $accel: XML" xmllint --noout as.svg
        lacks as.svg '"nan'
        lacks as.svg '"-'
        pictures=$((pictures + 1))
        [ "$(grep -c 'for \|side by side' as.tree)" = "$(($(wc -l <as.csv) - 1))" ] || fail "$name on $accel: the tree has other loops"
    done
done
[ $pictures -ge 7 ] || fail "only $pictures mappings could be looked at"

# Where a level has few tiles its timeline is whole: it ends when the run does.
cat >problem.json <<END
{"format": 1, "kind": "problem", "name": "p", "dims": [{"name": "K", "extent": 24}, {"name": "P", "extent": 40}, {"name": "C", "extent": 6}],
 "tensors": [{"name": "I", "role": "input", "axes": ["C", "P"]}, {"name": "W", "role": "weight", "axes": ["K", "C"]},
             {"name": "O", "role": "output", "axes": ["K", "P"]}]}
END
cat >mapping.json <<END
{"format": 1, "kind": "mapping", "levels": [
   {"level": "DRAM", "loops": [{"dim": "K", "tile": 16}, {"dim": "P", "tile": 20}]},
   {"level": "L2", "loops": [{"dim": "P", "tile": 4}, {"dim": "K", "tile": 2}, {"dim": "C", "tile": 2, "axis": "Y"}]},
   {"level": "L1", "loops": [{"dim": "K", "tile": 1}, {"dim": "P", "tile": 1}, {"dim": "C", "tile": 1}]}]}
END
expect 'a picture' "$naas" show problem.json default mapping.json --svg
end=$(sed -n '/L2, double-buffered: 4 tiles/,/L1, double-buffered/p' .expect | sed -nE 's/.*cycles [0-9]+ to ([0-9]+)<.*/\1/p' | sort -n | tail -1)
expect 'a cost' "$naas" eval problem.json default mapping.json
contains .expect "cycles $end,"

"$naas" map "$examples/conv2d.c" eyeriss --json >m.json || fail 'no mapping'
expect 'loops as JSON' "$naas" show "$examples/conv2d.c" eyeriss m.json --table --json
contains .expect '"kind": "loops"'
"$naas" show "$examples/conv2d.c" eyeriss m.json --csv >as.csv
[ "$(grep -c '"dim"' .expect)" = "$(($(wc -l <as.csv) - 1))" ] || fail 'JSON has other loops'

# Counts and layers as CSV are those of the text.
"$naas" eval "$examples/conv2d.c" eyeriss m.json --csv >counts.csv || fail 'no counts'
"$naas" eval "$examples/conv2d.c" eyeriss m.json >counts.txt || fail 'no counts'
expect 'the counts are those of the text' awk -F, 'NR == FNR { reads[$1 " " $2] = $3; next }
    ($1 " " $2) in reads { seen++; if (reads[$1 " " $2] != $3) exit 1 } END { exit seen < 5 }' counts.csv FS=' ' counts.txt
"$naas" map squeezenet default --csv >layers.csv || fail 'no layers'
"$naas" map squeezenet default >layers.txt || fail 'no layers'
expect 'the cycles add up' awk -F, 'NR == FNR { cycles += FNR > 1 ? $2 * $4 : 0; next }
    /^in all/ { exit $4 != sprintf("%.0f", cycles) }' layers.csv FS=' ' layers.txt

"$naas" show "$examples/conv2d.c" eyeriss --svg >out 2>err && fail 'a picture of no mapping'
contains err 'show a mapping'
"$naas" map "$examples/conv2d.c" eyeriss --svg >out 2>err
[ $? -eq 2 ] || fail 'naas map takes --svg'
contains err --svg

# Of two forms of output one would be ignored: each pair that has no meaning is refused, in both orders.
pair() { # A B COMMAND...
    a=$1 b=$2
    shift 2
    status 2 "$@" $a $b
    contains err "$a and $b exclude each other"
    [ -s out ] && fail "$* $a $b prints something"
    status 2 "$@" $b $a
    contains err "$b and $a exclude each other"
}
for words in '--json --csv' '--json --svg' '--json --tree' '--csv --svg' '--csv --table' '--tree --table'; do
    pair $words "$naas" show "$examples/conv2d.c" eyeriss m.json
done
pair --explain --csv "$naas" eval "$examples/conv2d.c" eyeriss m.json
pair --json --csv "$naas" eval "$examples/conv2d.c" eyeriss m.json
pair --json --csv "$naas" map "$examples/conv2d.c" eyeriss
pair --json --csv "$naas" tech 45nm
pair --json --csv "$naas" campaign nowhere.json
pair --list --json "$naas" campaign nowhere.json
pair --summary --csv "$naas" validate
expect 'an explanation as JSON' "$naas" eval "$examples/conv2d.c" eyeriss m.json --json --explain --nest conv2d
contains .expect '"kind": "explanation"'
status 2 "$naas" show "$examples/conv2d.c" --explain
contains err 'does not take --explain'
status 2 "$naas" report . --json
contains err 'does not take --json'
status 2 "$naas" show "$examples/conv2d.c" --nest
contains err 'behind --nest'
finish
