/* options: -O1 -fnaas-accel=nvdla-256 */
/* The term reads the loop variable that rows of windows are counted by, several rows at once. */
#include <stdio.h>

static int x[5][9][9], y[5][7][4], most[5][7][4];

static void windows(void)
{
#pragma naas
    for (int g = 0; g < 5; g++)
        for (int p = 0; p < 7; p++)
            for (int q = 0; q < 4; q++)
                for (int r = 0; r < 3; r++)
                    for (int s = 0; s < 2; s++)
                        y[g][p][q] += x[g][p + r][2 * q + 2 * s] * p;
#pragma naas
    for (int g = 0; g < 5; g++)
        for (int p = 6; p >= 0; p--)
            for (int q = 0; q < 4; q++)
                for (int r = 0; r < 3; r++)
                    for (int s = 0; s < 2; s++)
                        most[g][p][q] = x[g][p + r][q + s] - 3 * p > most[g][p][q]
                                            ? x[g][p + r][q + s] - 3 * p
                                            : most[g][p][q];
}

int main(void)
{
    for (int i = 0; i < 405; i++)
        ((int *)x)[i] = i * 37 % 101 - 50;
    windows();
    for (int i = 0; i < 140; i++)
        printf("%d %d\n", ((int *)y)[i], ((int *)most)[i]);
    return 0;
}
