# Sourced by the tests of this folder, which are called with the folder of the programs as their only argument:
#
#     sh tests/e2e/wrapper.sh build/release/bin
#
# HOST_FLAGS: options the host compiler needs for linking with the runtime library of that build (sanitizers). Each test
# works in a folder of its own, says what failed, and ends with status 1 when anything did.
bin=$(cd "${1:?the folder of naascc}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
HOST_FLAGS=${HOST_FLAGS:-}
cc="cc $HOST_FLAGS" # used unquoted
naascc=$bin/naascc
work=$(mktemp -d)
export LC_ALL=C NAAS_CC="$cc" XDG_CACHE_HOME="$work/.cache" # where mappings are remembered
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
failures=0

fail() { # WHAT...
    failures=$((failures + 1))
    echo "FAILED: $*" >&2
}

# same_bits WHAT A B: equal files. The address sanitizer writes names of temporary files into objects: not compared there.
same_bits() {
    [ -n "$HOST_FLAGS" ] || expect "$1" cmp "$2" "$3"
}

# expect WHAT COMMAND...: the command succeeds.
expect() {
    what=$1
    shift
    "$@" >"$work/.expect" 2>&1 && return 0
    fail "$what: $*"
    sed 's/^/    /' "$work/.expect" >&2
    return 1
}

# refuse WHAT COMMAND...: the command fails, by itself and not by a signal.
refuse() {
    what=$1
    shift
    "$@" >"$work/.expect" 2>&1
    status=$?
    [ $status -ne 0 ] && [ $status -lt 126 ] && return 0
    fail "$what: status $status: $*"
    return 1
}

# status WANTED COMMAND...: the command ends with this status; what it prints is in the files out and err.
status() {
    wanted=$1
    shift
    "$@" >out 2>err
    got=$?
    [ $got -eq "$wanted" ] || { fail "status $got, not $wanted: $*"; cat err >&2; }
}

# takes COMMAND...: the command succeeds; its seconds are in $seconds.
takes() {
    seconds=$(date +%s.%N)
    "$@" >out 2>err || { fail "fails: $*"; cat err >&2; }
    seconds=$(date +%s.%N | awk -v from="$seconds" '{ print $1 - from }')
}

# moment SEED N: the N-th random moment of what took $seconds, not at its very end.
moment() {
    awk -v seed="$1" -v n="$2" -v seconds="$seconds" 'BEGIN { srand(seed + n); printf "%.3f", rand() * 0.7 * seconds }'
}

# contains FILE TEXT, lacks FILE TEXT
contains() {
    grep -qF -- "$2" "$1" && return 0
    fail "no '$2' in $1:"
    sed 's/^/    /' "$1" >&2
    return 1
}

lacks() {
    grep -qF -- "$2" "$1" || return 0
    fail "'$2' in $1"
    return 1
}

finish() {
    [ "$failures" -eq 0 ] || { echo "$0: $failures failures" >&2; exit 1; }
    exit 0
}
