# Sourced by the tests of this folder: one small project, built by each build system with CC=naascc. Each test works in a
# folder of its own, in a copy of the project, and ends with 77 when the build system is not installed.
. "$(dirname "$0")/../e2e/lib.sh"
cp -R "$here/project" "$work/project"
cd "$work/project" || exit 1

need() { # PROGRAM
    command -v "$1" >/dev/null && return
    echo "skipped: there is no $1"
    exit 77
}

# right PROGRAM: it prints what the project computes, with both of its nests on the simulator.
right() {
    NAAS_RT_STATS=1 "$1" >out 2>stats || { fail "$1 does not run"; return; }
    [ "$(cat out)" = 'blur 1488 dot 10416' ] || fail "$1 prints $(cat out)"
    [ "$(grep -c '(sim)' stats)" -eq 2 ] || { fail "$1: not both nests ran on the simulator"; cat stats >&2; }
}
