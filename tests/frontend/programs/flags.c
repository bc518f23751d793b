/* Conditions that a variable holds, bool arrays, helpers that change their own variables. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
static float x[8][8], w[3][3], y[8][8];
static int8_t a[6 * 7 * 3], k[3 * 3 * 3];
static int32_t b[6 * 7];
static bool mask[8][8], any[8];
static inline int at(int y, int x, int c)
{
    return (y * 7 + x) * 3 + c;
}
static inline float leaky(float v)
{
    if (v < 0)
        v *= 0.25f;
    return v;
}
static inline float clampf(float v, float lo, float hi)
{
    return fminf(fmaxf(v, lo), hi);
}
int main(void)
{
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            x[i][j] = (float)(i * 8 + j) - 30, mask[i][j] = (i * j) % 3 == 1;
    for (int i = 0; i < 9; i++)
        w[i / 3][i % 3] = (float)(i - 4);
    for (int i = 0; i < 126; i++)
        a[i] = (int8_t)(i * 31);
    for (int i = 0; i < 27; i++)
        k[i] = (int8_t)(i * 13 - 90);
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) {
            float s = 0;
            for (int r = 0; r < 3; r++)
                for (int c = 0; c < 3; c++) {
                    bool inside = i + r >= 1 && i + r < 9 && j + c >= 1 && j + c < 9;
                    if (!inside)
                        continue;
                    s += x[i + r - 1][j + c - 1] * w[r][c];
                }
            y[i][j] = leaky(s);
        }
    for (int i = 0; i < 8; i++)
        printf("%g %g\n", (double)y[i][0], (double)y[i][7]);
#pragma naas
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 7; j++) {
            int s = 0;
            for (int r = 0; r < 3; r++)
                for (int q = 0; q < 3; q++)
                    for (int c = 0; c < 3; c++) {
                        int yy = i + r - 1, xx = j + q - 1;
                        int ok = yy >= 0 && yy < 6 && xx >= 0 && xx < 7;
                        int from = at(yy, xx, c);
                        if (ok)
                            s += a[from] * k[(r * 3 + q) * 3 + c];
                    }
            b[i * 7 + j] = s;
        }
    for (int i = 0; i < 42; i++)
        printf("%d\n", b[i]);
#pragma naas
    for (int i = 0; i < 8; i++) {
        int n = 0;
        for (int j = 0; j < 8; j++)
            n += mask[i][j];
        any[i] = n;
    }
    for (int i = 0; i < 8; i++)
        printf("%d\n", any[i]);
#pragma naas
    for (int i = 0; i < 8; i++) {
        float s = 0;
        for (int j = 0; j < 8; j++)
            s += x[i][j] * mask[i][j];
        y[i][1] = clampf(s * 0.5f, -20.0f, 20.0f);
    }
    for (int i = 0; i < 8; i++)
        printf("%g\n", (double)y[i][1]);
}
