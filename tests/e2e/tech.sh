#!/bin/sh
# naas tech: figures with their sources, of tables and of accelerators, as text, CSV and JSON; a user's own table.
. "$(dirname "$0")/lib.sh"
naas=$bin/naas
cd "$work" || exit 1

# cell COLUMN ROW: of the CSV in out; rows of the data from 1, cells before the first one in quotes.
cell() { sed -n "$(($2 + 1))p" out | cut -d, -f"$1"; }
is() { # WHAT WANTED GOT
    [ "$2" = "$3" ] || fail "$1 is $3, not $2"
}
near() { # WHAT WANTED GOT: to five digits
    awk -v a="$2" -v b="$3" 'BEGIN { exit !((a - b) ^ 2 <= (1e-5 * a) ^ 2) }' || fail "$1 is $3, not $2"
}

# What there is.
status 0 "$naas" tech
for word in 16nm 22nm 28nm 32nm 45nm 65nm CACTI 'components: sram register mac noc dram'; do
    contains out "$word"
done
for table in 16nm 22nm 28nm 32nm 45nm 65nm; do
    status 0 "$naas" tech $table
    is "components of $table" 4 "$(grep -cE '^(register|mac|noc|dram), ' out)"
    is "widths of $table" 4 "$(grep -c '^sram, ' out)"
    [ "$(grep -c '^  source: ' out)" -ge 5 ] || fail "$table: sources are missing"
done

# Points as the table has them; between them, over logarithms; beyond them, by the slope of the whole.
status 0 "$naas" tech 45nm sram --capacity 64KiB --width 64 --csv
is 'a point' '64 KiB,64 bits,25.87,19.65,209000,given,' "$(cell 2-8 1)"
status 0 "$naas" tech 45nm sram --capacity 131072 --width 64 --csv
near 'half-way from 64 to 256 KiB' "$(awk 'BEGIN { print sqrt(25.87 * 44.72) }')" "$(cell 4 1)"
is 'its origin' 'interpolated,at 64 bits between 64 KiB and 256 KiB' "$(cell 7-8 1)"
status 0 "$naas" tech 45nm sram --capacity '64 MiB' --width 64 --csv
near 'four times the last' "$(awk 'BEGIN { print 351.3 * 4 ^ (log(351.3 / 1.67) / log(16384)) }')" "$(cell 4 1)"
is 'its origin' 'extrapolated,at 64 bits above 16 MiB' "$(cell 7-8 1)"
status 0 "$naas" tech 45nm sram --capacity 64KiB --width 90
contains out 'interpolated: at 64 bits 64 KiB, at 128 bits 64 KiB'
status 0 "$naas" tech 45nm sram --capacity 64KiB --width 512
contains out 'extrapolated: outside the widths of the table: at 32 bits 64 KiB, at 256 bits 64 KiB'
status 0 "$naas" tech 45nm sram --capacity 256KiB --width 64 --banks 4 --csv
is 'energies of a bank, areas of four' '256 KiB in 4 banks,64 bits,25.87,19.65,836000,given' "$(cell 2-7 1)"
status 0 "$naas" tech 45nm sram --width 128 --csv
is 'points of 128 bits' 8 "$(grep -c '^sram,.*,128 bits,' out)"
status 0 "$naas" tech 45nm register --width 16 --csv
near 'register of 2 bytes' 0.144 "$(cell 4 1)"
status 0 "$naas" tech 45nm sram --capacity 100B
contains out 'register, 32 bits'
contains out 'interpolated: between 32 B and 520 B'
status 0 "$naas" tech 45nm mac --type i8 --csv
is 'a MAC' 'mac,i8,multiply and add,0.23,,318,given' "$(cell 1-7 1)"
contains out Horowitz
status 0 "$naas" tech 65nm noc --width 16 --csv
near 'a hop' 4 "$(cell 4 1)"
status 0 "$naas" tech 28nm dram --type hbm2 --width 16 --csv
near HBM2 62.4 "$(cell 4 1)"

# Accelerators: what is stated, what follows, and the same numbers as naas show has.
for accel in default edge-tpu eyeriss nvdla-256 shidiannao cpu; do
    status 0 "$naas" tech --accel $accel --csv
    "$naas" show squeezenet $accel --nest conv1 --json >accel.json
    for pj in $(grep -oE '"(read_pj|hop_pj)": [0-9.e+-]+' accel.json | sed 's/.*: //'); do
        cut -d, -f4 out | awk -v pj="$pj" '($1 - pj) ^ 2 <= (1e-6 * pj) ^ 2 { found = 1 } END { exit !found }' ||
            fail "$accel: nothing costs $pj"
    done
done
status 0 "$naas" tech --accel eyeriss
contains out 'stated: the area by the technology 65nm'
contains out nn_dataflow
status 0 "$naas" tech --accel shidiannao
contains out 'at 128 bits between 4 KiB and 16 KiB'
contains out 'mean of its memories'

# JSON is JSON, and has the numbers of CSV.
status 0 "$naas" tech --accel nvdla-1024 --json
for word in '"kind": "components"' '"name": "nvdla-1024"' '"component": "CBUF"' '"from": "given"' '"source": "'; do
    contains out "$word"
done
! command -v python3 >/dev/null || expect 'JSON' python3 -m json.tool out

# A table of one's own, alone and below an accelerator.
sed 's/"lpddr4": 8/"lpddr4": 2/' "$root/examples/technology/28nm.json" >mine.json
mkdir folder
mv mine.json folder
sed 's/"technology": "28nm"/"technology": "mine.json"/' "$root/examples/accelerators/default.json" >folder/mine-too.json
status 0 "$naas" tech folder/mine.json dram --type lpddr4 --csv
near 'the own DRAM' 2 "$(cell 4 1)"
status 0 "$naas" tech --accel folder/mine-too.json --csv
near 'a word of the own DRAM' 64 "$(cell 4 1)"
"$naas" map "$root/examples/conv2d.c" folder/mine-too.json --json >own.json || fail 'no mapping with an own table'
"$naas" map "$root/examples/conv2d.c" default >theirs
"$naas" map "$root/examples/conv2d.c" folder/mine-too.json >own
[ "$(grep -c 'energy in all' own)" -eq 1 ] || fail 'no energy with an own table'
awk '/energy in all/ { e[FNR != NR] = $4 } END { exit !(e[1] < e[0]) }' theirs own || fail 'cheaper DRAM saves nothing'
sed -i 's/"bits": 64/"bits": 16/' folder/mine.json
status 1 "$naas" tech folder/mine.json
contains err 'folder/mine.json:'
contains err '"sram.points[1].bits": widths have to ascend'
status 1 "$naas" tech --accel folder/mine-too.json
contains err 'widths have to ascend'

# Mistakes.
status 1 "$naas" tech 46nm
contains err 'no technology is named "46nm"'
status 1 "$naas" tech none.json
contains err none.json
status 1 "$naas" tech --accel none
status 1 "$naas" tech 45nm mac --type int8
contains err 'there is no mac of type int8, but i8, i16, i32, f16, f32'
for words in '45nm flash' '45nm sram --capacity' '45nm sram --capacity 3KB' '45nm sram --width 0' '45nm noc --capacity 64KiB' '45nm --width 8' \
    '45nm sram --banks 2' '45nm sram sram' '45nm --accel eyeriss' '45nm --json --csv' --fast; do
    status 2 "$naas" tech $words
    contains err 'usage: naas tech'
done
finish
