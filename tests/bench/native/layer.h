/* What a layer of the benchmark is: macros of dims.h, which run.sh writes, and the one function that every
 * variant has. */
#ifndef LAYER_H
#define LAYER_H

#include "dims.h" /* K C P Q R S STRIDE PAD DEPTHWISE */

#ifdef INT8
#define T signed char /* of the operands */
#define SUM int       /* of the output */
#elif defined(INT16)
#define T short
#define SUM int
#else
#define T float
#define SUM float
#endif

#define H ((P - 1) * STRIDE + R - 2 * PAD)
#define W ((Q - 1) * STRIDE + S - 2 * PAD)
#define PADDED_H (H + 2 * PAD)
#define PADDED_W (W + 2 * PAD)
#if DEPTHWISE
#define GROUP 1
#else
#define GROUP C
#endif

/* x [C][H][W], padded [C][PADDED_H][PADDED_W], w [K][GROUP][R][S], y [K][P][Q]. As a matrix product
 * y[K][Q] = w[K][C] x[C][Q] where P = R = S = 1. */
void bench_layer(const void *x, const void *padded, const void *w, void *y);

#endif
