/* im2col and OpenBLAS's product. Depthwise layers have none. */
#include <cblas.h>

#include "layer.h"

static float columns[GROUP * R * S][P * Q];

void bench_layer(const void *x, const void *padded, const void *w, void *y)
{
    const float(*in)[PADDED_H][PADDED_W] = padded;
    const float *b = x;
    if (R * S > 1 || STRIDE > 1 || PAD > 0) {
        b = columns[0];
        _Pragma("omp parallel for") for (int c = 0; c < C; c++) for (int r = 0; r < R;
                                                                     r++) for (int s = 0; s < S;
                                                                               s++) for (int p = 0; p < P;
                                                                                         p++) for (int q = 0;
                                                                                                   q < Q; q++)
            columns[(c * R + r) * S + s][p * Q + q] = in[c][p * STRIDE + r][q * STRIDE + s];
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, K, P * Q, C * R * S, 1, w, C * R * S, b, P * Q, 0,
        y, P * Q);
}
