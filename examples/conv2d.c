/*
 * A 3x3 convolution with bias and ReLU: ResNet-50 conv2_x at batch 1. Padding is guarded where it occurs.
 *
 *     naascc -O2 examples/conv2d.c -o conv2d && ./conv2d
 */
#include "data.h"

enum { K = 64, C = 64, H = 56, W = 56, R = 3, S = 3 };

static float in[C][H][W], weight[K][C][R][S], bias[K], out[K][H][W];

static void conv2d(void)
{
#pragma naas name(conv2d)
    for (int k = 0; k < K; k++)
        for (int p = 0; p < H; p++)
            for (int q = 0; q < W; q++) {
                float acc = bias[k];
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < S; s++) {
                            int y = p + r - 1;
                            int x = q + s - 1;
                            if (y >= 0 && y < H && x >= 0 && x < W)
                                acc += in[c][y][x] * weight[k][c][r][s];
                        }
                out[k][p][q] = acc > 0 ? acc : 0;
            }
}

int main(void)
{
    data_fill_exact(&in[0][0][0], sizeof in / sizeof(float), 1);
    data_fill_exact(&weight[0][0][0][0], sizeof weight / sizeof(float), 2);
    data_fill_exact(bias, K, 3);
    conv2d();
    data_print("conv2d", &out[0][0][0], sizeof out / sizeof(float));
    return 0;
}
