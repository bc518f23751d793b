/* options: -O0 -Werror=naas -fnaas-accel=a0.json */
/* seed 10, case 8: the build stopped where a CPU's cache holds less than a panel's row. */
#include <stdint.h>
#include <stdio.h>

static int32_t x[8][9], w[9][6], y[8][6];

int main(void)
{
    for (int i = 0; i < 72; i++)
        x[i / 9][i % 9] = i * 37 % 101 - 50;
    for (int i = 0; i < 54; i++)
        w[i / 6][i % 6] = i * 29 % 67 - 30;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 6; j++)
            for (int k = 0; k < 9; k++)
                y[i][j] += x[i][k] * w[k][j];
    for (int i = 0; i < 48; i++)
        printf("%d\n", y[i / 6][i % 6]);
    return y[2][3] & 63;
}
