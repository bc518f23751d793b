#!/bin/sh
# naas report: one page that needs nothing else, whose script runs without errors in a browser, where pointing
# and selecting work. Without chromium the browser's part is skipped.
. "$(dirname "$0")/lib.sh"
. "$here/browser.sh"
naas=$bin/naas
cd "$work" || exit 1

"$naas" search --network "$root/examples/lenet5.c" --budget eyeriss --generations 2 --population 6 --evaluations 40 \
    --db none --quiet -o 'found here' >/dev/null || fail 'no search'
"$naas" report 'found here' >page.html || fail 'no page'
needs_nothing page.html
for what in Convergence Roofline 'Energy by level' 'Cycles by what they wait for' c5 f6 'Timeline: loads'; do
    contains page.html "$what"
done
candidates=$(($(wc -l <'found here/candidates.csv') - 1))
[ "$(grep -o 'data-id="c[0-9]*" tabindex' page.html | sort -u | wc -l)" = "$candidates" ] || fail 'not every accelerator is a point'

browse page.html '
    const point = document.querySelector("svg .point.s0[data-id^=c]"), id = point.dataset.id;
    const box = point.getBoundingClientRect(), tip = document.getElementById("tip"), panel = document.getElementById("chosen");
    const hint = panel.textContent;
    point.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: box.left + 4, clientY: box.top + 4 }));
    check("pointing shows the tip", !tip.hidden && tip.textContent.startsWith("accelerator " + id.slice(1) + ","));
    document.body.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
    check("pointing elsewhere hides it", tip.hidden);
    point.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    const row = document.querySelector("tr[data-id=" + id + "]");
    check("selecting a point selects its row", point.classList.contains("chosen") && row.classList.contains("chosen"));
    check("and is told below", panel.textContent.startsWith("accelerator " + id.slice(1) + ","));
    document.querySelector("tr[data-id]:not(.chosen)").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    check("selecting a row takes the selection", !row.classList.contains("chosen") && document.querySelectorAll("tr.chosen").length === 1);
    document.querySelector("tr.chosen").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    check("selecting it again lets go", !document.querySelector(".chosen") && panel.textContent === hint);
    document.querySelector("svg g[data-id=l1] rect").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    check("selecting a layer opens it", document.getElementById("l1").open);
    const other = document.querySelector("svg .point[data-id=l0]");
    other.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "Enter" }));
    check("the keyboard selects, too", other.classList.contains("chosen") && document.getElementById("l0").open);
    check("nothing is wider than the page", document.documentElement.scrollWidth <= innerWidth);
'

# What is wrong with a folder is said.
"$naas" report nowhere >out 2>err && fail 'a page of nothing'
contains err nowhere/run.json
[ ! -s out ] || fail 'output in spite of an error'
cp -r 'found here' broken
sed -i '2s/,.*//' broken/candidates.csv
"$naas" report broken >out 2>err && fail 'a page of a damaged table'
contains err broken/candidates.csv:2
cp 'found here/candidates.csv' broken/
rm "broken/mappings/00-"*
"$naas" report broken >out 2>err && fail 'a page without a mapping'
contains err broken/mappings/00-
sed -i 's/"complete": true/"complete": false/' broken/run.json
"$naas" report broken >out 2>err && fail 'a page of an unfinished search'
contains err --resume
finish
