/* Right-hand sides: types, literals, calls, functions that are followed. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#define SLOPE .1f
int8_t q[32], wq[32];
int32_t b[32];
uint8_t u[32];
float x[32], y[32];
double d[32];

static inline int32_t clip(int32_t v)
{
    if (v > 127)
        return 127;
    return v < -128 ? -128 : v;
}

static int at(int row, int column)
{
    const int width = 4;
    return row * width + column;
}

static float relu(const float *from, int i)
{
    return fmaxf(from[i], 0.0f);
}

void values(float alpha, const int shift, double beta)
{
#pragma naas
    for (int i = 0; i < 32; i++)
        x[i] = x[i] > 0 ? x[i] : SLOPE * x[i] + 1e-3F + 2.5f - 1 / 3.0;
#pragma naas
    for (int i = 0; i < 32; i++) {
        int32_t sum = b[i];
        sum += q[i] * wq[i];
        sum <<= 2;
        sum--;
        q[i] = (int8_t)clip(sum >> shift);
    }
#pragma naas
    for (int i = 0; i < 32; i++)
        d[i] = alpha * (float)beta + expf(x[i]) * abs(b[i]) + (uint8_t)(u[i] + 'a' % 3u) + -x[i] + ~u[i] + (!i || i & 1);
#pragma naas
    for (int r = 0; r < 8; r++)
        for (int c = 0; c < 4; c++)
            y[at(r, c)] = relu(x, at(r, c));
}
