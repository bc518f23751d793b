/* options: -O0 -fnaas-accel=edge-tpu */
/* seed 2, case 1: the build stopped where a level of the accelerator is too small for one element of each
 * operand. */
#include <stdint.h>
#include <stdio.h>

static int16_t x[100];
static int32_t y[4];

int main(void)
{
    for (int i = 0; i < 100; i++)
        x[i] = (int16_t)(i * 37 % 101 - 50);
#pragma scop
    for (int k = 0; k < 4; k++) {
        int32_t low = 2147483647;
        for (unsigned r = 0; r != 2; r++)
            for (int s = 0; s < 2; s++)
                low = low < x[32 + (2 * k + s) * 4 + r] - 22 ? low : x[32 + (2 * k + s) * 4 + r] - 22;
        y[k] = low;
    }
#pragma endscop
    for (int k = 0; k < 4; k++)
        printf("%d\n", y[k]);
    return y[2] & 63;
}
