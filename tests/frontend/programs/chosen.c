/* Matrix products of which some results are wanted: triangles and bands, and what else the loops do then. */
#include <stdio.h>
enum { N = 70, K = 20, LONG = 1500, C = 160 };
static float a[N][K], b[N][K], c[N][N], d[N][N], l[N][LONG], m[3][N][N], v[N];
static double s[N][N];
static signed char x[N][C], w[N][C];
static int y[N][N];

static void fill(void)
{
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < K; k++) {
            a[i][k] = (float)((i * 7 + k * 5) % 11 - 5);
            b[i][k] = (float)((i * 3 + k * 8) % 13 - 6);
        }
        for (int k = 0; k < LONG; k++)
            l[i][k] = (float)((i * 5 + k * 3) % 5 - 2);
        for (int k = 0; k < C; k++) {
            x[i][k] = (signed char)(i * 31 + k * 17);
            w[i][k] = (signed char)(i * 13 + k * 29 + 5);
        }
        for (int j = 0; j < N; j++) {
            c[i][j] = d[i][j] = (float)(i - j);
            s[i][j] = m[0][i][j] = m[1][i][j] = (float)(i + j);
        }
    }
}

/* A symmetric update, the sum outside of the loop over the triangle; and a lower triangle copied to the
 * other. */
static void triangles(float alpha, float beta)
{
#pragma scop
    for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++)
            c[i][j] *= beta;
        for (int k = 0; k < K; k++)
            for (int j = 0; j <= i; j++)
                c[i][j] += alpha * a[i][k] * a[j][k];
    }
#pragma endscop
#pragma naas
    for (int i = 0; i < N - 1; i++)
        for (int j = i + 1; j < N; j++) {
            d[i][j] = 0;
            for (int k = 0; k < K; k++)
                d[i][j] += a[i][k] * b[j][k];
            d[j][i] = d[i][j];
        }
}

/* All results are written, but a band of sums is made; with a k of several parts, and backwards. */
static void bands(void)
{
#pragma naas
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0.5;
            if (i - j < 9 && j - i < 20)
                for (int k = 0; k < LONG; k++)
                    sum += l[i][k] * (double)l[j][k];
            s[i][j] = sum;
        }
#pragma naas
    for (int i = N - 1; i >= 0; i--)
        for (int j = i; j >= 0; j -= 1)
            for (int k = 0; k < LONG; k++)
                c[i][j] -= l[N - 1 - i][k] * l[j][k];
}

static void batches(void)
{
#pragma naas
    for (int n = 0; n < 3; n++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N - n; j++)
                for (int k = 0; k < K; k++)
                    if (j + n >= i)
                        m[n][i][j] += a[i][k] * b[j + n][k];
}

/* 8 bits; and rows of which there are fewer than the loop counts, as the others have no results. */
static void narrow(void)
{
#pragma naas
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++) {
            int sum = 3;
            for (int k = 0; k < C; k++)
                sum += x[i][k] * w[j][k];
            y[i][j] = sum;
        }
#pragma naas
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < C; k++)
                y[i][j] -= w[i][k] * x[j][k];
    static float few[N - 8][K], more[N][N];
    for (int i = 0; i < (N - 8) * K; i++)
        few[i / K][i % K] = (float)(i % 7);
#pragma naas
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            if (j - i >= 8)
                for (int k = 0; k < K; k++)
                    more[i][j] += few[i][k] * a[j][k];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            v[i] += more[i][j] * (float)(1 + j % 3);
}

int main(void)
{
    fill();
    triangles(2, 3);
    bands();
    batches();
    narrow();
    for (int i = 0; i < N; i++) {
        double sum[4] = {0};
        for (int j = 0; j < N; j++) {
            double at = 1 + (i * 3 + j) % 7;
            sum[0] += at * c[i][j];
            sum[1] += at * d[i][j];
            sum[2] += at * s[i][j];
            sum[3] += at * (m[0][i][j] + 2 * m[1][i][j] + 5 * m[2][i][j]) + y[i][j] * at / 8;
        }
        printf("%g %g %g %g %g\n", sum[0], sum[1], sum[2], sum[3], (double)v[i]);
    }
    return 0;
}
