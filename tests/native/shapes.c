/*
 * Nests of every form of the native target, of sizes that the command line of the compiler gives: K, C, P, Q,
 * R, STRIDE, PAD. Values are small, so that every sum is exact and any order gives the same bits.
 */
#include <stdio.h>

enum { H = STRIDE * (P - 1) + R - 2 * PAD > 0 ? STRIDE *(P - 1) + R - 2 * PAD : 1 };
enum { W = STRIDE * (Q - 1) + R - 2 * PAD > 0 ? STRIDE *(Q - 1) + R - 2 * PAD : 1 };

static unsigned state = 1;

static int next(void)
{
    state = state * 1664525u + 1013904223u;
    return (int)(state >> 16) % 15 - 7;
}

#define FILL(array, type)                                                                                    \
    do                                                                                                       \
        for (unsigned i = 0; i < sizeof array / sizeof(type); i++)                                           \
            ((type *)array)[i] = (type)next();                                                               \
    while (0)

#define SHOW(name, array, type)                                                                              \
    do {                                                                                                     \
        double sum = 0;                                                                                      \
        for (unsigned i = 0; i < sizeof array / sizeof(type); i++)                                           \
            sum += (double)((type *)array)[i] * (double)(i % 8191 + 1);                                      \
        printf("%s %.17g\n", name, sum);                                                                     \
    } while (0)

#define INSIDE(y, x) ((y) >= 0 && (y) < H && (x) >= 0 && (x) < W)

/* Channels first, padded, bias and ReLU; the weights are packed in the first call only. */
static float in[C][H][W], weight[K][C][R][R], bias[K], out[K][P][Q];

static void conv_float(void)
{
#pragma naas constant(weight)
    for (int k = 0; k < K; k++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                float acc = bias[k];
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < R; s++)
                            if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                                acc += in[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD] * weight[k][c][r][s];
                out[k][p][q] = acc > 0 ? acc : 0;
            }
}

static signed char in8[C][H][W], weight8[K][C][R][R];
static int bias8[K], out8[K][P][Q];

static void conv_bytes(void)
{
#pragma naas
    for (int k = 0; k < K; k++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                int acc = bias8[k];
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < R; s++)
                            if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                                acc +=
                                    in8[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD] * weight8[k][c][r][s];
                out8[k][p][q] = acc;
            }
}

/* Channels last, elements of 16 bits with a zero point. */
static short in16[H][W][C], weight16[R][R][C][K];
static int out16[P][Q][K];

static void conv_last(int zero)
{
#pragma naas
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++)
            for (int k = 0; k < K; k++) {
                int acc = 0;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < R; s++)
                        for (int c = 0; c < C; c++)
                            if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                                acc += (in16[p * STRIDE + r - PAD][q * STRIDE + s - PAD][c] + zero) *
                                       weight16[r][s][c][k];
                out16[p][q][k] = acc >> 2;
            }
}

/* Deep enough for dot products: bytes, all of their values, by channels first; 16-bit integers by channels
 * last, dilated. */
enum { DEEP = 5 * C + 29 };
static signed char deep8[DEEP][H][W], deep_weight8[K][DEEP][R][R];
static int deep_out8[K][P][Q];

static void deep_bytes(void)
{
#pragma naas constant(deep_weight8)
    for (int k = 0; k < K; k++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                int acc = 0;
                for (int c = 0; c < DEEP; c++)
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < R; s++)
                            if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                                acc += deep8[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD] *
                                       deep_weight8[k][c][r][s];
                deep_out8[k][p][q] = acc;
            }
}

static short deep16[P + 2 * R][Q + 2 * R][DEEP], deep_weight16[K][R][R][DEEP];
static int deep_out16[P][Q][K];

static void deep_shorts(void)
{
#pragma naas
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++)
            for (int k = 0; k < K; k++) {
                int acc = 0;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < R; s++)
                        for (int c = 0; c < DEEP; c++)
                            acc += deep16[p + 2 * r][q + 2 * s][c] * deep_weight16[k][r][s][c];
                deep_out16[p][q][k] = acc > 0 ? acc : -acc;
            }
}

static double depthwise_weight[C][R][R], depthwise_in[C][H][W], depthwise_out[C][P][Q];

static void depthwise(void)
{
#pragma naas
    for (int c = 0; c < C; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                double acc = 0;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < R; s++)
                        if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                            acc += depthwise_in[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD] *
                                   depthwise_weight[c][r][s];
                depthwise_out[c][p][q] = acc;
            }
}

/* Two outputs for each channel; sums without factors. */
static float pair_weight[C][2][R][R], pair_out[C][2][P][Q], sum_out[C][P][Q];

static void pairs(void)
{
#pragma naas
    for (int c = 0; c < C; c++)
        for (int m = 0; m < 2; m++)
            for (int p = 0; p < P; p++)
                for (int q = 0; q < Q; q++) {
                    float acc = 1;
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < R; s++)
                            if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                                acc += pair_weight[c][m][r][s] *
                                       in[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD];
                    pair_out[c][m][p][q] += acc;
                }
}

static void sums(void)
{
#pragma naas
    for (int c = 0; c < C; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                float acc = 0;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < R; s++)
                        if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                            acc += in[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD];
                sum_out[c][p][q] = acc < 0 ? 0 : acc;
            }
}

static float pool_out[C][P][Q];

