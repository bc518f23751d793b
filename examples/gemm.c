/*
 * A matrix product as it stands in a transformer: 128 tokens of BERT-base through the output projection of
 * its attention, 768 to 768. The inputs are arbitrary, so sums are rounded and their last bits depend on the
 * order of the additions. Whatever the order, an element is within gamma(n) * sum |terms| of its true value,
 * where gamma(n) = n u / (1 - n u), u = 2^-24 and n = N_IN + 1 roundings (Higham, Accuracy and Stability of
 * Numerical Algorithms, section 3.1).
 *
 *     naascc -O2 examples/gemm.c -o gemm && ./gemm
 */
#include "data.h"
#include <math.h>

enum { TOKENS = 128, N_IN = 768, N_OUT = 768 };

static float a[TOKENS][N_IN], b[N_IN][N_OUT], c[TOKENS][N_OUT];

static void gemm(void)
{
#pragma naas name(gemm)
    for (int i = 0; i < TOKENS; i++)
        for (int j = 0; j < N_OUT; j++)
            for (int k = 0; k < N_IN; k++)
                c[i][j] += a[i][k] * b[k][j];
}

static double bound[TOKENS][N_OUT];

static void compute_bound(void)
{
    const double nu = (N_IN + 1) / 16777216.0, gamma = nu / (1 - nu);
    for (int i = 0; i < TOKENS; i++)
        for (int j = 0; j < N_OUT; j++)
            bound[i][j] = gamma * fabs((double)c[i][j]);
    for (int i = 0; i < TOKENS; i++)
        for (int k = 0; k < N_IN; k++)
            for (int j = 0; j < N_OUT; j++)
                bound[i][j] += gamma * fabs((double)a[i][k] * b[k][j]);
}

int main(void)
{
    data_fill(&a[0][0], sizeof a / sizeof(float), 51);
    data_fill(&b[0][0], sizeof b / sizeof(float), 52);
    data_fill(&c[0][0], sizeof c / sizeof(float), 53);
    compute_bound();
    gemm();
    data_print_bounded("gemm", &c[0][0], &bound[0][0], sizeof c / sizeof(float));
    return 0;
}
