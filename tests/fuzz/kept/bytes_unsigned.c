/* options: -O2 -fnaas-accel=default */
/* The native target multiplied bytes as float that were cast to unsigned: sums wrap, floats do not. */
#include <stdint.h>
#include <stdio.h>

static int8_t x[40][24], w[24][40];
static uint32_t y[40][40], v[40][40];
static int32_t z[40][40];

int main(void)
{
    int8_t *in = x[0], *weight = w[0];
    for (int i = 0; i < 960; i++) {
        in[i] = (int8_t)(i * 37 % 255 - 127);
        weight[i] = (int8_t)(i * 91 % 253 - 126);
    }
#pragma naas
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++)
            for (int k = 0; k < 24; k++)
                y[i][j] += (uint32_t)x[i][k] * (uint32_t)w[k][j];
#pragma naas
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++)
            for (int k = 0; k < 24; k++)
                z[i][j] += (uint16_t)x[i][k] * w[k][j];
#pragma naas
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++)
            for (int k = 0; k < 24; k++)
                v[i][j] -= (uint32_t)x[i][k] * (int16_t)w[k][j];
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++)
            printf("%u %d %u ", (unsigned)y[i][j], (int)z[i][j], (unsigned)v[i][j]);
    printf("\n");
    return 0;
}
