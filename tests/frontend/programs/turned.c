/* Axes that are walked backwards. */
#include <stdio.h>
static float x[40], w[8], y[40], im[3][14][15], ker[4][3][3][3], out[4][12][13], m[12][9], v[9], z[12];
static int a[30], b[30], c[10];
static void convolution(const float *restrict from, const float *restrict taps, float *restrict to)
{
#pragma naas
    for (int i = 0; i < 20; i++) {
        float sum = 0;
        for (int r = 0; r < 5; r++)
            sum += from[i + 4 - r] * taps[r];
        to[i] = sum;
    }
}
static void show(const char *name, const float *p, int n)
{
    printf("%s", name);
    for (int i = 0; i < n; i++)
        printf(" %g", (double)p[i]);
    printf("\n");
}
int main(void)
{
    for (int i = 0; i < 40; i++)
        x[i] = (float)(i * 7 % 11 - 5);
    for (int i = 0; i < 8; i++)
        w[i] = (float)(i * 5 % 7 - 3);
    for (int i = 0; i < 3 * 14 * 15; i++)
        ((float *)im)[i] = (float)(i * 13 % 17 - 8);
    for (int i = 0; i < 108; i++)
        ((float *)ker)[i] = (float)(i * 11 % 13 - 6);
    for (int i = 0; i < 108; i++)
        ((float *)m)[i] = (float)(i * 11 % 23 - 6);
    for (int i = 0; i < 9; i++)
        v[i] = (float)(i - 4);
    for (int i = 0; i < 30; i++)
        a[i] = i * i % 31, b[i] = i * 3 % 7;
    convolution(x, w, y);
    show("pointers", y, 20);
#pragma naas name(full)
    for (int i = 0; i < 32; i++) {
        float sum = 1;
        for (int r = 0; r < 8; r++)
            if (i - r >= 0 && i - r < 25)
                sum += x[i - r] * w[r];
        y[i] = sum;
    }
    show("full", y, 32);
#pragma naas name(images)
    for (int k = 0; k < 4; k++)
        for (int p = 0; p < 12; p++)
            for (int q = 0; q < 13; q++) {
                float sum = 0;
                for (int i = 0; i < 3; i++)
                    for (int r = 0; r < 3; r++)
                        for (int s = 0; s < 3; s++)
                            sum += im[i][p + r][q + s] * ker[k][i][2 - r][2 - s];
                out[k][p][q] = sum;
            }
    show("images", &out[0][0][0], 4 * 12 * 13);
#pragma naas name(rows)
    for (int i = 0; i < 12; i++)
        for (int j = 0; j < 9; j++)
            z[11 - i] += m[i][j] * v[8 - j];
    show("rows", z, 12);
#pragma naas name(columns)
    for (int i = 11; i >= 0; i--)
        for (int j = 8; j >= 0; j--)
            z[i] += m[11 - i][8 - j] * v[j];
    show("columns", z, 12);
#pragma naas name(strided)
    for (int i = 0; i < 10; i++)
        for (int r = 0; r < 4; r++)
            c[i] += a[3 * (9 - i)] * b[2 * i + 3 * r];
    for (int i = 0; i < 10; i++)
        printf(" %d", c[i]);
    printf("\n");
    return 0;
}
