/* Loops as generators of C write them: several counters in a header, casts of buffers, flat loops that are
 * divided; counters that run to 0. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
union tensor_union {
    struct {
        float t0[1][4][6][6];
        float t1[1][8][6][6];
    } u;
    float raw[2000];
};
static union tensor_union tu0;
static float W[8][4][3][3], Bn[8], outp[1][8][6][6], pooled[1][8][3][3];
/* onnx2c */
static void node_conv(
    const float x[1][4][6][6], const float w[8][4][3][3], const float bias[8], float y[1][8][6][6])
{
#pragma naas
    for (uint32_t b = 0; b < 1; b++) {
        for (uint32_t m = 0; m < 8; m++) {
            for (int32_t o0 = 0, i0 = -1; o0 < 6; o0++, i0 += 1) {
                for (int32_t o1 = 0, i1 = -1; o1 < 6; o1++, i1 += 1) {
                    y[b][m][o0][o1] = bias[m];
                    for (int32_t c = 0; c < 4; c++) {
                        for (uint32_t k0 = 0; k0 < 3; k0++) {
                            for (uint32_t k1 = 0; k1 < 3; k1++) {
                                int ii0 = i0 + k0 * 1;
                                int ii1 = i1 + k1 * 1;
                                if (ii0 < 0)
                                    continue;
                                if (ii0 >= 6)
                                    continue;
                                if (ii1 < 0)
                                    continue;
                                if (ii1 >= 6)
                                    continue;
                                y[b][m][o0][o1] += x[b][c][ii0][ii1] * w[m][c][k0][k1];
                            }
                        }
                    }
                }
            }
        }
    }
}
static void node_maxpool(const float x[1][8][6][6], float y[1][8][3][3])
{
#pragma naas
    for (uint32_t b = 0; b < 1; b++) {
        for (uint32_t c = 0; c < 8; c++) {
            for (int32_t o0 = 0, i0 = 0; o0 < 3; o0++, i0 += 2) {
                for (int32_t o1 = 0, i1 = 0; o1 < 3; o1++, i1 += 2) {
                    float curmax = -3.4e38f;
                    for (uint32_t k0 = 0; k0 < 2; k0++) {
                        for (uint32_t k1 = 0; k1 < 2; k1++) {
                            int ii0 = i0 + k0, ii1 = i1 + k1;
                            if (ii0 < 0 || ii0 >= 6)
                                continue;
                            if (ii1 < 0 || ii1 >= 6)
                                continue;
                            curmax = MAX(curmax, x[b][c][ii0][ii1]);
                        }
                    }
                    y[b][c][o0][o1] = curmax;
                }
            }
        }
    }
}
static void node_gemm(const float A[1][32], const float Bm[10][32], const float C[10], float Y[1][10])
{
    const int M = 1, K = 32, N = 10;
    float alpha = 1.0, beta = 1.0;
    float(*C_)[10] = (float(*)[10])C;
#pragma naas
    for (uint32_t r = 0; r < M; r++)
        for (uint32_t c = 0; c < N; c++) {
            float ABrc = 0;
            for (uint32_t i = 0; i < K; i++) {
                float Bel = Bm[c][i];
                ABrc += A[r][i] * Bel;
            }
            float tmp = ABrc * alpha;
            tmp += C_[0][c] * beta;
            Y[r][c] = tmp;
        }
}
/* TVM */
static int32_t fused_dense(void *p0, void *p1, void *T_out)
{
    float *placeholder = (float *)p0;
    float *placeholder1 = (float *)p1;
#pragma naas
    for (int32_t ax1 = 0; ax1 < 8; ++ax1) {
        ((float *)T_out)[ax1] = 0.000000e+00f;
        for (int32_t k = 0; k < 16; ++k) {
            ((float *)T_out)[ax1] = (((float *)T_out)[ax1] +
                                     (((float *)placeholder)[k] * ((float *)placeholder1)[((ax1 * 16) + k)]));
        }
    }
    return 0;
}
static int32_t fused_conv(float *data, float *kernel, float *out)
{
#pragma naas
    for (int32_t ff_yy_xx = 0; ff_yy_xx < 128; ++ff_yy_xx) {
        float compute = 0.0f;
        for (int32_t rc = 0; rc < 2; ++rc)
            for (int32_t ry = 0; ry < 3; ++ry)
                for (int32_t rx = 0; rx < 3; ++rx)
                    compute =
                        compute +
                        data[(((rc * 36) + (((ff_yy_xx % 16) / 4) * 6)) + (ry * 6)) + (ff_yy_xx % 4) + rx] *
                            kernel[(((ff_yy_xx / 16) * 18) + (rc * 9)) + (ry * 3) + rx];
        out[ff_yy_xx] = compute;
    }
    return 0;
}
/* Caffe im2col then gemm with pointers */
static int is_a_ge_zero_and_a_lt_b(int a, int b)
{
    return (unsigned)a < (unsigned)b;
}
static void im2col_conv(const float *data_im, const float *wgt, float *o)
{
    const int channels = 3, height = 6, width = 6, kernel_h = 3, kernel_w = 3, pad_h = 1, pad_w = 1,
              output_h = 6, output_w = 6;
    static float col[27 * 36];
    float *data_col = col;
    const int channel_size = height * width;
    for (int channel = channels; channel--; data_im += channel_size) {
        for (int kernel_row = 0; kernel_row < kernel_h; kernel_row++) {
            for (int kernel_col = 0; kernel_col < kernel_w; kernel_col++) {
                int input_row = -pad_h + kernel_row;
                for (int output_rows = output_h; output_rows; output_rows--) {
                    if (!is_a_ge_zero_and_a_lt_b(input_row, height)) {
                        for (int output_cols = output_w; output_cols; output_cols--)
                            *(data_col++) = 0;
                    } else {
                        int input_col = -pad_w + kernel_col;
                        for (int output_col = output_w; output_col; output_col--) {
                            if (is_a_ge_zero_and_a_lt_b(input_col, width))
                                *(data_col++) = data_im[input_row * width + input_col];
                            else
                                *(data_col++) = 0;
                            input_col += 1;
                        }
                    }
                    input_row += 1;
                }
            }
        }
    }
    const float *a = wgt, *b0 = col;
#pragma naas
    for (int m = 0; m < 4; m++) {
        const float *bp = b0;
        float *cp = o + m * 36;
        for (int n = 36; n; n--)
            cp[36 - n] = 0;
        for (int k = 0; k < 27; k++) {
            const float av = *a++;
            for (int n = 0; n < 36; n++)
                cp[n] += av * *bp++;
        }
    }
}
/* LSTM gates, attention */
typedef struct {
    int in, hid;
    float *W, *U, *b;
} lstm_t;
static void lstm_gates(
    const lstm_t *restrict l, const float *restrict x, const float *restrict h, float *restrict g)
{
    int i, j;
#pragma naas extent(l->hid = 6, l->in = 5)
    for (i = 0; i < 4 * l->hid; i++) {
        float acc = l->b[i];
        for (j = 0; j < l->in; j++)
            acc += l->W[i * l->in + j] * x[j];
        for (j = 0; j < l->hid; j++)
            acc += l->U[i * l->hid + j] * h[j];
        g[i] = 1.0f / (1.0f + expf(-acc));
    }
}
static void attention(float *att, const float *q, const float *key_cache, int pos, int n_heads, int head_size,
    int kv_dim, int kv_mul)
{
#pragma naas extent(pos = 7, n_heads = 4, head_size = 8, kv_dim = 16, kv_mul = 2)
    for (int h = 0; h < n_heads; h++) {
        const float *qh = q + h * head_size;
        float *a = att + h * 16;
        for (int t = 0; t <= pos; t++) {
            const float *k = key_cache + t * kv_dim + (h / kv_mul) * head_size;
            float score = 0.0f;
            for (int i = 0; i < head_size; i++) {
                score += qh[i] * k[i];
            }
            score /= sqrtf(head_size);
            a[t] = score;
        }
    }
}
static void matmul(float *xout, float *x, float *w, int n, int d)
{
    int i;
#pragma naas extent(n = 16, d = 9)
    for (i = 0; i < d; i++) {
        float val = 0.0f;
        for (int j = 0; j < n; j++) {
            val += w[i * n + j] * x[j];
        }
        xout[i] = val;
    }
}
static void show(const char *n, const float *p, int k)
{
    double s = 0;
    for (int i = 0; i < k; i++)
        s += p[i] * (i % 7 + 1);
    printf("%s %.6g\n", n, s);
}
int main(void)
{
    for (int i = 0; i < 2000; i++)
        tu0.raw[i] = (i * 7 % 13 - 6) * 0.5f;
    for (int i = 0; i < 288; i++)
        ((float *)W)[i] = (i * 5 % 11 - 5) * 0.25f;
    for (int i = 0; i < 8; i++)
        Bn[i] = i;
    node_conv(tu0.u.t0, W, Bn, outp);
    show("conv", (float *)outp, 288);
    node_maxpool(outp, pooled);
    show("pool", (float *)pooled, 72);
    static float y[400], att[64];
    node_gemm((void *)tu0.raw, (void *)(tu0.raw + 100), tu0.raw + 50, (void *)y);
    show("gemm", y, 10);
    fused_dense(tu0.raw, tu0.raw + 20, y);
    show("dense", y, 8);
    fused_conv(tu0.raw, tu0.raw + 200, y);
    show("fconv", y, 128);
    im2col_conv(tu0.raw, tu0.raw + 300, y);
    show("im2col", y, 144);
    lstm_t l = {5, 6, tu0.raw, tu0.raw + 130, tu0.raw + 300};
    lstm_gates(&l, tu0.raw + 400, tu0.raw + 410, y);
    show("lstm", y, 24);
    attention(att, tu0.raw, tu0.raw + 64, 7, 4, 8, 16, 2);
    show("att", att, 64);
    matmul(y, tu0.raw, tu0.raw + 30, 16, 9);
    show("matmul", y, 9);
    return 0;
}
