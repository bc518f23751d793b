/* Averages over the pixels that windows have inside an image: variables that only count. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
enum { C = 3, H = 11, W = 10, P = 6, Q = 5 };
static float x[C][H][W], y[C][P][Q];
static int8_t image[H][W][C], out[P][Q][C];
static int sums[P], counts[P], all;

/* Guards around, a count in int. */
static void guarded(void)
{
#pragma naas
    for (int c = 0; c < C; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                float total = 0.f;
                int count = 0;
                for (int r = 0; r < 3; r++)
                    for (int s = 0; s < 4; s++) {
                        int h = 2 * p + r - 1, w = 2 * q + s - 2;
                        if (h >= 0 && h < H && w >= 0 && w < W) {
                            total += x[c][h][w];
                            count++;
                        }
                    }
                y[c][p][q] = total / count;
            }
}

/* Clipped loops, as TensorFlow Lite has them, and a count in float. */
static void clipped(float (*restrict from)[H][W], float (*restrict to)[P][Q])
{
#pragma naas
    for (int c = 0; c < C; c++)
        for (int p = 0; p < P; p++)
            for (int q = 0; q < Q; q++) {
                const int h0 = 2 * p - 1, w0 = 2 * q - 1;
                const int r0 = MAX(0, -h0), r1 = MIN(3, H - h0);
                const int s0 = MAX(0, -w0), s1 = MIN(3, W - w0);
                float total = 0.f, count = 0.f;
                for (int r = r0; r < r1; ++r)
                    for (int s = s0; s < s1; ++s) {
                        total += from[c][h0 + r][w0 + s];
                        count += 1.f;
                    }
                to[c][p][q] = count > 0 ? total / count : 0;
            }
}

/* As in CMSIS-NN: integers, rounded, loops over the image's own coordinates. */
static void rounded(void)
{
#pragma naas
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++)
            for (int c = 0; c < C; c++) {
                int sum = 0, count = 0;
                for (int h = MAX(2 * p - 1, 0); h < MIN(2 * p + 2, H); h++)
                    for (int w = MAX(2 * q - 1, 0); w < MIN(2 * q + 2, W); w++) {
                        sum += image[h][w][c];
                        count++;
                    }
                sum = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
                out[p][q][c] = (int8_t)MIN(MAX(sum, -100), 100);
            }
}

/* `continue`, a count in unsigned of outside, downwards and in steps; loops of its own. */
static void others(void)
{
    unsigned n;
#pragma naas
    for (int p = 0; p < P; p++) {
        sums[p] = 0;
        n = 0;
        for (int i = 8; i > 0; i -= 2)
            for (int r = 4; r >= 0; r--) {
                if (p + r < 2 || p + r > 7)
                    continue;
                sums[p] += (int)x[0][p + r][i];
                n += 3;
            }
        sums[p] = sums[p] * 100 / (int)(n + 1);
    }
#pragma naas
    for (int p = 0; p < P; p++) {
        int m = 0;
        for (int r = 0; r < 5; r++)
            if (p + r >= 3)
                m++;
        for (int r = 0; r < 5; r++)
            if (p + r >= 3)
                counts[p] += (int)x[1][p + r][2];
        counts[p] = counts[p] * 16 + m;
    }
    /* Pixels on one side of a diagonal, which rows and columns do not tell: counted on the host. */
#pragma naas
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++) {
            int sum = 0;
            n = 1;
            for (int r = 0; r < 3; r++)
                for (int s = 0; s < 4; s++)
                    if (p + 2 * r < 10 && r + s + q < 9) {
                        sum += (int)x[2][p + r][q + s];
                        n++;
                        all += 2;
                    }
            y[0][p][q] = (float)sum / n;
        }
}

int main(void)
{
    float *in = &x[0][0][0], *average = &y[0][0][0];
    int8_t *pixel = &image[0][0][0], *result = &out[0][0][0];
    for (int i = 0; i < C * H * W; i++) {
        in[i] = (float)(i * 37 % 64);
        pixel[i] = (int8_t)(i * 53 % 251 - 125);
    }
    guarded();
    for (int i = 0; i < C * P * Q; i++)
        printf("%g ", (double)average[i]);
    clipped(x, y);
    rounded();
    others();
    for (int i = 0; i < C * P * Q; i++)
        printf("%g %d ", (double)average[i], result[i]);
    for (int p = 0; p < P; p++)
        printf("%d %d ", sums[p], counts[p]);
    printf("%d\n", all);
    return 0;
}
