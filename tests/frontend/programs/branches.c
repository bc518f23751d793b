/* Branches that data chooses, loops whose counters are set in front of the nest, and dilated windows. */
#include <stdint.h>
#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
enum { N = 16, M = 4, L = 24 };
static int x[N * M], w[8], y[L];
static float f[N * M], g[N];
static int8_t out[N];

/* A chain of branches saturates. */
static void saturate(void)
{
#pragma naas
    for (int i = 0; i < N; i++) {
        int sum = 0;
        for (int r = 0; r < M; r++)
            sum += x[M * i + r] * w[r];
        if (sum > 127)
            out[i] = 127;
        else if (sum < -128)
            out[i] = -128;
        else {
            const int half = sum / 2;
            out[i] = (int8_t)(half + sum % 3);
        }
    }
}

/* Sums on conditions, with temporaries in the branches. */
static void some(void)
{
    int by;
#pragma naas
    for (int i = 0; i < N; i++) {
        int sum = 0;
        for (int r = 0; r < M; r++) {
            if (x[M * i + r] > 3) {
                int twice = x[M * i + r] * 2, less = twice - 3;
                sum += less * twice;
            } else if (x[M * i + r] < -20) {
                sum += 5;
            }
        }
        y[i] = sum;
    }
#pragma naas
    for (int i = 0; i < N; i++) {
        int sum = 9;
        for (int r = 0; r < M; r++)
            if (w[r] != x[r + i]) {
                by = w[r] & 7;
                sum -= 1 << by;
            }
        y[i] += sum;
    }
}

/* In floats. */
static void positive(void)
{
#pragma naas
    for (int i = 0; i < N; i++) {
        float sum = 0;
        for (int r = 0; r < M; r++)
            if (f[M * i + r] > 20)
                sum += f[M * i + r];
        g[i] = sum / 4;
    }
}

/* Rows counted by a while loop, from a parameter. */
static void rows(const int *restrict from, int *restrict to, const uint16_t n)
{
    uint16_t left = n >> 1;
#pragma naas extent(n = 32)
    while (left) {
        int sum = 0, columns = M;
        while (columns) {
            sum += *from++;
            columns--;
        }
        *to++ = sum;
        left--;
    }
}

/* A counter whose start an extent says, and a bias that is stepped where there is one. */
static void optional(const int *restrict from, const int *restrict bias, int *restrict to, const int *sizes)
{
    int left = sizes[1];
    if (left < 1)
        return;
#pragma naas extent(left = 6)
    while (left) {
        const int *second = &from[M];
        int sum = 0;
        for (int r = 0; r < M; r++)
            sum += from[r] * *second++;
        if (bias)
            sum += *bias++;
        *to++ = sum;
        from += M;
        left--;
    }
}

/* A dilated window is clipped at the edges by divisions, which round to 0. */
static void dilated(const int dilation, const int size, const int pad)
{
#pragma naas extent(dilation = 3, size = 4, pad = 5)
    for (int p = 0; p < L; p++) {
        const int base = p - pad;
        const int first = MAX(0, (-base + dilation - 1) / dilation);
        const int beyond = (L - base + dilation - 1) / dilation;
        const int end = MIN(size, beyond);
        int sum = 0;
        for (int r = first; r < end; r++)
            sum += x[base + r * dilation] * w[r];
        y[p] = sum;
    }
}

static void show(const char *what)
{
    unsigned sum = 0;
    for (int i = 0; i < L; i++) {
        sum = sum * 31 + (unsigned)y[i];
        y[i] = 0;
    }
    for (int i = 0; i < N; i++)
        sum = sum * 31 + (unsigned)out[i] + (unsigned)(int)(g[i] > 0 ? 8 * g[i] : g[i] < 0);
    printf("%s %u\n", what, sum);
}

int main(void)
{
    for (int i = 0; i < N * M; i++) {
        x[i] = (i * 37 + 11) % 101 - 50;
        f[i] = (float)x[i] / 2;
    }
    for (int i = 0; i < 8; i++)
        w[i] = i * 5 % 7 - 3;
    saturate();
    show("saturate");
    some();
    show("some");
    positive();
    show("positive");
    rows(x, y, 2 * N);
    show("rows");
    rows(x, y, N);
    show("fewer rows");
    optional(x, w, y, (const int[]){0, 6});
    show("optional");
    optional(x, NULL, y, (const int[]){0, 6});
    show("without");
    optional(x, w, y, (const int[]){0, 3});
    show("fewer");
    dilated(3, 4, 5);
    show("dilated");
    dilated(2, 5, 3);
    show("dilated otherwise");
    return 0;
}
