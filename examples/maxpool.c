/*
 * Max pooling, 3x3 of stride 2 with padding: ResNet-50's, 64 channels of 112 x 112.
 *
 *     naascc -O2 examples/maxpool.c -o maxpool && ./maxpool
 */
#include "data.h"
#include <float.h>

enum { C = 64, H = 112, W = 112, P = 56, Q = 56 };

static float in[C][H][W], out[C][P][Q];

static void maxpool(void)
{
#pragma naas name(maxpool)
    for (int c = 0; c < C; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                float most = -FLT_MAX;
                for (int r = 0; r < 3; r++)
                    for (int s = 0; s < 3; s++) {
                        int y = 2 * p + r - 1, x = 2 * q + s - 1;
                        if (y >= 0 && y < H && x >= 0 && x < W)
                            if (in[c][y][x] > most)
                                most = in[c][y][x];
                    }
                out[c][p][q] = most;
            }
}

int main(void)
{
    data_fill(&in[0][0][0], sizeof in / sizeof(float), 61);
    maxpool();
    data_print("maxpool", &out[0][0][0], sizeof out / sizeof(float));
    return 0;
}
