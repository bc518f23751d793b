# Sourced by tests of pages, after lib.sh.

# needs_nothing PAGE: nothing in it is fetched from elsewhere.
needs_nothing() {
    grep -E '(src|href|action) *= *["'"'"'][^#]|url\(|@import|<link' "$1" && fail "$1 refers to something outside"
    [ -z "$(grep -o '[a-z]*://[^"<> ]*' "$1" | grep -vx 'http://www.w3.org/2000/svg')" ] || fail "$1 has an address"
    [ -z "$(grep -oE ' id="[^"]*"' "$1" | sort | uniq -d)" ] || fail "$1 has an id twice"
}

# browse PAGE SCRIPT: runs the script in the loaded page, in light and dark, wide and narrow; it calls
# check(WHAT, CONDITION). Errors of the page's own script fail, too.
browse() {
    browser=$(command -v chromium || command -v chromium-browser) ||
        { echo 'chromium is missing: pages are not tried in a browser'; return 0; }
    awk '{ print }
        /<head>/ { print "<script>var failed = [], passed = 0;"
            print "addEventListener(\"error\", function (e) { failed.push(\"script error: \" + e.message); });"
            print "function check(what, fine) { if (fine) passed++; else failed.push(what); }</script>" }' "$1" >"$work/.page.html"
    cat >>"$work/.page.html" <<END
<script>addEventListener("load", function () {
    try {
        $2
    } catch (e) { failed.push(String(e)); }
    const list = document.createElement("pre"), ground = getComputedStyle(document.body).backgroundColor;
    list.id = "result";
    list.textContent = ["", "ground " + ground, "passed " + passed].concat(failed.map(f => "failed " + f), "end", "").join("\\n");
    document.body.appendChild(list);
});</script>
END
    for size in 1300,900 400,800; do
        for scheme in 0 1; do # dark, light
            timeout 120 "$browser" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
                --disable-component-update --disable-sync --hide-scrollbars --blink-settings=preferredColorScheme=$scheme \
                --user-data-dir="$work/.profile" --window-size=$size --dump-dom "file://$work/.page.html" >"$work/.dom" 2>"$work/.log"
            sed -n '/id="result"/,/^end$/p' "$work/.dom" >"$work/.result.$scheme"
            grep -q '^end$' "$work/.result.$scheme" || { fail "$1 does not load in $browser"; tail -5 "$work/.log" >&2; }
            grep '^failed' "$work/.result.$scheme" && fail "$1 at $size, colours $scheme"
            grep -q '^passed 0$' "$work/.result.$scheme" && fail "$1: nothing was checked"
        done
        cmp -s "$work/.result.0" "$work/.result.1" && fail "$1 looks the same in light and dark"
    done
    rm -rf "$work/.profile"
}
