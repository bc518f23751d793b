/* Small integers on a microcontroller: shifts, saturation, pointers, products unrolled by four. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef int8_t q7_t;
typedef int16_t q15_t;
typedef int32_t q31_t;
#define HALF(out_shift) ((0x1 << out_shift) >> 1)
#define MAX(A, B) ((A) > (B) ? (A) : (B))
#define MIN(A, B) ((A) < (B) ? (A) : (B))
#define CLAMP(x, h, l) MAX(MIN((x), (h)), (l))
static inline int32_t saturate(int32_t val, uint32_t sat)
{
    if ((sat >= 1U) && (sat <= 32U)) {
        const int32_t max = (int32_t)((1U << (sat - 1U)) - 1U);
        const int32_t min = -1 - max;
        if (val > max) {
            return max;
        } else if (val < min) {
            return min;
        }
    }
    return val;
}
enum { DIM = 8, CH = 4, OCH = 5, KD = 3, PAD = 1, STR = 1, OD = 8 };
static q7_t Im[DIM * DIM * CH], wt[OCH * KD * KD * CH], bias[OCH + 1], Out[OD * OD * OCH];
static void convolution(const q7_t *Im_in, const uint16_t dim_im_in, const uint16_t ch_im_in, const q7_t *wt,
    const uint16_t ch_im_out, const uint16_t dim_kernel, const uint16_t padding, const uint16_t stride,
    const q7_t *bias, const uint16_t bias_shift, const uint16_t out_shift, q7_t *Im_out,
    const uint16_t dim_im_out)
{
    uint16_t i, j, k, l, m, n;
    int conv_out;
    signed char in_row, in_col;
#pragma naas extent(                                                                                         \
    ch_im_out = 5, dim_im_out = 8, dim_kernel = 3, ch_im_in = 4, dim_im_in = 8, stride = 1, padding = 1)
    for (i = 0; i < ch_im_out; i++) {
        for (j = 0; j < dim_im_out; j++) {
            for (k = 0; k < dim_im_out; k++) {
                conv_out = ((q31_t)bias[i] << bias_shift) + HALF(out_shift);
                for (m = 0; m < dim_kernel; m++) {
                    for (n = 0; n < dim_kernel; n++) {
                        in_row = stride * j + m - padding;
                        in_col = stride * k + n - padding;
                        if (in_row >= 0 && in_col >= 0 && in_row < dim_im_in && in_col < dim_im_in) {
                            for (l = 0; l < ch_im_in; l++) {
                                conv_out += Im_in[(in_row * dim_im_in + in_col) * ch_im_in + l] *
                                            wt[i * ch_im_in * dim_kernel * dim_kernel +
                                                (m * dim_kernel + n) * ch_im_in + l];
                            }
                        }
                    }
                }
                Im_out[i + (j * dim_im_out + k) * ch_im_out] = (q7_t)saturate((conv_out >> out_shift), 8);
            }
        }
    }
}
/* vector times matrix, four at a time */
static void matrix_vector(
    const int8_t *lhs, const int8_t *rhs, const int32_t *bias, int8_t *dst, int32_t lhs_offset)
{
    const int32_t rhs_rows = 6, rhs_cols = 24;
#pragma naas
    for (int32_t i_row = 0; i_row < rhs_rows; i_row++) {
        const int8_t *lhs_ptr = lhs;
        const int8_t *rhs_ptr = &rhs[i_row * rhs_cols];
        int32_t res00 = bias[i_row];
        for (int32_t rhs_cols_idx = 0; rhs_cols_idx < rhs_cols; ++rhs_cols_idx) {
            int32_t rhs_value0 = (int8_t)*rhs_ptr;
            int32_t lhs_value = (int8_t)*lhs_ptr + lhs_offset;
            res00 += lhs_value * rhs_value0;
            ++rhs_ptr;
            ++lhs_ptr;
        }
        res00 = res00 >> 6;
        res00 = MAX(res00, -128);
        res00 = MIN(res00, 127);
        dst[i_row] = (int8_t)res00;
    }
}
static void rows(const q7_t *pV, const q7_t *pM, const uint16_t dim_vec, const uint16_t num_of_rows,
    const q7_t *bias, q7_t *pOut)
{
    int i, j;
#pragma naas extent(num_of_rows = 6, dim_vec = 24)
    for (i = 0; i < num_of_rows; i++) {
        int ip_out = ((q31_t)(bias[i]) << 2) + HALF(4);
        for (j = 0; j < dim_vec; j++) {
            ip_out += pV[j] * pM[i * dim_vec + j];
        }
        pOut[i] = (q7_t)saturate((ip_out >> 4), 8);
    }
}
static void dot_blocks(const q7_t *pA, const q7_t *pB, q31_t *pOut)
{
#pragma naas
    for (int row = 0; row < 6; row++) {
        const q7_t *pV = pA;
        q31_t sum = 0;
        uint32_t blkCnt = 24 >> 2;
        while (blkCnt > 0U) {
            sum += *pV++ * *pB++;
            sum += *pV++ * *pB++;
            sum += *pV++ * *pB++;
            sum += *pV++ * *pB++;
            blkCnt--;
        }
        *pOut++ = sum;
    }
}
static void pooling(const int8_t *src, int8_t *dst)
{
    const int32_t input_y = 8, input_x = 8, output_y = 4, output_x = 4, stride_y = 2, stride_x = 2,
                  kernel_y = 3, kernel_x = 3, pad_y = 1, pad_x = 1, channel_in = 4;
    const int8_t *base_src = src;
#pragma naas
    for (int i_y = 0; i_y < output_y; i_y++) {
        for (int i_x = 0; i_x < output_x; i_x++) {
            for (int i_ch = 0; i_ch < channel_in; i_ch++) {
                const int32_t ker_y_start = MAX(0, pad_y - i_y * stride_y);
                const int32_t ker_x_start = MAX(0, pad_x - i_x * stride_x);
                const int32_t ker_y_end = MIN(kernel_y, input_y - i_y * stride_y + pad_y);
                const int32_t ker_x_end = MIN(kernel_x, input_x - i_x * stride_x + pad_x);
                int max = -128;
                for (int32_t k_y = ker_y_start; k_y < ker_y_end; k_y++) {
                    for (int32_t k_x = ker_x_start; k_x < ker_x_end; k_x++) {
                        const int8_t *tmp =
                            base_src + channel_in * (k_x + i_x * stride_x - pad_x +
                                                        (k_y + i_y * stride_y - pad_y) * input_x);
                        max = MAX(max, tmp[i_ch]);
                    }
                }
                dst[i_ch + channel_in * (i_x + i_y * output_x)] = CLAMP(max, 127, -128);
            }
        }
    }
}
int main(void)
{
    for (unsigned i = 0; i < sizeof Im; i++)
        Im[i] = i * 37 % 251 - 125;
    for (unsigned i = 0; i < sizeof wt; i++)
        wt[i] = i * 13 % 111 - 55;
    for (int i = 0; i < OCH; i++)
        bias[i] = i * 10 - 30;
    convolution(Im, DIM, CH, wt, OCH, KD, PAD, STR, bias, 2, 8, Out, OD);
    long s = 0;
    for (unsigned i = 0; i < sizeof Out; i++)
        s += Out[i] * (i % 9 + 1);
    int32_t b32[6] = {1, 2, 3, 4, 5, 6}, sums[6];
    q7_t o[8] = {0};
    matrix_vector(Im, wt, b32, o, 12);
    for (int i = 0; i < 6; i++)
        s += o[i] * (i + 1);
    rows(Im, wt, 24, 6, bias, o);
    for (int i = 0; i < 6; i++)
        s += o[i] * (i + 1);
    dot_blocks(Im, wt, sums);
    for (int i = 0; i < 6; i++)
        s += sums[i] * (i + 1);
    printf("%ld\n", s);
    pooling(Im, Out);
    for (unsigned i = 0; i < 64; i++)
        s += Out[i] * (i % 9 + 1);
    printf("%ld\n", s);
    return 0;
}
