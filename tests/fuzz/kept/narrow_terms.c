/* options: -O0 -fnaas-accel=default */
/* seed 300252, case 15: two terms were added to each other in a narrower type than to the sum. */
#include <stdint.h>
#include <stdio.h>

static uint32_t x[8][3];
static int8_t w[3][12];
static int64_t y[8][12];
static float u[5];
static double z[3];

int main(void)
{
    for (int i = 0; i < 24; i++)
        x[i / 3][i % 3] = (uint32_t)i * 397u;
    for (int i = 0; i < 36; i++)
        w[i / 12][i % 12] = (int8_t)(i * 29 % 67 - 30);
    for (int i = 0; i < 5; i++)
        u[i] = (float)(1 << (6 * i)) + 1;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 12; j++)
            for (int k = 0; k < 3; k++)
                y[i][j] = y[i][j] + x[i][k] * w[k][j] + x[i][k];
#pragma naas
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++)
            z[i] = z[i] + u[i + k] + u[2 - i];
    for (int i = 0; i < 96; i++)
        printf("%lld\n", (long long)y[i / 12][i % 12]);
    for (int i = 0; i < 3; i++)
        printf("%.17g\n", z[i]);
    return 0;
}
