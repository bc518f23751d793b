#!/bin/sh
# A search on the machines of a hostfile: sh examples/cluster/search.sh HOSTS FOLDER OPTION...
# When a rank is lost it goes on by itself, five times at most.
hosts=${1:?a hostfile} folder=${2:?the folder for the results}
shift 2
ranks=$(awk '!/^#/ && NF { n += match($2, /[0-9]+/) ? substr($2, RSTART) : 1 } END { print n }' "$hosts")
over() { mpirun --hostfile "$hosts" -n "$ranks" --bind-to none naas search "$@"; }

tries=0
if [ -e "$folder/run.json" ]; then
    over --resume "$folder"
else
    over -o "$folder" "$@"
fi
status=$?
# 1 and 2 are mistakes of the command, which another try would repeat; the rest are lost ranks.
while [ $status -gt 2 ] && [ -e "$folder/run.json" ] && [ $((tries = tries + 1)) -le 5 ]; do
    echo "search.sh: status $status, going on ($tries)" >&2
    over --resume "$folder"
    status=$?
done
exit $status
