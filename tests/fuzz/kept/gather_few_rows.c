/* options: -O0 -Werror=naas -fnaas-accel=default */
/* seed 300135, case 9: fewer outputs than the stride, from 1 on, were taken for one place further. */
#include <stdio.h>

static float x[5][1], w[5][1], y[3];

int main(void)
{
    for (int c = 0; c < 5; c++) {
        x[c][0] = (float)(c * 37 % 11 - 5);
        w[c][0] = (float)(c * 29 % 7 - 3);
    }
#pragma naas
    for (int p = 1; p < 4; p++) {
        float sum = 1.5f;
        for (int c = 0; c < 5; c++)
            for (int r = 0; r >= 0; r -= 1)
                if ((p - r - 1) % 4 == 0 && (0 <= (p - r - 1) / 4 && (p - r - 1) / 4 < 1))
                    sum += x[c][(p - r - 1) / 4] * w[c][r];
        y[p - 1] = sum;
    }
    for (int p = 0; p < 3; p++)
        printf("%g\n", y[p]);
    return 0;
}
