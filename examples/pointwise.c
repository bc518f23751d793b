/*
 * A 1x1 convolution in int8 with a 32-bit accumulator, requantised to int8: ResNet-50 conv2_x, 64 to 256
 * channels.
 *
 *     naascc -O2 examples/pointwise.c -o pointwise && ./pointwise
 */
#include "data.h"

enum { K = 256, C = 64, H = 56, W = 56, SHIFT = 9 };

static signed char in[C][H][W], weight[K][C];
static int offset[K], out[K][H][W];

static void pointwise(void)
{
#pragma naas name(pointwise)
    for (int k = 0; k < K; k++)
        for (int p = 0; p < H; p++)
            for (int q = 0; q < W; q++) {
                int acc = offset[k];
                for (int c = 0; c < C; c++)
                    acc += in[c][p][q] * weight[k][c];
                acc = (acc + (1 << (SHIFT - 1))) >> SHIFT;
                acc = acc > 127 ? 127 : acc;
                out[k][p][q] = acc < -128 ? -128 : acc;
            }
}

int main(void)
{
    data_fill_bytes(&in[0][0][0], sizeof in, 21);
    data_fill_bytes(&weight[0][0], sizeof weight, 22);
    for (int k = 0; k < K; k++)
        offset[k] = 100 * k - 12800;
    pointwise();
    data_print_ints("pointwise", &out[0][0][0], sizeof out / sizeof(int));
    return 0;
}
