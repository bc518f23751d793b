/* Quotients and remainders of counters: groups, loops over two axes at once, blocks of channels. */
#include <stdint.h>
#include <stdio.h>

enum { H = 6, W = 7, C = 4, F = 6, G = 2, K = 3, OH = H - K + 1, OW = W - K + 1 };
static int16_t x[H][W][C], w[F][K][K][C / G], flat[H * W * C];
static int32_t y[OH][OW][F], z[H * W], t[H * W], pooled[C][H / 2][W / 2], blocked[C / 2][H][2], sums[C][H];

static void show(const char *name, const int32_t *p, int n)
{
    printf("%s", name);
    for (int i = 0; i < n; i++)
        printf(" %d", p[i]);
    printf("\n");
}

static inline int index_of(int i, int c)
{
    return (i / W * W + i % W) * C + c;
}

int main(void)
{
    for (int i = 0; i < H * W * C; i++)
        x[i / (W * C)][i / C % W][i % C] = flat[i] = (int16_t)(i * 37 % 101 - 50);
    for (int i = 0; i < F * K * K * C / G; i++)
        (&w[0][0][0][0])[i] = (int16_t)(i * 13 % 31 - 15);
#pragma naas name(grouped)
    for (int oy = 0; oy < OH; oy++)
        for (int ox = 0; ox < OW; ox++)
            for (int f = 0; f < F; f++) {
                const int group = f / (F / G);
                int32_t sum = 0;
                for (int r = 0; r < K; r++)
                    for (int s = 0; s < K; s++)
                        for (int c = 0; c < C / G; c++)
                            sum += x[oy + r][ox + s][group * (C / G) + c] * w[f][r][s][c];
                y[oy][ox][f] = sum;
            }
    show("grouped", &y[0][0][0], OH * OW * F);
#pragma naas name(fused)
    for (int i = 0; i < H * W; i++) {
        int32_t sum = 0;
        for (int c = 0; c < C; c++)
            sum += x[i / W][i % W][c];
        z[i] = sum;
    }
    show("fused", z, H * W);
#pragma naas name(helper)
    for (int i = 0; i < H * W; i++) {
        t[i] = 0;
        for (int c = 0; c < C; c++)
            t[i] += flat[index_of(i, c)];
    }
    show("helper", t, H * W);
#pragma naas name(window)
    for (int c = 0; c < C; c++)
        for (int p = 0; p < H / 2; p++)
            for (int q = 0; q < W / 2; q++) {
                int32_t best = -1000;
                for (int k = 0; k < 4; k++) {
                    const int32_t v = x[2 * p + (k >> 1)][2 * q + (k & 1)][c];
                    best = v > best ? v : best;
                }
                pooled[c][p][q] = best;
            }
    show("window", &pooled[0][0][0], C * (H / 2) * (W / 2));
#pragma naas name(blocks)
    for (int c = 0; c < C; c++)
        for (int i = 0; i < H; i++) {
            int32_t sum = 0;
            for (int j = 0; j < W; j++)
                sum += x[i][j][c];
            blocked[c / 2][i][c % 2] = sum;
        }
    show("blocks", &blocked[0][0][0], C * H);
#pragma naas name(three)
    for (int i = 0; i < C * H; i++) {
        int32_t sum = 0;
        for (int j = 0; j < W; j++)
            sum += flat[((i % H) * W + j) * C + i / H];
        sums[i / H][i % H] = sum;
    }
    show("three", &sums[0][0], C * H);
    return 0;
}
