/* Extents that were computed in front of the nest from those that are named: a guess, which the program
 * tests. */
#include <stdio.h>
static float in[4 * 12 * 12], weight[3 * 4 * 9], out[3 * 12 * 12];
struct layer {
    int c, h, w, size, stride, pad;
};

static void convolve(const struct layer *l, int k)
{
    int out_h = (l->h + 2 * l->pad - l->size) / l->stride + 1;
    int out_w = (l->w + 2 * l->pad - l->size) / l->stride + 1, plane = out_h * out_w;
    const int taps = l->size * l->size;
    short first = (short)-l->pad;
#pragma naas extent(k = 3, l->c = 4, l->h = 10, l->w = 10, l->size = 3, l->stride = 1, l->pad = 1)
    for (int o = 0; o < k; o++)
        for (int y = 0; y < out_h; y++)
            for (int x = 0; x < out_w; x++) {
                float sum = 0;
                for (int c = 0; c < l->c; c++)
                    for (int t = 0; t < taps; t++) {
                        int row = y * l->stride + first + t / l->size,
                            col = x * l->stride + first + t % l->size;
                        if (row >= 0 && row < l->h && col >= 0 && col < l->w)
                            sum += in[(c * l->h + row) * l->w + col] * weight[(o * l->c + c) * taps + t];
                    }
                out[o * plane + y * out_w + x] = sum;
            }
}

/* What it was computed from changes: the guess is wrong, or right by chance. */
static void changed(int n)
{
    int half, twice = n * 2;
    half = n / 2;
    n += 2;
#pragma naas extent(n = 8)
    for (int i = 0; i < half; i++)
        for (int j = 0; j < n; j++)
            out[i] += in[i * 12 + j];
#pragma naas extent(n = 8)
    for (int i = 0; i < twice; i++)
        for (int j = 0; j < 6; j++)
            out[i] -= in[i * 3 + j];
}

/* Set from itself, which gives no guess, and by a clause of its own. */
static void own(int n)
{
    int size = n;
    size = size + 1;
#pragma naas extent(n = 5, size = 6)
    for (int i = 0; i < n; i++)
        for (int j = 0; j < size; j++)
            out[i] += in[i * 7 + j];
}

static void show(void)
{
    float sum = 0;
    for (int i = 0; i < 3 * 144; i++)
        sum += out[i] * (float)(i % 7 + 1);
    printf("%g %g %g\n", (double)sum, (double)out[0], (double)out[99]);
}

int main(void)
{
    const struct layer same = {4, 10, 10, 3, 1, 1}, strided = {4, 10, 10, 3, 2, 1},
                       wide = {4, 12, 10, 1, 1, 0};
    for (int i = 0; i < 4 * 144; i++)
        in[i] = (float)(i * 37 % 23 - 11);
    for (int i = 0; i < 108; i++)
        weight[i] = (float)(i * 5 % 7 - 3);
    convolve(&same, 3), show();
    convolve(&strided, 3), show();
    convolve(&wide, 2), show();
    changed(6), show();
    changed(8), show();
    own(5), show();
    own(4), show();
    return 0;
}
