/* A convolution with everything around it. */
enum { K = 8, C = 4, H = 9, W = 7, R = 3, S = 3 };
float x[C][H][W], w[K][C][R][S], y[K][H][W], bias[K];

void conv(void)
{
#pragma naas name(conv) accel("eyeriss.json") target(sim)
    for (int k = 0; k < K; k++)
        for (int p = 0; p < H; p++)
            for (int q = 0; q < W; q++) {
                float acc = bias[k];
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < S; s++) {
                            int i = p + r - 1;
                            int j = q + s - 1;
                            if (i >= 0 && i < H && j >= 0 && j < W)
                                acc += x[c][i][j] * w[k][c][r][s];
                        }
                y[k][p][q] = acc > 0 ? acc : 0;
            }
}
