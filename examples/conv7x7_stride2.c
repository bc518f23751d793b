/*
 * A 7x7 convolution of stride 2, all seven loops: ResNet-50 conv1 (3 x 224 x 224 to 64 x 112 x 112) at
 * batch 1.
 *
 *     naascc -O2 examples/conv7x7_stride2.c -o conv7x7 && ./conv7x7
 */
#include "data.h"

#define BATCH 1
#define STRIDE 2
#define PAD 3

enum { K = 64, C = 3, H = 224, W = 224, P = 112, Q = 112, R = 7, S = 7 };

static float image[BATCH][C][H][W], filter[K][C][R][S], result[BATCH][K][P][Q];

static void conv1(void)
{
#pragma naas name(conv1)
    for (int n = 0; n < BATCH; n++)
        for (int k = 0; k < K; k++)
            for (int p = 0; p < P; p++)
                for (int q = 0; q < Q; q++) {
                    result[n][k][p][q] = 0;
                    for (int c = 0; c < C; c++)
                        for (int r = 0; r < R; r++)
                            for (int s = 0; s < S; s++) {
                                const int y = p * STRIDE + r - PAD;
                                const int x = q * STRIDE + s - PAD;
                                if (y < 0 || y >= H || x < 0 || x >= W)
                                    continue;
                                result[n][k][p][q] += image[n][c][y][x] * filter[k][c][r][s];
                            }
                }
}

int main(void)
{
    data_fill_exact(&image[0][0][0][0], sizeof image / sizeof(float), 11);
    data_fill_exact(&filter[0][0][0][0], sizeof filter / sizeof(float), 12);
    conv1();
    data_print("conv7x7_stride2", &result[0][0][0][0], sizeof result / sizeof(float));
    return 0;
}
