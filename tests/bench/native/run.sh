#!/bin/sh
# Speed of the native target against compilers and libraries, side by side: layers of well-known networks, float, 8 and 16 bits, each variant
# timed in turn with the others in one process.
#
#     sh tests/bench/native/run.sh build/release/bin [-t THREADS] [-i|-w] [-s SECONDS] [-v "VARIANTS"] [LAYER...]
#
# -t: threads (1). -i: 8-bit integers. -w: 16-bit integers, which oneDNN has none of. -s: seconds for each variant of a layer (0.3). -v: only these variants. Prints GFLOP/s (median), each as a
# share of the multiply-add peak that the same run measured, then geometric means and ratios. Variants that are not installed are left out, saying so.
bin=$(cd "${1:?the folder of naascc}" && pwd)
shift
threads=1 integers='' seconds=0.3 only=''
while getopts t:iws:v: option; do
    case $option in
    t) threads=$OPTARG ;;
    i) integers=8 ;;
    w) integers=16 ;;
    s) seconds=$OPTARG ;;
    v) only=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS="$threads" OPENBLAS_NUM_THREADS="$threads" OMP_WAIT_POLICY=passive NAAS_CC=gcc

# name K C P Q R S stride pad depthwise
layers='vgg_1_1 64 3 224 224 3 3 1 1 0
vgg_1_2 64 64 224 224 3 3 1 1 0
vgg_3_2 256 256 56 56 3 3 1 1 0
vgg_5_3 512 512 14 14 3 3 1 1 0
resnet_7x7s2 64 3 112 112 7 7 2 3 0
resnet_3x3 64 64 56 56 3 3 1 1 0
resnet_1x1 64 256 56 56 1 1 1 0 0
resnet_3x3s2 128 128 28 28 3 3 2 1 0
resnet_1x1_7 2048 512 7 7 1 1 1 0 0
mobile_dw 144 144 56 56 3 3 1 1 1
mobile_dw_s2 144 144 28 28 3 3 2 1 1
gemm_512 512 512 1 512 1 1 1 0 0'

wanted() { [ -z "$only" ] || case " $only " in *" $1 "*) true ;; *) false ;; esac; }

# make NAME COMPILER...: the variant as a library; adds it to $made.
make() {
    variant=$1
    shift
    wanted "$variant" || return 0
    if "$@" -shared -fPIC -I"$work" -I"$here" -o "$work/$variant.so" >"$work/log" 2>&1; then
        made="$made $variant=$work/$variant.so"
    else
        grep -m1 -i error "$work/log" >"$work/why"
        echo "$variant: left out: $(cat "$work/why")" >>"$work/missing"
    fi
}

echo "$layers" | while read -r name k c p q r s stride pad dw; do
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    printf '#define %s\n' "K $k" "C $c" "P $p" "Q $q" "R $r" "S $s" "STRIDE $stride" "PAD $pad" "DEPTHWISE $dw" ${integers:+INT$integers} >"$work/dims.h"
    sed 's/#pragma naas/& constant(w)/' "$here/layer.c" >"$work/packed.c"
    made=''
    fast="-O3 -march=native -w"
    naas="$fast -fopenmp -fnaas-target=native -Werror=naas"
    make peak gcc $fast -fopenmp -DPEAK_TIMES=100000 "$here/peak.c"
    make gcc gcc $fast -DPLAIN "$here/layer.c"
    make gcc_source gcc $fast "$here/layer.c"
    make clang clang $fast -DPLAIN "$here/layer.c"
    make polly clang $fast -mllvm -polly -mllvm -polly-vectorizer=stripmine -DPLAIN "$here/layer.c"
    make naascc "$bin/naascc" $naas "$here/layer.c"
    make naascc_packed "$bin/naascc" $naas "$work/packed.c"
    make naascc_padded "$bin/naascc" $naas -DPLAIN "$work/packed.c"
    make naascc_measured "$bin/naascc" $naas -fnaas-effort=measure -fnaas-db=none -fnaas-timeout=600 "$work/packed.c"
    [ -n "$integers" ] || [ "$dw" = 1 ] || make openblas gcc $fast -fopenmp "$here/blas.c" -lopenblas
    if [ "$integers" != 16 ]; then
        make onednn_nchw gcc -O2 -DPLAIN "$here/dnnl.c" -ldnnl
        make onednn_reorder gcc -O2 "$here/dnnl.c" -ldnnl
        make onednn_own gcc -O2 -DOWN "$here/dnnl.c" -ldnnl
    fi
    gcc -O2 -I"$work" -I"$here" "$here/bench.c" -o "$work/bench" -ldl -lm || exit 1
    "$work/bench" "$seconds" 1 "$name" $made || exit 1
done >"$work/rows" || exit 1
sort -u "$work/missing" 2>/dev/null
awk -v threads="$threads" -v type="${integers:+$integers-bit integers}" '
    { if (!($1 in row)) { row[$1] = ++n; layer[n] = $1 }
      if (!($2 in column)) { column[$2] = ++m; variant[m] = $2 }
      rate[$1, $2] = $3; share[$1, $2] = $5 }
    function mean(a, b, dense,   i, sum, count) { # geometric mean of a / b
        for (i = 1; i <= n; i++)
            if ((!dense || layer[i] !~ /dw/) && rate[layer[i], a] && (b == "" || rate[layer[i], b])) {
                sum += log(b == "" ? share[layer[i], a] : rate[layer[i], a] / rate[layer[i], b]); count++ }
        return count ? exp(sum / count) : 0 }
    END {
        printf "%s, %d thread(s); GFLOP/s, median (%% of the peak of the same run)\n", type ? type : "float", threads
        printf "%-14s", ""; for (j = 1; j <= m; j++) printf " %15s", variant[j]; print ""
        for (i = 1; i <= n; i++) {
            printf "%-14s", layer[i]
            for (j = 1; j <= m; j++) if (rate[layer[i], variant[j]]) printf " %9.1f (%3.0f)", rate[layer[i], variant[j]], 100 * share[layer[i], variant[j]]; else printf " %15s", "-"
            print ""
        }
        printf "%-14s", "mean, dense"; for (j = 1; j <= m; j++) printf " %14.0f%%", 100 * mean(variant[j], "", 1); print ""
        for (i = 1; i <= m; i++) if (variant[i] ~ /naascc/) for (j = 1; j <= m; j++) if (variant[j] !~ /naascc|peak/)
            printf "%s / %s: %.2f on dense layers, %.2f on all\n", variant[i], variant[j], mean(variant[i], variant[j], 1), mean(variant[i], variant[j], 0)
    }' "$work/rows"
