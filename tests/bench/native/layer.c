/* The layer as one writes it: PLAIN reads an input that was padded beforehand, which is what compilers do
 * best with; else guards stand for the padding, as naascc reads it. */
#include "layer.h"

#ifdef PLAIN
#define IN_H PADDED_H
#define IN_W PADDED_W
#define AT(y, x) [y][x]
#define INSIDE(y, x) 1
#else
#define IN_H H
#define IN_W W
#define AT(y, x) [(y)-PAD][(x)-PAD]
#define INSIDE(y, x) ((y) >= PAD && (y) < PAD + H && (x) >= PAD && (x) < PAD + W)
#endif

static void layer(
    const T x[restrict C][IN_H][IN_W], const T w[restrict K][GROUP][R][S], SUM y[restrict K][P][Q])
{
#if P == 1 && R == 1
#pragma naas
    for (int k = 0; k < K; k++)
        for (int q = 0; q < Q; q++) {
            SUM acc = 0;
            for (int c = 0; c < C; c++)
                acc += w[k][c][0][0] * x[c][0][q];
            y[k][0][q] = acc;
        }
#elif DEPTHWISE
#pragma naas
    for (int k = 0; k < K; k++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                SUM acc = 0;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < S; s++)
                        if (INSIDE(p * STRIDE + r, q * STRIDE + s))
                            acc += x[k] AT(p * STRIDE + r, q * STRIDE + s) * w[k][0][r][s];
                y[k][p][q] = acc;
            }
#else
#pragma naas
    for (int k = 0; k < K; k++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                SUM acc = 0;
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < S; s++)
                            if (INSIDE(p * STRIDE + r, q * STRIDE + s))
                                acc += x[c] AT(p * STRIDE + r, q * STRIDE + s) * w[k][c][r][s];
                y[k][p][q] = acc;
            }
#endif
}

void bench_layer(const void *x, const void *padded, const void *w, void *y)
{
#ifdef PLAIN
    (void)x;
    layer(padded, w, y);
#else
    (void)padded;
    layer(x, w, y);
#endif
}
