/* Ways in which people write arrays, sizes and loops. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define AT(y, x, c) (((y)*W + (x)) * C + (c))
#define ROWS 12
enum { W = 14, C = 4, K = 6, TAPS = 3 };
static const int OUT = 12;

static float in[ROWS * W * C], weights[K * TAPS * TAPS * C], out[ROWS * 12 * K], m1[20][32], m2[32][24],
    m3[20][40];

static void show(const char *name, const void *bytes, size_t n)
{
    unsigned long long hash = 14695981039346656037ull;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211ull;
    printf("%s %016llx\n", name, hash);
}

static inline int Offset(int rows, int columns, int depth, int n, int y, int x, int c)
{
    return ((n * rows + y) * columns + x) * depth + c;
}

static void macros(void)
{
#pragma naas
    for (int y = 0; y < ROWS - 2; y++)
        for (int x = 0; x < OUT; x++)
            for (int k = 0; k < K; k++) {
                float sum = 0;
                for (int r = 0; r < TAPS; r++)
                    for (int s = 0; s < TAPS; s++)
                        for (int c = 0; c < C; c++)
                            sum += in[AT(y + r, x + s, c)] * weights[((k * TAPS + r) * TAPS + s) * C + c];
                out[(y * 12 + x) * K + k] = sum;
            }
    show("macros", out, sizeof out);
#pragma naas
    for (int k = 0; k < K; ++k)
        for (int y = 0; y <= ROWS - 3; ++y)
            for (int x = 0; x != OUT; ++x) {
                float sum = 1;
                for (int r = TAPS - 1; r >= 0; r--)
                    for (int s = TAPS; s-- > 0;)
                        for (int c = 0; c < C; c += 2)
                            sum += in[Offset(ROWS, W, C, 0, y + r, x + s, c)] *
                                   weights[Offset(TAPS, TAPS, C, k, r, s, c)];
                out[Offset(ROWS, 12, K, 0, y, x, k)] = sum;
            }
    show("helpers", out, sizeof out);
}

/* Sizes that only the caller knows. */
static void product(int m, int n, int k, float a[m][k], float b[k][n], float *c, int ldc)
{
#pragma naas extent(m = 8, n = 9, k = 10, ldc = 40)
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            for (int l = 0; l < k; l++)
                c[i * ldc + j] += a[i][l] * b[l][j];
}

static void sized(const float *a, const float *b, float *c, size_t n, uint16_t k)
{
#pragma naas extent(n = 12, k = 5)
    for (size_t i = 0; i < n; i++) {
        float sum = c[i];
        for (unsigned j = 0; j < k; j++)
            sum = sum + b[j] * a[i * k + j];
        c[i] = sum;
    }
}

/* The pointers may overlap, and sometimes do. */
static void filter(const float *x, const float *w, float *y)
{
#pragma naas
    for (int i = 0; i < 30; i++) {
        float sum = 0;
        for (int r = 0; r < 5; r++)
            sum += x[i + r] * w[r];
        y[i] = sum;
    }
}

static void early(const int8_t *restrict x, const int8_t *restrict w, int32_t *restrict y)
{
#pragma naas
    for (int p = 0; p < 16; p++) {
        int32_t sum = -3;
        for (int r = 0; r < 5; r++) {
            int at = p * 2 + r - 2;
            if ((unsigned)at >= 30)
                continue;
            sum += x[at] * w[r];
        }
        y[p] = sum;
    }
#pragma naas
    for (int p = 0; p < 16; p++) {
        int32_t sum = 0;
        const int8_t *row = x + p;
        for (int r = 0; r < 5; r++)
            sum += p + r < 20 && p + r >= 2 ? row[r] * (int32_t)w[r] : 0;
        *(y + p) = sum;
    }
}

static void bytes(const void *x, void *y)
{
#pragma naas
    for (int i = 0; i < 8; i++) {
        ((int32_t *)y)[i] = 0;
        for (int j = 0; j < 6; j++)
            ((int32_t *)y)[i] += ((const int16_t *)x)[i * 6 + j] * ((const int16_t *)x)[j];
    }
}

/* What is behind the loops belongs to the region, too. */
static void around(void)
{
    int i, j, k;
#pragma scop
    for (i = 0; i < 20; i++)
        for (j = 0; j < 24; j++)
            m3[i][j] = 0.5f;
    for (i = 0; i < 20; i++)
        for (k = 0; k < 32; k++)
            for (j = 0; j < 24; j++)
                m3[i][j] += m1[i][k] * m2[k][j];
    for (i = 0; i < 20; i++)
        for (j = 0; j < 24; j++)
            m3[i][j] = m3[i][j] > 0 ? m3[i][j] : 0;
#pragma endscop
    show("around", m3, sizeof m3);
#pragma scop
    for (i = 0; i < 20; i++)
        for (j = 0; j < 24; j++)
            m3[i][j] = m1[i][j];
    for (i = 0; i < 20; i++)
        for (j = 0; j < 24; j++)
            for (k = 0; k < 32; k++)
                m3[i][j] -= m1[i][k] * m2[k][j];
#pragma endscop
    show("behind", m3, sizeof m3);
}

int main(void)
{
    static float a[400], b[400], c[400];
    static int8_t p[64], q[8];
    static int32_t s[64];
    static int16_t h[64];
    float *arrays[] = {in, weights, &m1[0][0], &m2[0][0], a, b};
    size_t lengths[] = {ROWS * W * C, K * TAPS * TAPS * C, 20 * 32, 32 * 24, 400, 400};
    for (int i = 0; i < 6; i++)
        for (size_t j = 0; j < lengths[i]; j++)
            arrays[i][j] = (float)((int)(j * 31 % 17) - 8);
    for (int i = 0; i < 64; i++) {
        p[i] = (int8_t)(i * 29);
        h[i] = (int16_t)(i * 29);
        q[i % 8] = (int8_t)(i * 17);
    }
    macros();
    product(8, 9, 10, (void *)a, (void *)b, c, 40);
    show("product", c, sizeof c);
    product(7, 3, 2, (void *)a, (void *)b, c, 11);
    product(0, 3, 2, (void *)a, (void *)b, c, 11);
    show("other sizes", c, sizeof c);
    sized(a, b, c, 12, 5);
    sized(a, b, c + 40, 3, 0);
    sized(a, b, c + 80, 11, 7);
    show("sized", c, sizeof c);
    filter(a, b, c);
    filter(a, b, a + 3);
    filter(a, b, b);
    show("apart", c, sizeof c);
    show("over input", a, sizeof a);
    show("over weights", b, sizeof b);
    early(p, q, s);
    show("early", s, sizeof s);
    bytes(h, s);
    show("bytes", s, sizeof s);
    around();
    return 0;
}
