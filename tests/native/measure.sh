#!/bin/sh
# -fnaas-effort=measure: every choice that may be tried makes the results of the source's loops; what was measured is remembered, and
# said where it cannot be measured. Usage: measure.sh BIN TRIALS
trials=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
. "$(dirname "$0")/../e2e/lib.sh"
cd "$work" || exit 1
seed=${NAAS_SEED:-1}
echo "NAAS_SEED=$seed"

# ---- choices ----
sizes=$(awk -v seed="$seed" 'function r(low, high) { return low + int(rand() * (high - low + 1)) }
    BEGIN { srand(seed); R = r(2, 3)
        print "-DK=" r(13, 40) " -DC=" r(5, 19) " -DP=" r(8, 21) " -DQ=" r(17, 40) " -DR=" R " -DSTRIDE=" r(1, 2) " -DPAD=" r(0, R - 1) }')
tried=0
nests='0 1 2 3 4 5 6 7 8' wanted=8
[ -z "$HOST_FLAGS" ] || { nests='0 2 5 7' wanted=4; } # sanitizers compile slowly
for nest in $nests; do
    for round in 0 $((seed % 3 + 1)); do
        case $round$nest in 0? | ?0 | ?1 | ?5) ;; *) continue ;; esac # those are products
        "$trials" "$root/tests/native/shapes.c" "$root/examples/accelerators/cpu.json" $nest $round $sizes >trial.c || continue
        expect "$sizes, nest $nest: compiles" $cc -w -O1 -march=native -I"$root/runtime/include" trial.c "$bin"/../lib/libnaas_rt.a -lm -o trial || continue
        ./trial >seconds || fail "nest $nest, $sizes: the trial fails"
        lacks seconds -1 || fail "nest $nest, round $round, $sizes: a choice has other results"
        [ "$(wc -l <seconds)" -ge 2 ] || fail "nest $nest, round $round, $sizes: nothing to choose"
        tried=$((tried + 1))
        echo "nest $nest, round $round: $(wc -l <seconds) choices"
    done
done

[ $tried -ge $wanted ] || fail "only $tried trials"

# ---- the compiler ----
cat >small.c <<'EOF'
#include <stdio.h>
enum { M = 60, N = 70, K = 80 };
static float a[M][K], b[K][N], c[M][N];
int main(void)
{
    for (int i = 0; i < K; i++)
        for (int j = 0; j < N; j++)
            b[i][j] = (float)(i % 5 - j % 3);
    for (int i = 0; i < M; i++)
        for (int k = 0; k < K; k++)
            a[i][k] = (float)(i % 7 - k % 4);
#pragma naas
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            float sum = 0;
            for (int k = 0; k < K; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
    for (int i = 0; i < M; i++)
        printf("%g %g\n", c[i][i], c[i][N - 1 - i]);
    return 0;
}
EOF
cat >counting <<EOF
#!/bin/sh
case "\$*" in *.trial.c*) echo trial >>"$work/trials" ;; esac
exec $cc "\$@"
EOF
chmod +x counting
NAAS_CC=$work/counting
file=$work/small.c
$cc -O2 -w "$file" -o plain -lm && ./plain >plain.out
expect 'measures' "$naascc" -w -O2 -march=native -fnaas-target=native -fnaas-effort=measure "$file" -o mapped -lm
./mapped >mapped.out || fail 'the measured program fails'
expect 'measured: same results' cmp plain.out mapped.out
[ -s trials ] || fail 'nothing was measured'
"$bin/naas" db >out
contains out ' 1 choices measured'
rm -f trials
expect 'again' "$naascc" -w -O2 -march=native -fnaas-target=native -fnaas-effort=measure "$file" -o again -lm
[ ! -e trials ] || fail 'what was measured is not remembered'
same_bits 'the same program' mapped again
"$naascc" -w -O1 -march=native -fnaas-target=native -fnaas-effort=measure -c "$file" -o other.o || fail 'no object'
[ -s trials ] || fail 'other options of the compiler are not measured anew'
"$bin/naas" db --clear >out
contains out ' 0 choices measured'
rm -f trials
"$naascc" -w -O2 -fnaas-target=native -c "$file" -o other.o || fail 'no object'
[ ! -e trials ] || fail 'it measures without being asked'

# Accelerators that are no CPUs.
for name in default shidiannao tpu-like; do
    expect "for $name" "$naascc" -w -Werror=naas -O1 -fnaas-target=native -fnaas-accel=$name "$file" -o mapped -lm
    ./mapped >mapped.out && cmp plain.out mapped.out || fail "for $name: other results"
done

# A compiler whose programs do not run here.
cat >foreign <<EOF
#!/bin/sh
case "\$*" in *.trial.c*) exit 1 ;; esac
exec $cc "\$@"
EOF
chmod +x foreign
NAAS_CC=$work/foreign
"$naascc" -w -O2 -fnaas-target=native -fnaas-effort=measure "$file" -o mapped -lm 2>messages || fail 'no program without a measurement'
contains messages 'cannot be timed here'
./mapped >mapped.out && cmp plain.out mapped.out || fail 'other results without a measurement'
finish
