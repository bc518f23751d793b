#!/bin/sh
# Who may include whom. Usage: includes.sh ROOT. Prints each include that breaks a rule as file:line, and then fails.
#
# Every "..." include is rooted at the repository, names a neighbour in the same folder, or is made by the build; system
# headers are <...>.
# Generated text inside string literals does not count: only lines that start with # are looked at.
cd "$1" || exit 2

# For each folder, the headers of ours outside of it that it may see (shell patterns).
allowed() {
    case $1 in
    support | runtime) ;;
    frontend | accelsearch) echo 'support/*' ;;
    cluster) echo 'support/* accelsearch/accelsearch.h accelsearch/farm.h accelsearch/key.h accelsearch/pool.h' ;;
    polyhedral) echo 'support/* frontend/nest.h accelsearch/types.h' ;;
    exchange) echo 'support/* accelsearch/accelsearch.h accelsearch/types.h' ;;
    nas | study) echo 'support/* accelsearch/*' ;;
    show) echo 'support/* accelsearch/accelsearch.h accelsearch/types.h accelsearch/timeline.h' ;;
    validate) echo 'support/* accelsearch/accelsearch.h accelsearch/types.h accelsearch/technology.h accelsearch/random.h
                    show/chart.h show/mapping.h' ;;
    codegen) echo 'support/* polyhedral/polyhedral.h accelsearch/types.h frontend/nest.h frontend/frontend.h' ;;
    driver) echo 'support/* frontend/frontend.h frontend/nest.h polyhedral/polyhedral.h accelsearch/accelsearch.h
                  accelsearch/types.h accelsearch/cosearch.h accelsearch/pool.h accelsearch/technology.h cluster/cluster.h exchange/exchange.h nas/search.h study/study.h codegen/codegen.h show/* validate/validate.h' ;;
    esac
}

# Success when the header ($2), seen from a file of the folder ($1), is fine.
may_include() {
    case $2 in
    naas_rt.h) [ "$1" = runtime ]; return ;;
    naas_config.h) [ "$1" = driver ]; return ;;
    mpi.h) [ "$1" = cluster ]; return ;;
    "$1"/*) return 0 ;;
    */*) ;;
    *) # a neighbour, or made by the build
        [ -f "$1/$2" ] && return 0
        [ -z "$(find . -name "$2" -not -path './build/*')" ] && return 0 ;;
    esac
    for pattern in $(allowed "$1"); do
        case $2 in $pattern) return 0 ;; esac
    done
    return 1
}

set -f
failures=$(
    for folder in support frontend accelsearch cluster exchange nas show study validate polyhedral codegen runtime driver; do
        # file:line:"header" for ours, for <naas_rt.h>, which only the runtime itself may name, and for <mpi.h>
        find "$folder" -name '*.[ch]' -exec grep -nE \
            '^[[:space:]]*#[[:space:]]*include[[:space:]]*("|<(naas_rt|mpi)\.h>)' /dev/null {} + |
            sed -E 's/^([^:]*:[0-9]+):[^"<]*["<]([^">]*)[">].*/\1 \2/' |
            while read -r place header; do
                may_include "$folder" "$header" || echo "$place: $folder may not include $header"
            done
    done
)
[ -z "$failures" ] && exit 0
echo "$failures"
exit 1
