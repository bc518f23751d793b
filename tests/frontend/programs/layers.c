/* Layers that are written over structs passed by value, with sizes in their members. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
typedef struct {
    int batch, w, h, c, out_w, out_h, out_c, n, size, stride, pad, inputs, outputs;
    float *output, *weights, *biases, *delta;
    int *indexes;
} layer;
typedef struct {
    float *input, *workspace;
} network;
static void gemm_nn(int M, int N, int K, float ALPHA, float *A, int lda, float *B, int ldb, float *C, int ldc)
{
    int i, j, k;
#pragma naas extent(M = 8, N = 36, K = 27, lda = 27, ldb = 36, ldc = 36)
    for (i = 0; i < M; ++i) {
        for (k = 0; k < K; ++k) {
            register float A_PART = ALPHA * A[i * lda + k];
            for (j = 0; j < N; ++j) {
                C[i * ldc + j] += A_PART * B[k * ldb + j];
            }
        }
    }
}
static void gemm_nt(int M, int N, int K, float ALPHA, float *A, int lda, float *B, int ldb, float *C, int ldc)
{
    int i, j, k;
#pragma naas extent(M = 8, N = 36, K = 27, lda = 27, ldb = 27, ldc = 36)
    for (i = 0; i < M; ++i) {
        for (j = 0; j < N; ++j) {
            register float sum = 0;
            for (k = 0; k < K; ++k) {
                sum += ALPHA * A[i * lda + k] * B[j * ldb + k];
            }
            C[i * ldc + j] += sum;
        }
    }
}
static void add_bias(float *output, float *biases, int batch, int n, int size)
{
    int i, j, b;
    for (b = 0; b < batch; ++b)
        for (i = 0; i < n; ++i)
            for (j = 0; j < size; ++j)
                output[(b * n + i) * size + j] += biases[i];
}
static void avgpool(const layer l, network net)
{
    int b, i, k;
#pragma naas extent(l.batch = 2, l.c = 4, l.h = 6, l.w = 6)
    for (b = 0; b < l.batch; ++b) {
        for (k = 0; k < l.c; ++k) {
            int out_index = k + b * l.c;
            l.output[out_index] = 0;
            for (i = 0; i < l.h * l.w; ++i) {
                int in_index = i + l.h * l.w * (k + b * l.c);
                l.output[out_index] += net.input[in_index];
            }
            l.output[out_index] /= l.h * l.w;
        }
    }
}
static void maxpool(const layer l, network net)
{
    int b, i, j, k, m, n;
    int w_offset = -l.pad / 2;
    int h_offset = -l.pad / 2;
    int h = l.out_h;
    int w = l.out_w;
    int c = l.c;
#pragma naas extent(l.batch = 2, l.c = 4, c = 4, h = 6, w = 6, l.size = 2, l.stride = 1, l.h = 6, l.w = 6,   \
    h_offset = 0, w_offset = 0)
    for (b = 0; b < l.batch; ++b) {
        for (k = 0; k < c; ++k) {
            for (i = 0; i < h; ++i) {
                for (j = 0; j < w; ++j) {
                    int out_index = j + w * (i + h * (k + c * b));
                    float max = -FLT_MAX;
                    for (n = 0; n < l.size; ++n) {
                        for (m = 0; m < l.size; ++m) {
                            int cur_h = h_offset + i * l.stride + n;
                            int cur_w = w_offset + j * l.stride + m;
                            int index = cur_w + l.w * (cur_h + l.h * (k + b * l.c));
                            int valid = (cur_h >= 0 && cur_h < l.h && cur_w >= 0 && cur_w < l.w);
                            float val = (valid != 0) ? net.input[index] : -FLT_MAX;
                            max = (val > max) ? val : max;
                        }
                    }
                    l.output[out_index] = max;
                }
            }
        }
    }
}
int main(void)
{
    float *a = malloc(8 * 27 * 4), *b = malloc(36 * 27 * 4), *c = calloc(8 * 36, 4), bias[8];
    for (int i = 0; i < 8 * 27; i++)
        a[i] = i % 7 - 3;
    for (int i = 0; i < 36 * 27; i++)
        b[i] = i % 11 - 5;
    for (int i = 0; i < 8; i++)
        bias[i] = i;
    gemm_nn(8, 36, 27, 1, a, 27, b, 36, c, 36);
    gemm_nt(8, 36, 27, 2, a, 27, b, 27, c, 36);
    add_bias(c, bias, 1, 8, 36);
    float out[400] = {0};
    layer l = {.batch = 2,
        .w = 6,
        .h = 6,
        .c = 4,
        .out_w = 6,
        .out_h = 6,
        .size = 2,
        .stride = 1,
        .pad = 1,
        .output = out};
    network net = {.input = c};
    avgpool(l, net);
    for (int i = 0; i < 8; i++)
        printf("%g ", out[i]);
    maxpool(l, net);
    double s = 0;
    for (int i = 0; i < 288; i++)
        s += out[i] * (i % 5 + 1) + c[i] * (i % 3);
    printf("%g\n", s);
    return 0;
}
