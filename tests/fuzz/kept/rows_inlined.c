/* options: -O2 -fnaas-accel=default */
/* seed 700387, case 14: rows of outputs that GCC 12, where it inlined them, made wrong vectors of. */
#include <stdint.h>
#include <stdio.h>

static int16_t x[12][7];
static int32_t y[23][7];

int main(void)
{
    for (int i = 0; i < 84; i++)
        x[i / 7][i % 7] = (int16_t)(i * 7 % 31 - 9);
#pragma naas
    for (int j = 0; j < 24; j += 2)
        for (int i = 0; i < 7; i++)
            for (int l = 0; l < 12; l++)
                y[j][i] = (int32_t)(y[j][i] + (x[l][i] * 2));
    for (int j = 0; j < 23; j++)
        printf("%d %d %d\n", (int)y[j][0], (int)y[j][3], (int)y[j][6]);
    return 0;
}
