/*
 * All seven loops over more than one image: a batch of two through the 3x3 expand layer of SqueezeNet's first
 * fire module (16 to 64 channels of 55 x 55). Marked as polyhedral tools do; a tap outside the image reads as
 * 0.
 *
 *     naascc -O2 examples/batched.c -o batched && ./batched
 */
#include "data.h"

enum { N = 2, K = 64, C = 16, H = 55, W = 55, R = 3, S = 3 };

static float in[N][C][H][W], weight[K][C][R][S], out[N][K][H][W];

static void expand3x3(void)
{
    int n, k, c, p, q, r, s;
#pragma scop
    for (n = 0; n < N; n++)
        for (k = 0; k < K; k++)
            for (p = 0; p < H; p++)
                for (q = 0; q < W; q++) {
                    out[n][k][p][q] = 0;
                    for (c = 0; c < C; c++)
                        for (r = -1; r <= 1; r++)
                            for (s = -1; s <= 1; s++)
                                if (p + r >= 0 && p + r < H && q + s >= 0 && q + s < W)
                                    out[n][k][p][q] += in[n][c][p + r][q + s] * weight[k][c][r + 1][s + 1];
                }
#pragma endscop
}

int main(void)
{
    data_fill_exact(&in[0][0][0][0], sizeof in / sizeof(float), 81);
    data_fill_exact(&weight[0][0][0][0], sizeof weight / sizeof(float), 82);
    expand3x3();
    data_print("batched", &out[0][0][0][0], sizeof out / sizeof(float));
    return 0;
}
