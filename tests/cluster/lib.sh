# Sourced by the tests of this folder: ranks N COMMAND... runs a command as N ranks on this machine.
. "$(dirname "$0")/../e2e/lib.sh"
naas=$bin/naas
cd "$work" || exit 1
seed=${NAAS_SEED:-$(date +%s)}
echo "NAAS_SEED=$seed"
export TMPDIR="$work" # names of sockets are short ones
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none # containers often forbid it, which gives warnings

export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" # OpenMPI keeps what it has to the end

ranks() {
    n=$1
    shift
    timeout -k 5 120 mpirun --oversubscribe -n "$n" "$@"
}

cat >net.json <<'END'
{"format": 1, "kind": "network", "name": "three", "layers": [
  {"name": "wide", "C": 16, "K": 24, "H": 14, "R": 3, "pad": 1, "count": 3},
  {"name": "odd", "C": 3, "K": 10, "H": 15, "R": 5, "stride": 2, "pad": 2},
  {"name": "deep", "C": 32, "K": 8, "H": 7}]}
END
cat >space.json <<'END'
{"format": 1, "kind": "space", "name": "small", "resolution": [16, 24], "width": [0.5, 1],
 "parts": [{"name": "stem", "type": "conv", "out": 16, "kernel": 3, "stride": 2},
  {"name": "stage", "type": "inverted", "out": 32, "depth": [1, 2], "kernel": [3, 5], "ratio": [2, 4], "stride": 2},
  {"name": "pool", "type": "global_pool"},
  {"name": "classifier", "type": "linear", "out": 10, "scaled": false}]}
END
