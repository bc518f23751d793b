/*
 * A 3x3 convolution of dilation 2, padded by a conditional expression: the context module of a segmentation
 * network (Yu and Koltun 2016), 32 channels of 64 x 64.
 *
 *     naascc -O2 examples/dilated.c -o dilated && ./dilated
 */
#include "data.h"

enum { K = 32, C = 32, SIZE = 64, DILATION = 2 };

static float in[C][SIZE][SIZE], weight[K][C][3][3], out[K][SIZE][SIZE];

static void dilated(void)
{
#pragma naas name(dilated)
    for (int k = 0; k < K; k++)
        for (int p = 0; p < SIZE; p++)
            for (int q = 0; q < SIZE; q++) {
                float acc = 0;
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < 3; r++)
                        for (int s = 0; s < 3; s++) {
                            int y = p + (r - 1) * DILATION, x = q + (s - 1) * DILATION;
                            float tap = y >= 0 && y < SIZE && x >= 0 && x < SIZE ? in[c][y][x] : 0;
                            acc += tap * weight[k][c][r][s];
                        }
                out[k][p][q] = acc;
            }
}

int main(void)
{
    data_fill_exact(&in[0][0][0], sizeof in / sizeof(float), 41);
    data_fill_exact(&weight[0][0][0][0], sizeof weight / sizeof(float), 42);
    dilated();
    data_print("dilated", &out[0][0][0], sizeof out / sizeof(float));
    return 0;
}
