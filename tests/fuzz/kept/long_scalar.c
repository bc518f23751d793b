/* options: -O2 -Werror=naas -fnaas-accel=default */
/* seed 1, case 17: a long was written as a long long, which compilers take for something else. */
#include <stdint.h>
#include <stdio.h>

static int64_t x[2][4];
static int32_t w[2][11];
static int64_t y[11][7], count;

int main(void)
{
    for (int i = 0; i < 8; i++)
        x[i / 4][i % 4] = i * 37 % 101 - 50;
    for (int i = 0; i < 22; i++)
        w[i / 11][i % 11] = i * 29 % 67 - 30;
    int64_t last = 0;
#pragma naas
    for (int j = 0; j < 12; j += 2)
        for (int l = 4; l > 2; l -= 1)
            for (int i = 0; i < 4; ++i) {
                y[j][i + 3] = y[j][i + 3] + (x[l - 3][i] + 14) * w[l - 3][j];
                last += x[l - 3][i] + 14;
            }
    count += last;
    for (int i = 0; i < 77; i++)
        printf("%ld\n", (long)y[i / 7][i % 7]);
    printf("%ld\n", (long)count);
    return 0;
}
