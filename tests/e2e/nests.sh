#!/bin/sh
# -fnaas-report=FILE.html: a page of the nests that were compiled, source beside emitted C, which several compilations share.
. "$(dirname "$0")/lib.sh"
. "$here/browser.sh"
examples=$root/examples
cd "$work" || exit 1
articles() {
    grep -c '<article' page.html
}

"$naascc" -fnaas-report=page.html -c "$examples/conv2d.c" -o a.o || fail 'no object'
"$naascc" -fnaas-report=page.html -c "$examples/maxpool.c" -o b.o || fail 'no object'
needs_nothing page.html
[ "$(articles)" = 2 ] || fail 'not one article a nest'
contains page.html '#pragma naas name(conv2d)'
contains page.html 'naas_conv2d_args'
contains page.html 'k &lt; K'

# The same nest again replaces its article; others stay as they are, in their order.
cp page.html before.html
"$naascc" -fnaas-report=page.html -c "$examples/conv2d.c" -o a.o || fail 'no object'
expect 'the same compilation leaves the same page' cmp before.html page.html
"$naascc" -fnaas-accel=eyeriss -fnaas-report=page.html -c "$examples/conv2d.c" -o a.o || fail 'no object'
[ "$(articles)" = 2 ] || fail 'an article was not replaced'
contains page.html 'accelerator eyeriss'
sed -n '/^<!-- begin .*-->$/,$p' before.html | sed -n '/maxpool/,$p' >wanted
sed -n '/^<!-- begin .*-->$/,$p' page.html | sed -n '/maxpool/,$p' >found
expect 'other articles stay' cmp wanted found

# Compilations at the same time.
rm page.html
for name in conv2d maxpool depthwise gemm dilated pointwise; do
    "$naascc" -fnaas-report=page.html -c "$examples/$name.c" -o $name.o &
done
wait
[ "$(articles)" = 6 ] || fail "of 6 nests $(articles) are in the page"
needs_nothing page.html

"$naascc" -fnaas-target=native -fnaas-report=native.html -c "$examples/gemm.c" -o n.o || fail 'no object'
contains native.html 'Target native'
lacks native.html Roofline
"$naascc" -fnaas-report=nowhere/page.html -c "$examples/conv2d.c" -o a.o 2>err && fail 'a page in no folder'
contains err nowhere/page.html

# At a link the search for the accelerator is in it, too.
"$naascc" -fnaas-budget=eyeriss -c "$examples/gemm.c" -o gemm.o || fail 'no object'
"$naascc" -fnaas-report=link.html gemm.o -o program || fail 'no program'
needs_nothing link.html
[ "$(grep -c '<article' link.html)" = 2 ] || fail 'search and nest are not both in the page'
contains link.html Convergence
contains link.html 'on the Pareto front'
contains link.html '#pragma naas'
contains link.html "gemm.c:$(grep -n '#pragma naas' "$examples/gemm.c" | cut -d: -f1)"
browse link.html '
    const point = document.querySelector("svg .point.s0[data-id^=c]"), row = document.querySelector("tr[data-id=" + point.dataset.id + "]");
    point.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    check("selecting a point selects its row", row.classList.contains("chosen"));
'

browse page.html '
    const bar = document.querySelector("svg g[data-id] rect"), id = bar.closest("[data-id]").dataset.id;
    const box = bar.getBoundingClientRect(), tip = document.getElementById("tip");
    bar.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: box.left + 2, clientY: box.top + 2 }));
    check("pointing shows the tip", !tip.hidden && /DRAM: .*%/.test(tip.textContent));
    check("the mapping of one problem is open", document.getElementById(id).open);
    bar.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    check("selecting a bar selects its point", document.querySelector(".point[data-id=" + id + "]").classList.contains("chosen"));
    check("source and C stand side by side, or narrow below each other", (function () {
        const [a, b] = document.querySelectorAll(".code > div");
        const [x, y] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        return innerWidth > 900 ? x.top === y.top && x.right <= y.left : x.bottom <= y.top;
    })());
    check("nothing is wider than the page", document.documentElement.scrollWidth <= innerWidth);
'
finish
