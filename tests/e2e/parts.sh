#!/bin/sh
# A nest of several parts: dumped, reported, verified, left to the link; and when the runtime fails between two parts.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
cat >mlp.c <<'END2'
#include <stdio.h>
static float x[4][12], u[12][8], v[8][6], hidden[4][8], y[4][6];
int main(void)
{
    for (int i = 0; i < 48; i++)
        x[i / 12][i % 12] = (float)(i % 7 - 3);
    for (int i = 0; i < 96; i++)
        u[i / 8][i % 8] = (float)(i % 5 - 2);
    for (int i = 0; i < 48; i++)
        v[i / 6][i % 6] = (float)(i % 9 - 4);
    for (int i = 0; i < 24; i++)
        y[i / 6][i % 6] = (float)i;
#pragma scop
    for (int i = 0; i < 12; i++)
        for (int j = 0; j < 8; j++)
            u[i][j] = 2 * u[i][j] + 1;
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 8; j++) {
            float sum = 0;
            for (int k = 0; k < 12; k++)
                sum += x[i][k] * u[k][j];
            hidden[i][j] = sum > 0 ? sum : 0;
        }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 6; j++)
            for (int k = 0; k < 8; k++)
                y[i][j] += hidden[i][k] * v[k][j];
#pragma endscop
    for (int i = 0; i < 24; i++)
        printf("%g\n", (double)y[i / 6][i % 6]);
    return 0;
}
END2
$cc -w mlp.c -o plain && ./plain >plain.out
for target in sim native; do
    expect "$target: no warnings" "$naascc" -O1 -Wall -Wextra -Wshadow -Werror -Werror=naas -fnaas-target=$target mlp.c -o $target
    ./$target >$target.out
    expect "$target: the same" cmp plain.out $target.out
    expect "$target: verifies" "$naascc" -O1 -fnaas-verify -fnaas-target=$target mlp.c -o verified
    NAAS_RT_VERIFY=abort ./verified >$target.out 2>stats || fail "$target: kernel and loops differ"
    expect "$target: verified, and the same" cmp plain.out $target.out
done
for kind in problem mapping schedule; do
    "$naascc" -fnaas-dump=$kind -fnaas-dump-format=json mlp.c >dump
    [ "$(grep -c '"format"' dump)" -eq 2 ] || { fail "not two documents of $kind"; cat dump >&2; }
    expect "a text of $kind" "$naascc" -fnaas-dump=$kind mlp.c
done
"$naascc" -Rnaas -fnaas-report=report.json -c mlp.c -o mlp.o 2>remarks
contains remarks "remark: nest 'main_14' mapped to default in 3 parts, 1 of them left to the host:"
[ "$(wc -l <report.json)" -eq 2 ] || fail 'not two problems in the report'
contains report.json '"name":"main_14_2"'

expect 'left to the link' "$naascc" -fnaas-budget=eyeriss -c mlp.c -o late.o
expect 'links' "$naascc" late.o -o late
NAAS_RT_STATS=1 ./late >late.out 2>stats
expect 'mapped at the link: the same' cmp plain.out late.out
[ "$(grep -c 'on naas-eyeriss (sim)' stats)" -eq 2 ] || { fail 'not two problems on the accelerator'; cat stats >&2; }

# The second part fails: it is repeated as the source has it, on what the first has written.
cat >fails.c <<'END2'
#include <naas_rt.h>
int __real_naas_rt_wait(naas_rt *run);
int __wrap_naas_rt_wait(naas_rt *run);
int __wrap_naas_rt_wait(naas_rt *run)
{
    static int calls;
    return ++calls == 2 ? -1 : __real_naas_rt_wait(run);
}
END2
expect 'wraps' "$naascc" -O1 -I"$root/runtime/include" -Wl,--wrap=naas_rt_wait mlp.c fails.c -o fails
./fails >fails.out
expect 'a part that fails is repeated' cmp plain.out fails.out
finish
