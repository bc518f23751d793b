#!/bin/sh
# naas campaign of a study: what it prints and leaves, that the seed decides and neither threads nor database nor interruptions, its
# page, and what malformed files are told.
#
# NAAS_SEED chooses the moments at which it is killed.
. "$(dirname "$0")/lib.sh"
. "$here/browser.sh"
naas=$bin/naas
cd "$work" || exit 1
random_seed=${NAAS_SEED:-$(date +%s)}
echo "NAAS_SEED=$random_seed"
mkdir files
cp "$root/examples/accelerators/eyeriss.json" files/mine.json

# study FILE [SED]: a small one, changed.
study() {
    sed "${2:-}" >"$1" <<END
{"format": 1, "kind": "study", "name": "small", "seed": 7, "samples": 16, "resamples": 50, "evaluations": 20,
 "designs": [{"name": "first, one", "accelerator": "nvdla-256", "l1": "CACC"}, {"accelerator": "mine.json"}],
 "neural": {"in": [16, 32], "out": [16, 32], "kernel": [1, 3], "resolution": [7, 14], "depth": [1, 2], "expansion": [0.5, 1]},
 "hardware": {"l1": [0.5, 2]}}
END
}

same() { # FOLDER WHAT: the same results
    for file in study.csv samples.csv study.json report.html correlation.svg elasticity.svg; do
        expect "$2" cmp whole/$file "$1/$file"
    done
}

study files/s.json
status 0 "$naas" campaign files/s.json --list
contains out '16 stages on 2 designs'
[ ! -e small ] || fail '--list makes a folder'
status 0 "$naas" campaign files/s.json -o whole --threads 1 --db none
for word in '| channels in | latency |' '| DRAM bandwidth | energy |' '| S parallel | utilisation |' 'Rank correlation: ' ' differ, that is' '| eyeriss |'; do
    contains out "$word"
done
[ "$(wc -l <whole/study.csv)" -eq 109 ] || fail 'not 2 x 54 lines of results'
[ "$(wc -l <whole/samples.csv)" -eq 97 ] || fail 'not 2 x 3 x 16 lines of samples'
awk -F, 'NR > 1 && NF != 17 { print; exit 1 }' whole/study.csv || fail 'columns of study.csv'
awk -F, 'NR > 1 && ($6 < -1 || $6 > 1 || $7 > $8 || $10 > $11) { print; exit 1 }' whole/study.csv || fail 'a correlation beyond 1, or an interval the wrong way round'
awk -F, 'NR > 1 && $2 == "parallel" { n = 0; for (f = 17; f <= 22; f++) n += $f; if (n != 2) { print; exit 1 } }' whole/samples.csv ||
    fail 'not two dims are parallel'

# What is in proportion is 1 for the design as it is: the ratio of a sample whose hardware is unchanged.
study files/still.json 's/"l1": \[0.5, 2\]/"pes": [1, 1], "aspect": [1, 1], "l1": [1, 1], "l2": [1, 1], "noc": [1, 1], "dram": [1, 1]/'
status 0 "$naas" campaign files/still.json -o still --quiet
[ ! -s err ] || fail '--quiet says something'
awk -F, 'NR > 1 && $2 == "hardware" && ($23 != 1 || $24 != 1 || $25 != 1) { print; exit 1 }' still/samples.csv || fail 'unchanged hardware costs something else'
contains still/study.json '"spearman": [null, null, null]'

# The seed decides, and nothing else.
status 0 "$naas" campaign files/s.json -o again --threads 3
same again 'threads and database'
status 0 "$naas" campaign files/s.json -o again --csv
cmp out whole/study.csv || fail '--csv prints something else'
study files/other.json 's/"seed": 7/"seed": 8/'
status 0 "$naas" campaign files/other.json -o other --quiet
cmp -s whole/study.csv other/study.csv && fail 'another seed changes nothing'
takes "$naas" campaign files/s.json -o timed --quiet
kills=0
for n in 1 2 3; do
    "$naas" campaign files/s.json -o killed --quiet >/dev/null 2>&1 &
    sleep "$(moment "$random_seed" $n)"
    kill -KILL $! 2>/dev/null && kills=$((kills + 1))
    wait $! 2>/dev/null
done
[ $kills -gt 0 ] || fail 'nothing was killed'
status 0 "$naas" campaign files/s.json -o killed --quiet
same killed "killed, seed $random_seed"

# Pictures and page.
status 0 "$naas" report whole
cmp out whole/report.html || fail 'naas report makes another page'
cp out page.html
needs_nothing page.html
for picture in whole/*.svg; do
    if command -v xmllint >/dev/null; then expect "$picture" xmllint --noout "$picture"; fi
    [ "$(grep -c 'first, one' "$picture")" -gt 50 ] || fail "$picture does not name the design"
done
browse page.html '
    check("two pictures of 18 x 6", document.querySelectorAll("svg").length === 2 && document.querySelectorAll("svg rect").length >= 216);
    const cell = document.querySelectorAll("svg rect")[3], tip = document.getElementById("tip"), box = cell.getBoundingClientRect();
    cell.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: box.left + 4, clientY: box.top + 4 }));
    check("pointing tells the interval", !tip.hidden && /\[.*\]/.test(tip.textContent));
    check("nothing is wider than the page", document.documentElement.scrollWidth <= innerWidth);
'
sed 's/"effects": \[/&3, /' whole/study.json >other/study.json
status 1 "$naas" report other
contains err 'other/study.json:'

# A full disk: said, and the same once there is room.
(trap '' XFSZ && ulimit -f 16 && "$naas" campaign files/s.json -o full --quiet >/dev/null 2>err) && fail 'a full disk is not noticed'
contains err 'cannot write: File too large'
status 0 "$naas" campaign files/s.json -o full --quiet
same full 'after a full disk'

# Mistakes, located.
wrong() { # SED MESSAGE
    study files/wrong.json "$1"
    status 1 "$naas" campaign files/wrong.json -o wrong
    contains err "$2"
    grep -q '^files/wrong\.json:[0-9]*:[0-9]*: ' err || { fail "not located: $1"; cat err >&2; }
    [ ! -e wrong ] || fail "a malformed file makes a folder: $1"
}
wrong 's/"samples": 16/"samples": 3/' 'not between 10 and'
wrong 's/"samples": 16/"sample": 16/' 'unknown key "sample"'
wrong 's/\[16, 32\]/[16]/' 'the lowest and the highest value'
wrong 's/\[16, 32\]/[32, 16]/' '16 is not between 32'
wrong 's/"kernel": \[1, 3\]/"kernel": []/' 'expected 1 to 8 kernels'
wrong 's/"CACC"/"L7"/' "has no level 'L7'"
wrong 's/"CACC"/"CBUF"/' 'not two levels on the chip'
wrong 's/"accelerator": "nvdla-256", //' 'missing key "accelerator"'
wrong 's/"nvdla-256"/"nonesuch"/' 'asked for by this design'
wrong 's/"designs": \[.*\]/"designs": []/' 'expected 1 to 4 designs'
wrong 's/"nvdla-256", "l1": "CACC"/"cpu"/' 'cannot be studied'
wrong 's/"neural": {/&"block": "round", /' '"round" is not'
status 0 "$naas" campaign correlation --list
finish
