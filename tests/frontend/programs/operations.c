/* What networks and contractions are made of, one nest each. Sums are of small integers, so that every order
 * gives the same bits. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static float x[2][8][12][12], w[8][8][3][3], y[2][8][12][12], bias[8], line[4][40], taps[6][4][5], row[6][18];
static float up[8][25][25], small[8][12][12], image[4][8][9][10], kernel[5][4][2][3][3], volume[5][4][4][4];
static float a[3][14][11], b[3][11][9], c[3][14][9], depth[8][3][3], mixed[8][4][3][3], means[8][6][6];
static int8_t q[16][10], r[12][10];
static int32_t offsets[12], gains[12];
static int8_t out[16][12];
static double t4[3][4][5][6], m4[6][7], r4[3][4][5][7];

static void show(const char *name, const void *bytes, size_t n)
{
    unsigned long long hash = 14695981039346656037ull;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211ull;
    printf("%s %016llx\n", name, hash);
}
#define SHOW(name, array) show(name, array, sizeof(array))

static void fill(float *p, size_t n, int range)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (float)((int)(i * 7919 % 1009) % range - range / 2);
}
#define FILL(array, range) fill((float *)(array), sizeof(array) / sizeof(float), range)

static void activations(void)
{
#pragma naas name(relu6)
    for (int n = 0; n < 2; n++)
        for (int k = 0; k < 8; k++)
            for (int p = 0; p < 10; p++)
                for (int s = 0; s < 10; s++) {
                    float sum = bias[k];
                    for (int i = 0; i < 8; i++)
                        for (int u = 0; u < 3; u++)
                            for (int v = 0; v < 3; v++)
                                sum += x[n][i][p + u][s + v] * w[k][i][u][v];
                    y[n][k][p][s] = sum < 0 ? 0 : sum > 6 ? 6 : sum;
                }
    SHOW("relu6", y);
#pragma naas name(leaky)
    for (int n = 0; n < 2; n++)
        for (int k = 0; k < 8; k++)
            for (int p = 0; p < 12; p++)
                for (int s = 0; s < 12; s++) {
                    float sum = 0;
                    for (int i = 0; i < 8; i++)
                        sum += x[n][i][p][s] * w[k][i][1][1];
                    if (sum < 0)
                        sum *= 0.125f;
                    y[n][k][p][s] = sum;
                }
    SHOW("leaky", y);
#pragma naas name(clamped)
    for (int n = 0; n < 2; n++)
        for (int k = 0; k < 8; k++)
            for (int p = 0; p < 12; p++)
                for (int s = 0; s < 12; s++) {
                    y[n][k][p][s] = 0;
                    for (int i = 0; i < 8; i++)
                        y[n][k][p][s] += x[n][i][p][s] * w[k][i][0][2];
                    y[n][k][p][s] = fminf(fmaxf(y[n][k][p][s] * 0.5f + bias[k], -20), 20);
                }
    SHOW("clamped", y);
}

static void windows(void)
{
#pragma naas name(depthwise)
    for (int k = 0; k < 8; k++)
        for (int p = 0; p < 12; p++)
            for (int s = 0; s < 12; s++) {
                float sum = 0;
                for (int u = -1; u <= 1; u++)
                    for (int v = -1; v <= 1; v++)
                        if (p + u >= 0 && p + u < 12 && s + v >= 0 && s + v < 12)
                            sum += x[0][k][p + u][s + v] * depth[k][u + 1][v + 1];
                small[k][p][s] = sum;
            }
    SHOW("depthwise", small);
#pragma naas name(grouped)
    for (int g = 0; g < 2; g++)
        for (int k = 0; k < 4; k++)
            for (int p = 0; p < 10; p++)
                for (int s = 0; s < 10; s++) {
                    float sum = 0;
                    for (int i = 0; i < 4; i++)
                        for (int u = 0; u < 3; u++)
                            for (int v = 0; v < 3; v++)
                                sum += x[1][4 * g + i][p + u][s + v] * mixed[4 * g + k][i][u][v];
                    small[4 * g + k][p][s] = sum;
                }
    SHOW("grouped", small);
#pragma naas name(dilated)
    for (int k = 0; k < 8; k++)
        for (int p = 0; p < 8; p++)
            for (int s = 0; s < 8; s++) {
                float sum = 0;
                for (int i = 0; i < 8; i++)
                    for (int u = 0; u < 3; u++)
                        for (int v = 0; v < 3; v++)
                            sum += x[0][i][p + 2 * u][s + 2 * v] * w[k][i][u][v];
                small[k][p][s] = sum;
            }
    SHOW("dilated", small);
#pragma naas name(line)
    for (int k = 0; k < 6; k++)
        for (int p = 0; p < 18; p++) {
            row[k][p] = 0;
            for (int i = 0; i < 4; i++)
                for (int u = 0; u < 5; u++)
                    row[k][p] += line[i][2 * p + u] * taps[k][i][u];
        }
    SHOW("line", row);
#pragma naas name(volume)
    for (int k = 0; k < 5; k++)
        for (int d = 0; d < 4; d++)
            for (int p = 0; p < 4; p++)
                for (int s = 0; s < 4; s++) {
                    float sum = 0;
                    for (int i = 0; i < 4; i++)
                        for (int e = 0; e < 2; e++)
                            for (int u = 0; u < 3; u++)
                                for (int v = 0; v < 3; v++)
                                    sum += image[i][2 * d + e][2 * p + u][2 * s + v] * kernel[k][i][e][u][v];
                    volume[k][d][p][s] = sum;
                }
    SHOW("volume", volume);
#pragma naas name(average)
    for (int k = 0; k < 8; k++)
        for (int p = 0; p < 6; p++)
            for (int s = 0; s < 6; s++) {
                float sum = 0;
                for (int u = 0; u < 2; u++)
                    for (int v = 0; v < 2; v++)
                        sum += x[0][k][2 * p + u][2 * s + v];
                means[k][p][s] = sum / 4;
            }
    SHOW("average", means);
}

static void transposed(void)
{
#pragma naas name(scatter)
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < 8; i++)
            for (int p = 0; p < 12; p++)
                for (int s = 0; s < 12; s++)
                    for (int u = 0; u < 3; u++)
                        for (int v = 0; v < 3; v++)
                            up[k][2 * p + u][2 * s + v] += x[0][i][p][s] * w[i][k][u][v];
    SHOW("scatter", up);
#pragma naas name(blocks)
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < 8; i++)
            for (int p = 0; p < 12; p++)
                for (int s = 0; s < 12; s++)
                    for (int u = 0; u < 2; u++)
                        for (int v = 0; v < 2; v++)
                            up[k][2 * p + u][2 * s + v] += x[1][i][p][s] * w[i][k][u][v];
    SHOW("blocks", up);
}

static void products(void)
{
#pragma naas name(batched)
    for (int n = 0; n < 3; n++)
        for (int i = 0; i < 14; i++)
            for (int j = 0; j < 9; j++) {
                c[n][i][j] = 0;
                for (int k = 0; k < 11; k++)
                    c[n][i][j] += a[n][i][k] * b[n][k][j];
            }
    SHOW("batched", c);
#pragma naas name(contraction)
    for (int l = 0; l < 6; l++)
        for (int h = 0; h < 3; h++)
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 5; j++)
                    for (int k = 0; k < 7; k++)
                        r4[h][i][j][k] += t4[h][i][j][l] * m4[l][k];
    SHOW("contraction", r4);
#pragma naas name(requantised)
    for (int m = 0; m < 16; m++)
        for (int n = 0; n < 12; n++) {
            int32_t sum = offsets[n];
            for (int k = 0; k < 10; k++)
                sum += (int32_t)q[m][k] * r[n][k];
            int64_t scaled = (int64_t)sum * gains[n];
            int32_t rounded = (int32_t)((scaled + (1 << 9)) >> 10);
            rounded = rounded > 127 ? 127 : rounded;
            out[m][n] = (int8_t)(rounded < -128 ? -128 : rounded);
        }
    SHOW("requantised", out);
}

static void reductions(void)
{
    float total = 0, peak = x[0][0][0][0], low = 1000;
#pragma naas name(total)
    for (int i = 0; i < 8; i++)
        for (int p = 0; p < 12; p++)
            total += x[0][i][p][3];
#pragma naas name(peak)
    for (int i = 0; i < 8; i++)
        for (int p = 0; p < 12; p++)
            if (x[0][i][p][4] > peak)
                peak = x[0][i][p][4];
#pragma naas name(low)
    for (int i = 0; i < 8; i++)
        for (int p = 0; p < 12; p++)
            low = fminf(low, x[0][i][p][5]);
    printf("%g %g %g\n", (double)total, (double)peak, (double)low);
#pragma naas name(norms)
    for (int i = 0; i < 8; i++) {
        float sum = 0;
        for (int p = 0; p < 12; p++)
            for (int s = 0; s < 12; s++)
                sum += x[0][i][p][s] * x[0][i][p][s];
        bias[i] = sqrtf(sum);
    }
    SHOW("norms", bias);
}

int main(void)
{
    FILL(x, 9);
    FILL(w, 7);
    FILL(bias, 11);
    FILL(line, 9);
    FILL(taps, 9);
    FILL(image, 9);
    FILL(kernel, 9);
    FILL(a, 9);
    FILL(b, 9);
    FILL(depth, 9);
    FILL(mixed, 9);
    for (int i = 0; i < 360; i++)
        ((double *)t4)[i] = i % 11 - 5;
    for (int i = 0; i < 42; i++)
        ((double *)m4)[i] = i % 7 - 3;
    for (int i = 0; i < 160; i++)
        ((int8_t *)q)[i] = (int8_t)(i * 37);
    for (int i = 0; i < 120; i++)
        ((int8_t *)r)[i] = (int8_t)(i * 53);
    for (int i = 0; i < 12; i++) {
        offsets[i] = 1000 * (i - 5);
        gains[i] = 3 + i;
    }
    activations();
    windows();
    transposed();
    products();
    reductions();
    return 0;
}
