/* options: -O2 -fnaas-accel=default */
/* seed 800081, case 11: rows of sums that GCC 12 made wrong vectors of. */
#include <stdio.h>
float x[2] = {1, 10}, w[4][4];
double y[4][4];
int main(void)
{
    for (int i = 0; i < 16; i++)
        w[i / 4][i % 4] = i;
#pragma naas name(c)
    for (int k = 0; k < 4; k++)
        for (int p = 0; p < 4; p++)
            for (int r = 0; r < 4; r++)
                if (p + r - 3 >= 0 && p + r - 3 < 2)
                    y[k][p] += x[p + r - 3] * w[k][r] + x[p + r - 3];
    for (int i = 0; i < 16; i++)
        printf("%g ", y[i / 4][i % 4]);
    puts("");
}
