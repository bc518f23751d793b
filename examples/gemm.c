/*
 * A matrix product as it stands in a transformer: 128 tokens of BERT-base through its first feed-forward
 * layer, 768 to 3072. The inputs are arbitrary, so sums are rounded and their last bits depend on the order
 * of the additions: the error of one is at most N_IN * 2^-24 * sum |a b|.
 *
 *     naascc -O2 examples/gemm.c -o gemm && ./gemm
 */
#include "data.h"

enum { TOKENS = 128, N_IN = 768, N_OUT = 3072 };

static float a[TOKENS][N_IN], b[N_IN][N_OUT], c[TOKENS][N_OUT];

static void gemm(void)
{
#pragma naas name(gemm)
    for (int i = 0; i < TOKENS; i++)
        for (int j = 0; j < N_OUT; j++)
            for (int k = 0; k < N_IN; k++)
                c[i][j] += a[i][k] * b[k][j];
}

int main(void)
{
    data_fill(&a[0][0], sizeof a / sizeof(float), 51);
    data_fill(&b[0][0], sizeof b / sizeof(float), 52);
    data_fill(&c[0][0], sizeof c / sizeof(float), 53);
    gemm();
    data_print("gemm", &c[0][0], sizeof c / sizeof(float));
    return 0;
}