static void pool(void)
{
#pragma naas
    for (int c = 0; c < C; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                float most = -1e30f;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < R; s++)
                        if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                            if (in[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD] > most)
                                most = in[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD];
                pool_out[c][p][q] = most;
            }
}

/* Products: of batches of matrices, onto what is there; of a matrix and a vector. */
static float a[2][K][C * R], b[2][C * R][P * Q], product[2][K][P * Q];
static float matrix[K][C * P * Q], vector[C * P * Q], image[K];

static void multiply(void)
{
#pragma naas
    for (int n = 0; n < 2; n++)
        for (int i = 0; i < K; i++)
            for (int j = 0; j < P * Q; j++)
                for (int k = 0; k < C * R; k++)
                    product[n][i][j] += a[n][i][k] * b[n][k][j];
}

/* Half of the results of a matrix by itself, taken off, with sums of bytes on the other half. */
static float gram[P * Q][P * Q];
static signed char rows8[P * Q][DEEP];
static int gram8[P * Q][P * Q];

static void halves(void)
{
#pragma naas
    for (int i = 0; i < P * Q; i++)
        for (int j = 0; j <= i; j++)
            for (int k = 0; k < C * R; k++)
                gram[i][j] -= b[0][k][i] * b[0][k][j];
#pragma naas
    for (int i = 0; i < P * Q; i++)
        for (int j = i; j < P * Q; j++)
            for (int k = 0; k < DEEP; k++)
                gram8[i][j] += rows8[i][k] * rows8[j][k];
}

static void apply(void)
{
#pragma naas
    for (int i = 0; i < K; i++) {
        float acc = 1;
        for (int k = 0; k < C * P * Q; k++)
            acc += matrix[i][k] * vector[k];
        image[i] = acc;
    }
}

/* A byte or 16 bits for each element of the windows, which are extreme. */
static int thin8_out[DEEP][P][Q], thin16_out[DEEP][P][Q];
static short thin16[DEEP][H][W], thin_weight16[DEEP][R][R];
static unsigned char thin_weight8[DEEP][R][R];

static void thin_bytes(void)
{
#pragma naas
    for (int c = 0; c < DEEP; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                int acc = c;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < R; s++)
                        if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                            acc +=
                                deep8[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD] * thin_weight8[c][r][s];
                thin8_out[c][p][q] = acc;
            }
}

static void thin_shorts(void)
{
#pragma naas
    for (int c = 0; c < DEEP; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                int acc = 0;
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < R; s++)
                        if (INSIDE(p * STRIDE + r - PAD, q * STRIDE + s - PAD))
                            acc += thin16[c][p * STRIDE + r - PAD][q * STRIDE + s - PAD] *
                                   thin_weight16[c][r][s];
                thin16_out[c][p][q] = acc / 2;
            }
}

/* -128 to 127, or -32768 to 32767: sums stay within 32 bits, and products within 31. */
static void fill_deep(void)
{
    for (unsigned i = 0; i < sizeof deep8; i++)
        ((signed char *)deep8)[i] = (signed char)(next() * 18 - i % 3);
    for (unsigned i = 0; i < sizeof deep_weight8; i++)
        ((signed char *)deep_weight8)[i] = (signed char)(next() * 18 - i % 3);
    for (unsigned i = 0; i < sizeof deep16 / sizeof(short); i++)
        ((short *)deep16)[i] = (short)(next() * 200);
    for (unsigned i = 0; i < sizeof deep_weight16 / sizeof(short); i++)
        ((short *)deep_weight16)[i] = (short)(next() * 90);
}

int main(void)
{
    FILL(in, float);
    FILL(weight, float);
    FILL(bias, float);
    FILL(in8, signed char);
    FILL(weight8, signed char);
    FILL(bias8, int);
    FILL(in16, short);
    FILL(weight16, short);
    FILL(depthwise_in, double);
    FILL(depthwise_weight, double);
    FILL(pair_weight, float);
    FILL(pair_out, float);
    FILL(a, float);
    FILL(b, float);
    FILL(product, float);
    FILL(matrix, float);
    FILL(vector, float);
    conv_float(), conv_float(), conv_bytes(), conv_last(3), depthwise(), pairs(), sums(), pool(), multiply(),
        apply();
    fill_deep();
    FILL(rows8, signed char);
    for (unsigned i = 0; i < sizeof thin16 / sizeof(short); i++)
        ((short *)thin16)[i] = (short)(next() * 2340);
    for (unsigned i = 0; i < sizeof thin_weight8; i++) {
        ((unsigned char *)thin_weight8)[i] = (unsigned char)(next() % 3 - 1);
        ((short *)thin_weight16)[i] = (short)(next() * 520);
    }
    deep_bytes(), deep_bytes(), deep_shorts(), thin_bytes(), thin_shorts(), halves();
    SHOW("halves", gram, float);
    SHOW("halves of bytes", gram8, int);
    SHOW("thin bytes", thin8_out, int);
    SHOW("thin shorts", thin16_out, int);
    SHOW("deep bytes", deep_out8, int);
    SHOW("deep shorts", deep_out16, int);
    SHOW("float", out, float);
    SHOW("bytes", out8, int);
    SHOW("last", out16, int);
    SHOW("depthwise", depthwise_out, double);
    SHOW("pairs", pair_out, float);
    SHOW("sums", sum_out, float);
    SHOW("pool", pool_out, float);
    SHOW("product", product, float);
    SHOW("apply", image, float);
    return 0;
}
