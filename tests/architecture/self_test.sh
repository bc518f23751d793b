#!/bin/sh
# Plants one forbidden include after the other in an empty project and expects includes.sh to name each.
# Usage: self_test.sh includes.sh
check=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
for folder in support frontend accelsearch cluster show polyhedral codegen runtime/include driver; do
    mkdir -p "$root/$folder"
done
touch "$root/frontend/inside.h" "$root/runtime/sim.h"
failed=0

expect() { # pass|fail FILE INCLUDE
    printf '/* x */\n#include %s\n' "$3" >"$root/$2"
    output=$(sh "$check" "$root") && result=pass || result=fail
    if [ "$result" != "$1" ] || { [ "$1" = fail ] && [ "${output#"$2:2: "}" = "$output" ]; }; then
        echo "$2 with #include $3: expected $1, got $result: $output"
        failed=1
    fi
    rm "$root/$2"
}

expect pass support/a.c '"support/support.h"'
expect pass frontend/a.c '"inside.h"'
expect pass frontend/a.c '"support/json.h"'
expect pass frontend/a.c '<isl/set.h>'
expect pass polyhedral/a.c '"frontend/nest.h"'
expect pass polyhedral/a.c '"accelsearch/types.h"'
expect pass codegen/a.c '"frontend/frontend.h"'
expect pass codegen/a.c '"polyhedral/polyhedral.h"'
expect pass driver/a.c '"show/chart.h"'
expect pass runtime/a.c '"sim.h"'
expect pass runtime/a.c '<naas_rt.h>'
expect pass driver/a.c '"accelsearch/accelsearch.h"'
expect pass driver/a.c '"naas_config.h"'
expect pass accelsearch/a.c '"made_by_the_build.h"'
expect pass cluster/a.c '<mpi.h>'
expect pass cluster/a.c '"accelsearch/farm.h"'
expect pass driver/a.c '"cluster/cluster.h"'
expect fail driver/a.c '<mpi.h>'
expect fail accelsearch/a.c '<mpi.h>'
expect fail accelsearch/a.c '"cluster/cluster.h"'
expect fail driver/a.c '"cluster/rank.h"'
expect fail accelsearch/a.c '"naas_config.h"'
expect fail support/a.c '"frontend/nest.h"'
expect fail show/a.c '"driver/naas.h"'
expect fail accelsearch/a.c '"show/chart.h"'
expect fail frontend/a.c '"accelsearch/types.h"'
expect fail frontend/a.h '"polyhedral/polyhedral.h"'
expect fail accelsearch/a.c '"frontend/nest.h"'
expect fail accelsearch/a.c '"sim.h"'
expect fail polyhedral/a.c '"frontend/frontend.h"'
expect fail polyhedral/a.c '"accelsearch/accelsearch.h"'
expect fail polyhedral/a.c '"codegen/codegen.h"'
expect fail codegen/a.c '"accelsearch/accelsearch.h"'
expect fail codegen/a.c '<naas_rt.h>'
expect fail driver/a.c '"runtime/include/naas_rt.h"'
expect fail driver/a.c '"frontend/inside.h"'
expect fail runtime/a.c '"support/support.h"'
exit $failed
