#!/bin/sh
# -fnaas-verify: silent when kernel and loops agree; a kernel that is wrong is reported at its place, and the program goes on with the
# result of the loops, or aborts. -fnaas-report: a line of JSON for every nest.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
cat >sums.c <<'END2'
#include <math.h>
#include <stdio.h>
static float x[64], w[64], y[8];
static int z[8], v[16];
int main(void)
{
    for (int i = 0; i < 64; i++)
        x[i] = i * 0.1f, w[i] = -1.0f / (i + 1);
    for (int k = 0; k < 16; k++)
        v[k] = k;
    x[0] = NAN;
    x[40] = INFINITY;
#pragma naas name(sums)
    for (int i = 0; i < 8; i++) {
        y[i] = -0.0f;
        for (int k = 0; k < 16; k++)
            y[i] += x[4 * i + k] * w[k];
    }
    if (z[0] == 0) {
#pragma naas name(counts)
        for (int i = 0; i < 8; i++)
            for (int k = 0; k < 16; k++)
                z[i] += v[k];
    } else
        puts("never");
    printf("%g %g %d\n", y[1], y[4], z[2]);
    return 0;
}
END2
$cc -w sums.c -o plain && ./plain >plain.out
expect 'warning-free' "$naascc" -Wall -Wextra -Werror -fnaas-verify -fnaas-report=report.json -c sums.c -o sums.o
expect 'links' "$naascc" sums.o -o verified
NAAS_RT_STATS=1 NAAS_RT_VERIFY=abort ./verified >verified.out 2>stats || { fail 'verified program'; cat stats >&2; }
expect 'the result of the loops' cmp plain.out verified.out
contains stats 'sums on default (sim)'
lacks stats error:

nests=$(grep -c 'sums on\|counts on' stats)
[ "$(wc -l <report.json)" -eq "$nests" ] || fail 'not one line for every nest that is mapped'
contains report.json '"file":"sums.c","line":14,"nest":"sums","target":"sim"'
for part in '"cost":{"macs":128,' '"problem":{' '"accelerator":{' '"mapping":{'; do
    contains report.json "$part"
done
refuse 'a report that cannot be written' "$naascc" -fnaas-report=none/report.json -c sums.c -o sums.o
contains .expect 'none/report.json: error: the report cannot be written'

# A kernel made wrong on purpose: naascc1's translation is changed behind its back.
mkdir -p tree/bin tree/libexec/naascc
cp "$naascc" tree/bin/naascc
for folder in lib include share; do ln -s "$bin/../$folder" tree/$folder; done
cat >tree/libexec/naascc/naascc1 <<END2
#!/bin/sh
"$bin/../libexec/naascc/naascc1" "\$@" || exit
sed -i '/^static int naas_sums(/,/^}/s/naas_rt_close(naas_run);/&((float *)y)[3] += 1;/' "\$2/sums.c"
END2
chmod +x tree/libexec/naascc/naascc1
tree/bin/naascc sums.c -o wrong -w && ./wrong >wrong.out
tree/bin/naascc sums.c -o verified -w -fnaas-verify
./verified >verified.out 2>errors || fail 'a difference ends the program'
expect 'the result of the loops again' cmp plain.out verified.out
contains errors "sums.c:14:5: nest 'sums': error: the kernel and the loops differ in 1 of 8 elements of y: element 3 is "
NAAS_RT_VERIFY=abort ./verified >/dev/null 2>&1
[ $? -eq 134 ] || fail 'NAAS_RT_VERIFY=abort does not abort'
finish
