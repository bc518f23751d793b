#!/bin/sh
# naas export and import: a layer with a searched mapping goes to Timeloop's files and comes back with the same counts;
# MAESTRO's files hold it; what they cannot say is named.
. "$(dirname "$0")/lib.sh"
naas=$bin/naas
cd "$work" || exit 1

cat >accel.json <<'END'
{"format": 1, "kind": "accelerator", "name": "small", "technology": "45nm", "word_bits": 16, "clock_mhz": 1000, "accounting": "timeloop",
 "levels": [{"name": "DRAM", "access_words_per_cycle": 4},
  {"name": "Shared", "capacity": "64 KiB", "array": [{"name": "X", "size": 8}, {"name": "Y", "size": 4}]},
  {"name": "Pad", "capacity": 512}]}
END
cat >problem.json <<'END'
{"format": 1, "kind": "problem", "name": "conv",
 "dims": [{"name": "K", "extent": 32}, {"name": "C", "extent": 16}, {"name": "P", "extent": 14}, {"name": "Q", "extent": 14},
  {"name": "R", "extent": 3}, {"name": "S", "extent": 3}],
 "tensors": [{"name": "I", "role": "input", "axes": ["C", "2*P + R", "2*Q + S"]},
  {"name": "W", "role": "weight", "axes": ["K", "C", "R", "S"]}, {"name": "O", "role": "output", "axes": ["K", "P", "Q"]}]}
END
cat >mapping.json <<'END'
{"format": 1, "kind": "mapping", "levels": [
  {"level": "DRAM", "loops": [{"dim": "K", "tile": 8}, {"dim": "P", "tile": 7}]},
  {"level": "Shared", "loops": [{"dim": "P", "tile": 1}, {"dim": "Q", "tile": 1}, {"dim": "C", "tile": 4},
     {"dim": "K", "tile": 1, "axis": "X"}, {"dim": "C", "tile": 1, "axis": "Y"}]},
  {"level": "Pad", "loops": [{"dim": "R", "tile": 1}, {"dim": "S", "tile": 1}]}]}
END
"$naas" eval problem.json accel.json mapping.json --csv >before || fail 'the mapping is none'
"$naas" export problem.json accel.json mapping.json --timeloop there --maestro there 2>err || fail "not exported: $(cat err)"
"$naas" import there/arch.yaml there/problem.yaml there/mapping.yaml -o back 2>err || fail "not imported: $(cat err)"
"$naas" eval back/problem.json back/accelerator.json back/mapping.json --csv >after || fail 'what comes back is no mapping'
expect 'the counts and energies come back' cmp before after
contains there/layer.m 'Dimensions { N: 1, K: 32, C: 16, R: 3, S: 3, Y: 29, X: 29 }'
contains there/layer.m 'Stride { X: 2, Y: 2 }'
contains there/layer.m 'SpatialMap(1, 1) K;'
contains there/layer.m 'Cluster(4, P);'
contains there/hw.m 'num_pes: 32'

"$naas" export squeezenet eyeriss --nest conv1 --timeloop eyeriss 2>err || fail 'eyeriss not exported'
contains err 'PE is divided between tensors'
sed 's/"K=4"/"K=5"/; s/target: Pad/target: Pit/' there/mapping.yaml >wrong.yaml
"$naas" import there/arch.yaml there/problem.yaml wrong.yaml -o back >/dev/null 2>err && fail 'imported with a mistake'
contains err 'wrong.yaml:'
"$naas" import there/arch.yaml 2>err && fail 'no folder'
contains err '-o is missing'
"$naas" import "$root/examples/accelerators/eyeriss.json" -o nothing 2>err && fail 'imported without a design'
contains err 'error: there is no architecture, problem or mapping to import'
exit $((failures > 0))
