/* Loops whose bounds move with an outer loop. */
#include <stdio.h>
enum { M = 24, N = 16 };
static float a[M][M], b[M][N], c[M][N], d[M][M];
static int x[64], y[64], z[64];
int main(void)
{
    float *all[] = {a[0], b[0]};
    int size[] = {M * M, M * N};
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < size[i]; j++)
            all[i][j] = (float)(j * (7 + i) % 23 - 9);
    for (int i = 0; i < 64; i++)
        x[i] = i * 37 % 29;
        /* trmm and syrk */
#pragma naas
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k <= i; k++)
                c[i][j] += a[i][k] * b[k][j];
#pragma naas
    for (int i = 0; i < M; i++)
        for (int j = 0; j <= i; j++) {
            d[i][j] *= 0.5f;
            for (int k = 0; k < N; k++)
                d[i][j] += b[i][k] * b[j][k];
        }
        /* A triangle's other side, downwards, in steps, and of two outer loops. */
#pragma scop
    for (int i = 0; i < 8; i++)
        for (int j = i; j < 8; j++)
            y[i] += x[8 * i + j];
    for (int i = 7; i >= 0; i--)
        for (int j = 11; j > i; j--)
            y[16 + i] += x[j] * x[j - i];
    for (int i = 0; i < 8; i++)
        for (int j = 1; j < 2 * i; j += 3)
            y[32 + i] += x[i + j];
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            for (int k = i; k < 8 - j; k++)
                z[4 * i + j] += x[k + 8 * i];
#pragma endscop
    /* A pointer that runs along with it. */
    const int *p = x;
#pragma naas
    for (int i = 0; i < 8; i++) {
        const int *q = p;
        int sum = 0;
        for (int j = 0; j <= i; j++)
            sum += *q++ * x[j];
        z[32 + i] = sum;
        p += 3;
    }
    for (int i = 0; i < M; i++)
        printf("%g %g ", (double)c[i][i % N], (double)d[i][i / 2]);
    for (int i = 0; i < 64; i++)
        printf("%d %d ", y[i], z[i]);
    printf("%d\n", (int)(p - x));
    return 0;
}
