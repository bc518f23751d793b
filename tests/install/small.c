/* A convolution small enough to be simulated in no time. */
#include <stdio.h>

enum { K = 4, C = 3, P = 6, R = 3 };

static int in[C][P + R - 1][P + R - 1], weight[K][C][R][R], out[K][P][P];

int main(void)
{
    for (int i = 0; i < C * (P + R - 1) * (P + R - 1); i++)
        ((int *)in)[i] = i % 7 - 3;
    for (int i = 0; i < K * C * R * R; i++)
        ((int *)weight)[i] = i % 5 - 2;
#pragma naas name(small)
    for (int k = 0; k < K; k++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < P; q++) {
                out[k][p][q] = 0;
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < R; s++)
                            out[k][p][q] += in[c][p + r][q + s] * weight[k][c][r][s];
            }
    for (int i = 0; i < K * P * P; i++)
        printf("%d\n", ((int *)out)[i]);
    return 0;
}
