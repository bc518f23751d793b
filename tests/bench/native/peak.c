/* The most multiply-adds that the core does: PEAK_TIMES turns of 24 independent vectors, on every thread.
 * Timed as a layer next to the others, because the clock of a shared machine varies. */
#include "layer.h"

#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
typedef float vector __attribute__((vector_size(BYTES)));
#if BYTES == 64
#define ALL(f)                                                                                               \
    f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15) f(16) f(17) f(18)  \
        f(19) f(20) f(21) f(22) f(23)
#else
#define ALL(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11)
#endif

static float turns(float one)
{
    vector x = {one}, sum = {0};
#define START(i) vector a##i = x + i;
#define TURN(i) a##i = a##i * x + x;
#define ADD(i) sum += a##i;
    ALL(START)
    for (int i = 0; i < PEAK_TIMES; i++) {
        ALL(TURN)
    }
    ALL(ADD)
    return sum[0];
}

void bench_layer(const void *x, const void *padded, const void *w, void *y)
{
    (void)padded, (void)w;
    _Pragma("omp parallel")((volatile float *)y)[0] = turns(*(const float *)x);
}

double bench_flops(void)
{
#define ONE(i) +1
    return 2.0 * (0 ALL(ONE)) * (BYTES / 4) * PEAK_TIMES;
}
