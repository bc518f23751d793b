/* Pointers to rows, declared where they are used or in front, and set once. */
#include <stdio.h>

enum { H = 6, W = 8 };
static float x[H][W], k[W], y[H], z[H][W], cube[2][H][W];

static float dot(const float *a, const float *b)
{
    float v = a[1];
    return v * *b;
}

static void show(void)
{
    for (int i = 0; i < H; i++)
        printf("%g %g\n", (double)y[i], (double)z[i][i]);
}

static void declared_in_the_nest(void)
{
#pragma naas
    for (int i = 0; i < H; i++) {
        const float *row = x[i];
        float *out = &y[i];
        *out = 0;
        for (int j = 0; j < W; j++)
            *out += row[j] * k[j];
    }
#pragma naas
    for (int c = 0; c < 2; c++)
        for (int i = 0; i < H; i++) {
            const float *row = cube[c][i];
            for (int j = 0; j < W; j++)
                y[i] += row[j] * x[i][j];
        }
#pragma naas
    for (int i = 0; i < H - 2; i++) {
        const float *row = &x[i + 1][2];
        float sum = 0;
        for (int j = 0; j < W; j++)
            sum += row[j - 2] * row[W - 2];
        y[i] -= sum;
    }
}

static void declared_in_front(const float *in, const float *taps, float *out)
{
    const float *p;
    float *q = out;
    int i, j;
#pragma naas
    for (i = 0; i < H; i++) {
        float s = 0;
        p = in + i;
        for (j = 0; j < W; j++)
            s += p[j] * taps[j];
        q[i] = s;
    }
}

static void handed_on(void)
{
#pragma naas
    for (int i = 0; i < H; i++)
        for (int c = 0; c < 2; c++)
            y[i] += dot(x[i], cube[c][i]);
}

static void through_a_parameter(float (*in)[W], float *out)
{
#pragma naas
    for (int i = 0; i < H; i++) {
        float *row = in[i], *place = out + i * W + i;
        float most = -100;
        for (int j = 0; j < W; j++)
            most = row[j] > most ? row[j] : most;
        *place = most;
    }
}

int main(void)
{
    for (int i = 0; i < 2 * H * W; i++) {
        cube[i / (H * W)][i / W % H][i % W] = (float)(i * 29 % 17 - 8);
        x[i / W % H][i % W] = (float)(i * 37 % 23 - 11);
        k[i % W] = (float)(i * 5 % 7 - 3);
    }
    declared_in_the_nest();
    show();
    declared_in_front(&x[0][0], k, y);
    show();
    handed_on();
    show();
    through_a_parameter(x, &z[0][0]);
    show();
    return 0;
}
