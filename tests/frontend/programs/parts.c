/* Nests that are several computations one after the other. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { N = 14, M = 12, K = 10, L = 9 };

static double G[N][N], A[N][K], B[K][M], C[M][L], D[N][L], E[N][M], F[M][L], T[N][M], x[M], y[N], z[N],
    tmp[N];
static double A3[N][L][K], C4[K][K], sum[K];
static float in[3][12][12], w[6][3][3][3], act[6][10][10], pooled[6][5][5], bias[6];
static int8_t q[4][32], wq[8][32];
static int32_t acc[4][8];
static float logits[8][16], prob[8][16];

static unsigned seed = 1;
static int next(int n)
{
    seed = seed * 1103515245u + 12345u;
    return (int)(seed >> 16 & 0x7fff) % n - n / 2;
}

#define FILL(array, n)                                                                                       \
    for (size_t fill = 0; fill < sizeof(array) / sizeof(double); fill++)                                     \
    ((double *)(array))[fill] = next(n)
#define FILLF(array, n)                                                                                      \
    for (size_t fill = 0; fill < sizeof(array) / sizeof(float); fill++)                                      \
    ((float *)(array))[fill] = (float)next(n)

static void print(const char *name, const void *bytes, size_t size)
{
    unsigned long long hash = 14695981039346656037ull;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211ull;
    printf("%s %016llx\n", name, hash);
}
#define PRINT(array) print(#array, array, sizeof(array))

static void two_products(double alpha, double beta)
{
#pragma scop
    for (int i = 0; i < N; i++)
        for (int j = 0; j < M; j++) {
            T[i][j] = 0;
            for (int k = 0; k < K; ++k)
                T[i][j] += alpha * A[i][k] * B[k][j];
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < L; j++) {
            D[i][j] *= beta;
            for (int k = 0; k < M; ++k)
                D[i][j] += T[i][k] * C[k][j];
        }
#pragma endscop
}

static void three_products(void)
{
    int i, j, k;
#pragma scop
    for (i = 0; i < N; i++)
        for (j = 0; j < M; j++) {
            E[i][j] = 0;
            for (k = 0; k < K; ++k)
                E[i][j] += A[i][k] * B[k][j];
        }
    for (i = 0; i < M; i++)
        for (j = 0; j < L; j++) {
            F[i][j] = 0;
            for (k = 0; k < M; ++k)
                F[i][j] += x[i] * C[k][j];
        }
    for (i = 0; i < N; i++)
        for (j = 0; j < L; j++) {
            D[i][j] = 0;
            for (k = 0; k < M; ++k)
                D[i][j] += E[i][k] * F[k][j];
        }
#pragma endscop
}

/* What is declared in the block is its own. */
static void in_a_block(void)
{
#pragma naas name(block) /* as a word of the emitted code */
    {
        double row[N];
        for (int i = 0; i < N; i++) {
            row[i] = 0;
            for (int j = 0; j < M; j++)
                row[i] += T[i][j];
        }
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                z[i] += row[j] * G[j][i];
    }
}

static void sum_of_two_products(double alpha, double beta)
{
#pragma scop
    for (int i = 0; i < N; i++) {
        tmp[i] = 0;
        y[i] = 0;
        for (int j = 0; j < M; j++) {
            tmp[i] = E[i][j] * x[j] + tmp[i];
            y[i] = T[i][j] * x[j] + y[i];
        }
        y[i] = alpha * tmp[i] + beta * y[i];
    }
#pragma endscop
}

static void through_a_row(void)
{
#pragma scop
    for (int r = 0; r < N; r++)
        for (int q = 0; q < L; q++) {
            for (int p = 0; p < K; p++) {
                sum[p] = 0;
                for (int s = 0; s < K; s++)
                    sum[p] += A3[r][q][s] * C4[s][p];
            }
            for (int p = 0; p < K; p++)
                A3[r][q][p] = sum[p];
        }
#pragma endscop
}

static void convolution_and_pooling(void)
{
#pragma scop
    for (int k = 0; k < 6; k++)
        for (int p = 0; p < 10; p++)
            for (int q = 0; q < 10; q++) {
                float a = bias[k];
                for (int c = 0; c < 3; c++)
                    for (int r = 0; r < 3; r++)
                        for (int s = 0; s < 3; s++)
                            a += in[c][p + r][q + s] * w[k][c][r][s];
                act[k][p][q] = a > 0 ? a : 0;
            }
    for (int k = 0; k < 6; k++)
        for (int p = 0; p < 5; p++)
            for (int q = 0; q < 5; q++) {
                float m = -INFINITY;
                for (int r = 0; r < 2; r++)
                    for (int s = 0; s < 2; s++)
                        m = act[k][2 * p + r][2 * q + s] > m ? act[k][2 * p + r][2 * q + s] : m;
                pooled[k][p][q] = m;
            }
#pragma endscop
}

/* The first loop is no reduction: the host runs it. */
static void centred(const int8_t *restrict data, int8_t zero)
{
#pragma scop
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 32; j++)
            q[i][j] = (int8_t)(data[32 * i + j] - zero);
    for (int i = 0; i < 4; i++)
        for (int o = 0; o < 8; o++) {
            acc[i][o] = 0;
            for (int j = 0; j < 32; j++)
                acc[i][o] += q[i][j] * wq[o][j];
        }
#pragma endscop
}

/* A private maximum that a later part reads. */
static void normalised(void)
{
#pragma naas
    for (int i = 0; i < 8; i++) {
        float m = logits[i][0], s = 0;
        for (int j = 0; j < 16; j++)
            m = logits[i][j] > m ? logits[i][j] : m;
        for (int j = 0; j < 16; j++)
            s += m - logits[i][j];
        for (int j = 0; j < 16; j++)
            prob[i][j] = (m - logits[i][j]) / s;
    }
}

int main(void)
{
    static int8_t data[128];
    FILL(A, 9);
    FILL(B, 9);
    FILL(C, 9);
    FILL(D, 9);
    FILL(x, 9);
    FILL(A3, 9);
    FILL(C4, 9);
    FILLF(in, 9);
    FILLF(w, 9);
    FILLF(G, 9);
    FILLF(bias, 9);
    FILLF(logits, 40);
    for (int i = 0; i < 128; i++)
        data[i] = (int8_t)next(200);
    for (int i = 0; i < 256; i++)
        ((int8_t *)wq)[i] = (int8_t)next(250);
    two_products(2, 3);
    PRINT(T);
    PRINT(D);
    three_products();
    PRINT(E);
    PRINT(F);
    PRINT(D);
    in_a_block();
    PRINT(z);
    sum_of_two_products(2, 3);
    PRINT(tmp);
    PRINT(y);
    through_a_row();
    PRINT(A3);
    PRINT(sum);
    convolution_and_pooling();
    PRINT(act);
    PRINT(pooled);
    centred(data, 3);
    PRINT(q);
    PRINT(acc);
    normalised();
    PRINT(prob);
    return 0;
}
