#!/bin/sh
# docs/manual.md and docs/tutorial.md are true: their examples run, and the manual names every option of naascc, every command of
# naas and its options, and every variable; the manual pages hold them, too.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
manual=$root/docs/manual.md

# Blocks ```c NAME are files; blocks ```sh are run.
run_blocks() { # FILE.md FOLDER
    mkdir "$2"
    awk -v folder="$2" '/^```c /  { file = folder "/" $2; next }
         /^```sh$/ { file = sprintf("%s/block%02d.sh", folder, ++n); next }
         /^```/    { file = ""; next }
         file      { print >file }' "$1"
    [ -e "$2/block01.sh" ] || fail "$1 has no examples"
    for block in "$2"/block*.sh; do
        (cd "$2" && PATH="$bin:$PATH" sh -e "./${block##*/}") >out 2>err || { fail "$(cat "$block")"; cat err >&2; }
    done
}
run_blocks "$manual" manual
run_blocks "$root/docs/tutorial.md" tutorial
$cc -w manual/conv.c -o plain && [ "$(./plain)" = "$(manual/conv 2>/dev/null)" ] || fail 'the example computes something else'

"$naascc" --help 2>/dev/null | sed -n '/^options:/,/^The help of/p' >help
"$naascc" -fnaas-man >naascc.1
"$bin/naas" --man >naas.1
sed 's/\\-/-/g' naascc.1 naas.1 >pages
for option in $(grep -oE '^  -[^ =]*' help); do
    contains "$manual" "\`$option"
    contains pages "$option"
done
for command in $("$bin/naas" --help | sed -nE 's/^  ([a-z]+) .*/\1/p'); do
    contains "$manual" "naas $command"
    contains pages "$command "
done
for command in '' $("$bin/naas" --help | sed -nE 's/^  ([a-z]+) .*/\1/p'); do
    for option in $("$bin/naas" $command --help | grep -oE '^  -[^ =]*'); do
        contains "$manual" "\`$option"
    done
done
# Every member and column of what naas writes is described.
(
    cd manual || exit 1
    "$bin/naas" eval conv.c eyeriss mapping.json --explain --json >explanation.json &&
        "$bin/naas" map squeezenet eyeriss --json >network.json &&
        "$bin/naas" show conv.c eyeriss mapping.json --table --json >loops.json &&
        grep -ohE '"[a-z_0-9]+":' explanation.json network.json proofs.json loops.json cost.json tech.json found/run.json line/campaign.json moves/study.json report.json | tr -d '":' | sort -u >keys &&
        head -1 -q found/*.csv layers.csv line.csv moves/*.csv proofs.csv tech.csv | tr , '\n' | sort -u >columns
) || fail 'no examples of what is written'
while read -r key; do
    grep -q "[\"\`]$key[\"\`]" "$root/docs/formats.md" || fail "formats.md does not say what '$key' is"
done <manual/keys
while read -r column; do
    contains "$manual" "\`$column\`"
done <manual/columns

for variable in $(grep -ohE 'getenv\("NAAS_[A-Z_]*' "$root"/driver/*.c "$root"/runtime/*.c | sed 's/.*"//' | sort -u); do
    contains "$manual" "\`$variable\`"
    contains pages "$variable"
done
if command -v man >/dev/null && man --help 2>&1 | grep -q -- --warnings; then
    for page in naascc.1 naas.1; do
        man --warnings -E UTF-8 -l "./$page" >/dev/null 2>messages || fail "man cannot read $page"
        [ ! -s messages ] || { fail "$page"; cat messages >&2; }
    done
fi
finish
