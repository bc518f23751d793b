/* Loops as people write them: several counters, windows over input coordinates, clipped bounds, counters that
 * start below zero or before the loop. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum { N = 9, K = 3, H = 7, W = 8, OH = 4, OW = 4 };
static float x[N + K], w[K], v[2 * K], y[N], image[H][W], taps[3][3], out[OH][OW], a[N][N], b[N][N], c[N][N];

static void show(const char *name, const float *p, int n)
{
    printf("%s", name);
    for (int i = 0; i < n; i++)
        printf(" %g", (double)p[i]);
    printf("\n");
}

static inline int larger(int p, int q)
{
    return p > q ? p : q;
}

static void several_counters(const float *from)
{
    int i, k, next;
#pragma naas
    for (i = 0, next = 1; i < N - 1; i++, next++) {
        y[next] = 0;
        for (k = 0; k < K; ++k)
            y[next] += x[i + k] * w[k];
    }
    show("several", y, N);
#pragma naas
    for (int n = 0; n < N; n++) {
        float s = 0;
        const float *p = x + n, *q = w;
        for (k = 0; k < K; k++, p++, q++)
            s += *p * *q;
        y[n] = s;
    }
    show("pointers", y, N);
#pragma naas
    for (int n = 0; n < N; n++) {
        const float *row = from + n;
        float s = 0;
        for (int j = 0, far = 1; j < K; j++, far += 2)
            s += row[j] * v[far];
        y[n] = s;
    }
    show("strided", y, N);
}

static void while_shaped(void)
{
#pragma naas
    for (size_t i = 0; i < N; i++) {
        size_t k = 0;
        y[i] = 1;
        for (; k < K;) {
            y[i] += x[i + k] * w[k];
            k++;
        }
    }
    show("for", y, N);
#pragma naas
    for (int i = 0; i < N; i++) {
        int k = 0;
        float s = 0;
        while (k < K) {
            s += x[i + k] * w[k];
            k += 1;
        }
        y[i] = s * (float)k;
    }
    show("while", y, N);
#pragma naas
    for (int i = 0; i < N; i++) {
        unsigned k = K;
        float s = 0;
        while (k-- > 0)
            s += x[i + (int)k] * w[k];
        y[i] = s;
    }
    show("down", y, N);
}

static void windows(void)
{
#pragma naas
    for (int p = 0; p < OH; p++)
        for (int q = 0; q < OW; q++) {
            float s = 0;
            for (int v = 2 * p - 1; v <= 2 * p + 1; v++)
                for (int u = 2 * q - 1; u < 2 * q + 2; u++)
                    if (v >= 0 && v < H && u >= 0 && u < W)
                        s += image[v][u] * taps[v - 2 * p + 1][u - 2 * q + 1];
            out[p][q] = s;
        }
    show("coordinates", &out[0][0], OH * OW);
#pragma naas
    for (int p = 0; p < OH; p++)
        for (int q = 0; q < OW; q++) {
            const int y0 = 2 * p - 1, x0 = 2 * q - 1;
            const int first = MAX(0, -y0), last = MIN(3, H - y0);
            float s = 0;
            for (int r = first; r < last; r++)
                for (int t = larger(0, -x0); t < MIN(3, W - x0); t++)
                    s += image[y0 + r][x0 + t] * taps[r][t];
            out[p][q] = s;
        }
    show("clipped", &out[0][0], OH * OW);
#pragma naas
    for (int p = 0; p < OH; p++)
        for (int q = 0; q < OW; q++) {
            float s = 0;
            for (int r = -1; r <= 1; r++)
                for (int t = -1; t <= 1; t++)
                    s += image[p + 1 + r][q + 1 + t] * taps[r + 1][t + 1];
            out[p][q] = s;
        }
    show("below zero", &out[0][0], OH * OW);
#pragma naas
    for (int p = 0; p < OH; p++)
        for (int q = 0; q < OW; q++) {
            float best = -1e30f;
            const int v0 = 2 * p - 1, u0 = 2 * q - 1;
            for (int v = MAX(v0, 0); v < MIN(v0 + 3, H); v++)
                for (int u = MAX(u0, 0); u < MIN(u0 + 3, W); u++)
                    best = MAX(best, image[v][u]);
            out[p][q] = best;
        }
    show("pooled", &out[0][0], OH * OW);
}

static void product(int16_t n)
{
#pragma naas extent(n = 9)
    for (int16_t i = 0; i < n; i++)
    loop:
        for (uint8_t j = 0; j < n; j++)
            for (unsigned k = 0; k != (unsigned)n; ++k)
                c[i][j] += a[i][k] * b[k][j];
    show("product", &c[0][0], N * N);
}

int main(void)
{
    for (int i = 0; i < N + K; i++)
        x[i] = (float)(i * i % 11 - 4);
    for (int i = 0; i < K; i++)
        w[i] = v[2 * i + 1] = (float)(i + 1);
    for (int i = 0; i < H * W; i++)
        image[i / W][i % W] = (float)(i * 7 % 23 - 11);
    for (int i = 0; i < 9; i++)
        taps[i / 3][i % 3] = (float)(i % 4 - 1);
    for (int i = 0; i < N * N; i++)
        a[i / N][i % N] = (float)(i % 13), b[i / N][i % N] = (float)(i % 7 - 3);
    several_counters(x);
    while_shaped();
    windows();
    product(N);
    return 0;
}
