/* Loops that end when a pointer reaches another one. */
#include <stdio.h>
static float x[64], w[16], y[64], m[6][20];
static short bytes[40], totals[8];
int main(void)
{
    float *all = &m[0][0];
    for (int i = 0; i < 64; i++)
        x[i] = (float)(i * 37 % 23);
    for (int i = 0; i < 16; i++)
        w[i] = (float)(i * 5 % 7);
    for (int i = 0; i < 120; i++)
        all[i] = (float)(i * 7 % 13);
    for (int i = 0; i < 40; i++)
        bytes[i] = (short)(i * 11 % 17);
#pragma naas
    for (float *out = y; out != y + 32; ++out) {
        const float *in = x + (out - y);
        for (const float *k = w; k < w + 8; k++, in++)
            *out += *in * *k;
    }
#pragma naas
    for (int r = 0; r < 6; r++) {
        float t = 0;
        const float *p = m[r], *e = p + 20;
        while (p < e) {
            t += *p;
            p += 2;
        }
        y[32 + r] = t;
        t = 0;
        for (p = e - 1; m[r] <= p; p -= 3)
            t += *p * x[r];
        y[40 + r] = t;
    }
    const float *p = &m[0][0];
#pragma naas
    for (float *q = y + 50; q <= y + 55; q++) {
        const float *stop = p + 20;
        for (; stop > p; p++)
            *q += *p;
    }
    /* A triangle, and a window that the pointers' distance places. */
#pragma naas
    for (const short *b = bytes; b != bytes + 8; b++)
        for (const short *c = bytes; c <= b; c++)
            totals[b - bytes] += (short)(c[8] * b[c - bytes]);
    for (int i = 0; i < 64; i++)
        printf("%g ", (double)y[i]);
    for (int i = 0; i < 8; i++)
        printf("%d ", totals[i]);
    printf("%d\n", (int)(p - &m[0][0]));
    return 0;
}
