/* Reference operators: offsets from shapes, optional biases, clipped windows. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
typedef struct {
    int32_t dims[4];
} shape;
typedef struct {
    int16_t stride_w, stride_h, dil_w, dil_h, pad_w, pad_h;
    int32_t input_offset, output_offset, act_min, act_max;
} params;
static inline int offset(const shape *s, int b, int y, int x, int c)
{
    return ((b * s->dims[1] + y) * s->dims[2] + x) * s->dims[3] + c;
}
static inline int32_t min32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}
static inline int32_t max32(int32_t a, int32_t b)
{
    return a > b ? a : b;
}
static inline int32_t rescale(int32_t x, int32_t m, int shift)
{
    const int64_t total_shift = 31 - shift;
    const int64_t round = (int64_t)1 << (total_shift - 1);
    int64_t result = x * (int64_t)m + round;
    result = result >> total_shift;
    return (int32_t)result;
}
enum { B = 1, H = 7, W = 8, C = 4, K = 6, R = 3, S = 3, OH = 7, OW = 8 };
static int8_t in[B * H * W * C], filter[K * R * S * C], out[B * OH * OW * K], dw[R * S * C * 2],
    dout[B * OH * OW * C * 2];
static int32_t bias[8], mult[8], shift[8];
static void convolution(const params *p, const int32_t *output_multiplier, const int32_t *output_shift,
    const int8_t *input_data, const int8_t *filter_data, const int32_t *bias_data, int8_t *output_data)
{
    const shape is = {{B, H, W, C}}, fs = {{K, R, S, C}}, os = {{B, OH, OW, K}};
    const int32_t input_offset = p->input_offset, output_offset = p->output_offset;
    const int stride_width = 1, stride_height = 1, pad_width = 1, pad_height = 1, dil_w = 1, dil_h = 1;
#pragma naas name(conv) extent(is.dims[1] = 7, is.dims[2] = 8, is.dims[3] = 4, fs.dims[1] = 3,               \
    fs.dims[2] = 3, fs.dims[3] = 4, os.dims[1] = 7, os.dims[2] = 8, os.dims[3] = 6)
    for (int batch = 0; batch < B; ++batch) {
        for (int out_y = 0; out_y < OH; ++out_y) {
            const int in_y_origin = (out_y * stride_height) - pad_height;
            for (int out_x = 0; out_x < OW; ++out_x) {
                const int in_x_origin = (out_x * stride_width) - pad_width;
                for (int out_channel = 0; out_channel < K; ++out_channel) {
                    int32_t acc = 0;
                    for (int filter_y = 0; filter_y < R; ++filter_y) {
                        const int in_y = in_y_origin + dil_h * filter_y;
                        for (int filter_x = 0; filter_x < S; ++filter_x) {
                            const int in_x = in_x_origin + dil_w * filter_x;
                            const bool is_point_inside_image =
                                (in_x >= 0) && (in_x < W) && (in_y >= 0) && (in_y < H);
                            if (!is_point_inside_image) {
                                continue;
                            }
                            for (int in_channel = 0; in_channel < C; ++in_channel) {
                                int32_t input_val = input_data[offset(&is, batch, in_y, in_x, in_channel)];
                                int32_t filter_val =
                                    filter_data[offset(&fs, out_channel, filter_y, filter_x, in_channel)];
                                acc += filter_val * (input_val + input_offset);
                            }
                        }
                    }
                    if (bias_data) {
                        acc += bias_data[out_channel];
                    }
                    acc = rescale(acc, output_multiplier[out_channel], output_shift[out_channel]);
                    acc += output_offset;
                    acc = max32(acc, -128);
                    acc = min32(acc, 127);
                    output_data[offset(&os, batch, out_y, out_x, out_channel)] = (int8_t)acc;
                }
            }
        }
    }
}
static void depthwise(const int8_t *input_data, const int8_t *filter_data, const int32_t *bias_data,
    int8_t *output_data, int32_t input_offset)
{
    const int depth_multiplier = 2;
#pragma naas name(depthwise)
    for (int b = 0; b < B; ++b) {
        for (int out_y = 0; out_y < OH; ++out_y) {
            for (int out_x = 0; out_x < OW; ++out_x) {
                for (int ic = 0; ic < C; ++ic) {
                    for (int m = 0; m < depth_multiplier; m++) {
                        const int oc = m + ic * depth_multiplier;
                        const int in_x_origin = out_x - 1;
                        const int in_y_origin = out_y - 1;
                        int32_t acc = 0;
                        for (int filter_y = 0; filter_y < R; ++filter_y) {
                            for (int filter_x = 0; filter_x < S; ++filter_x) {
                                const int in_x = in_x_origin + filter_x;
                                const int in_y = in_y_origin + filter_y;
                                if ((in_x >= 0) && (in_x < W) && (in_y >= 0) && (in_y < H)) {
                                    int32_t iv = input_data[((b * H + in_y) * W + in_x) * C + ic];
                                    int32_t fv = filter_data[(filter_y * S + filter_x) * C * 2 + oc];
                                    acc += fv * (iv + input_offset);
                                }
                            }
                        }
                        acc += bias_data[oc];
                        acc = rescale(acc, 1 << 24, 0);
                        acc = acc < -128 ? -128 : acc > 127 ? 127 : acc;
                        output_data[((b * OH + out_y) * OW + out_x) * C * 2 + oc] = acc;
                    }
                }
            }
        }
    }
}
static void fully_connected(
    const int8_t *input_data, const int8_t *filter_data, const int32_t *bias_data, int8_t *output_data)
{
    const int batches = 2, output_depth = 6, accum_depth = 36;
    const int32_t filter_offset = 0, input_offset = 5;
#pragma naas name(fc)
    for (int b = 0; b < batches; ++b) {
        for (int out_c = 0; out_c < output_depth; ++out_c) {
            int32_t acc = 0;
            for (int d = 0; d < accum_depth; ++d) {
                int32_t input_val = input_data[b * accum_depth + d];
                int32_t filter_val = filter_data[out_c * accum_depth + d];
                acc += (filter_val + filter_offset) * (input_val + input_offset);
            }
            if (bias_data) {
                acc += bias_data[out_c];
            }
            int32_t acc_scaled = rescale(acc, 1 << 23, 1);
            acc_scaled += 3;
            acc_scaled = max32(acc_scaled, -128);
            acc_scaled = min32(acc_scaled, 127);
            output_data[out_c + output_depth * b] = (int8_t)acc_scaled;
        }
    }
}
int main(void)
{
    for (unsigned i = 0; i < sizeof in; i++)
        in[i] = i * 37 % 251 - 125;
    for (unsigned i = 0; i < sizeof filter; i++)
        filter[i] = i * 13 % 111 - 55;
    for (unsigned i = 0; i < sizeof dw; i++)
        dw[i] = i * 17 % 101 - 50;
    for (int i = 0; i < 8; i++)
        bias[i] = i * 100 - 300, mult[i] = (1 << 24) + i, shift[i] = 0;
    params p = {1, 1, 1, 1, 1, 1, 3, -2, -128, 127};
    convolution(&p, mult, shift, in, filter, bias, out);
    long s = 0;
    for (unsigned i = 0; i < sizeof out; i++)
        s += out[i] * (i % 9 + 1);
    depthwise(in, dw, bias, dout, 4);
    for (unsigned i = 0; i < sizeof dout; i++)
        s += dout[i] * (i % 9 + 1);
    printf("%ld\n", s);
    fully_connected(in, filter, bias, out);
    for (unsigned i = 0; i < 12; i++)
        s += out[i] * (i % 9 + 1);
    fully_connected(in, filter, NULL, out); /* the loops as they are written */
    for (unsigned i = 0; i < 12; i++)
        s += out[i] * (i % 9 + 1);
    printf("%ld\n", s);
    return 0;
}
