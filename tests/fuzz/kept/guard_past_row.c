/* options: -O1 */
/* seed 2409, case 9: wrong result. A guard that fails for a whole row left its end behind its run. */
#include <stdio.h>

static double x[2][5][1], w[150], y[225];

static void f(void)
{
#pragma naas
    for (int g = 0; g < 5; ++g) {
        for (int k = 0; k < 5; ++k) {
            for (int p = 0; p < 3; ++p) {
                for (int q = 0; q < 3; ++q) {
                    y[p * 75 + k * 15 + g * 3 + q] = 0;
                    for (int s = 0; s < 3; ++s) {
                        for (unsigned r = 2; r-- > 0;) {
                            const int at0 = (int)(r + p - 1);
                            const int at2 = (int)(s * 2 + q - 4);
                            if ((unsigned)(at0) < 2 && (unsigned)(at2) < 1)
                                y[p * 75 + k * 15 + g * 3 + q] +=
                                    x[at0][g][at2] * w[((s * 2 + r) * 5 + g) * 5 + k];
                        }
                    }
                }
            }
        }
    }
}

int main(void)
{
    for (int i = 0; i < 10; i++)
        x[i / 5][i % 5][0] = i % 7 - 3;
    for (int i = 0; i < 150; i++)
        w[i] = i % 11 - 5;
    f();
    for (int i = 0; i < 225; i++)
        printf("%g\n", y[i]);
    return 0;
}
