/* options: -O0 -fnaas-accel=default */
/* seed 400014, case 3: a remainder planned in the walk that asked for a split. */
#include <stdio.h>

static int x[1][3], y[6][3];

int main(void)
{
    for (int i = 0; i < 3; i++)
        x[0][i] = i + 5;
#pragma naas
    for (int p = 0; p < 6; p++)
        for (int q = 1; q < 4; q++) {
            int sum = 0;
            for (int r = 0; r < 1; r++)
                for (int s = 0; s < 1; s++) {
                    int a = q - s - 1, b = p - r;
                    if (a % 3 == 0 && 0 <= a / 3 && a / 3 < 1 && !(b & 1) && 0 <= (b >> 1) && (b >> 1) < 3)
                        sum += x[a / 3][b >> 1];
                }
            y[p][q - 1] = sum;
        }
    for (int p = 0; p < 6; p++)
        printf("%d %d %d\n", y[p][0], y[p][1], y[p][2]);
    return 0;
}
