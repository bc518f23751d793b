/* Transposed convolutions that gather: of each output, only the taps count that the stride divides. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SHOW(name, array) show(name, &array[0][0][0], (int)(sizeof array / sizeof(int32_t)))
enum { C = 3, F = 4, H = 4, W = 5 };
static int8_t x[C][H][W], w[C][F][5][4], line[C][9], taps[C][F][8];
static int32_t halves[F][9][9], thirds[F][13][16], rows[F][1][17], flat[F * 11 * 7], fours[F][1][38];
static int32_t full[F][1][21], sides[2][F][8], bias[F] = {3, -5, 7, 11};

static void show(const char *name, const int32_t *p, int n)
{
    printf("%s", name);
    for (int i = 0; i < n; i++)
        printf(" %d", p[i]);
    printf("\n");
}

/* Stride 2, padding 1, output padding 1; the test by continue. */
static void two(void)
{
#pragma naas name(two)
    for (int f = 0; f < F; f++)
        for (int p = 0; p < (H - 1) * 2 - 2 + 5; p++)
            for (int q = 0; q < (W - 1) * 2 - 2 + 3; q++) {
                int32_t sum = bias[f];
                for (int c = 0; c < C; c++)
                    for (int r = 0; r < 5; r++)
                        for (int s = 0; s < 4; s++) {
                            int a = p + 1 - r, b = q + 1 - s;
                            if (a % 2 != 0 || b % 2 != 0)
                                continue;
                            int h = a / 2, v = b / 2;
                            if (h < 0 || h >= H || v < 0 || v >= W)
                                continue;
                            sum += x[c][h][v] * w[c][f][r][s];
                        }
                halves[f][p][q] = sum > 0 ? sum : 0;
            }
    SHOW("two", halves);
}

/* Stride 3, the loops over taps outside; sums in memory. */
static void three(void)
{
#pragma naas name(three)
    for (int f = 0; f < F; f++)
        for (int p = 0; p < 13; p++)
            for (int c = 0; c < C; c++)
                for (int r = 4; r >= 0; r--)
                    for (int q = 0; q < 16; q++)
                        for (int s = 0; s < 4; s++)
                            if ((p + 2 - r) % 3 == 0 && (q - s) % 3 == 0) {
                                const int h = (p + 2 - r) / 3, v = (q - s) / 3;
                                if ((unsigned)h < H && (unsigned)v < W)
                                    thirds[f][p][q] += w[c][f][r][s] * x[c][h][v];
                            }
    SHOW("three", thirds);
}

/* One axis, by bits; a quotient in front of its test; an output that no input reaches. */
static void by_bits(void)
{
#pragma naas name(by_bits)
    for (int f = 0; f < F; f++)
        for (int p = 0; p < 17; p++) {
            int32_t sum = 0;
            for (int c = 0; c < C; c++)
                for (int r = 0; r < 3; r++) {
                    int t = p - r, h = t >> 1;
                    if (!(t & 1) && h >= 0 && h < 8)
                        sum += line[c][h] * taps[c][f][r];
                }
            rows[f][0][p] = sum;
        }
    SHOW("by_bits", rows);
}

/* Linear subscripts, strides that differ, a loop over batches of one. */
static void linear(const int8_t *restrict in, const int8_t *restrict weights, int32_t *restrict out)
{
#pragma naas name(linear)
    for (int n = 0; n < 1; n++)
        for (int f = 0; f < F; f++)
            for (int p = 0; p < 11; p++)
                for (int q = 0; q < 7; q++) {
                    int32_t sum = 0;
                    for (int r = 0; r < 5; r++) {
                        const int a = p + 2 - r;
                        if (a % 3 == 0 && a / 3 >= 0 && a / 3 < H)
                            for (int s = 0; s < 4; s++) {
                                const int b = q + 1 - s;
                                if (b % 2 == 0 && b / 2 >= 0 && b / 2 < W)
                                    for (int c = 0; c < C; c++)
                                        sum += in[((n * C + c) * H + a / 3) * W + b / 2] *
                                               weights[((c * F + f) * 5 + r) * 4 + s];
                            }
                    }
                    out[((n * F + f) * 11 + p) * 7 + q] = sum;
                }
    show("linear", out, F * 11 * 7);
}

/* Stride 4 with a shift; the remainder has a name. */
static void named(void)
{
#pragma naas name(named)
    for (int f = 0; f < F; f++)
        for (int p = 0; p < 38; p++) {
            fours[f][0][p] = bias[f];
            for (int c = 0; c < C; c++)
                for (int r = 0; r < 8; r++) {
                    const int t = p + 3 - r, left = t % 4, h = t / 4;
                    if (left == 0 && h >= 0 && h < 9)
                        fours[f][0][p] += line[c][h] * taps[c][f][r];
                }
        }
    SHOW("named", fours);
}

/* Taps in the outer loop: the outputs are chosen. */
static void taps_outside(void)
{
#pragma naas name(taps_outside)
    for (int r = 0; r < 4; r++)
        for (int f = 0; f < F; f++)
            for (int c = 0; c < C; c++)
                for (int p = 0; p < 21; p++) {
                    const bool hit = (p + 1 - r) % 2 == 0;
                    if (!hit)
                        continue;
                    const int h = (p + 1 - r) / 2;
                    if (h >= 0 && h < 9)
                        full[f][0][p] += line[c][h] * taps[c][f][r];
                }
    SHOW("taps_outside", full);
}

/* Input in the order of outputs, and a full sum over what is left of one loop. */
static void alone(void)
{
#pragma naas name(alone)
    for (int f = 0; f < F; f++)
        for (int n = 0; n < 8; n++) {
            int32_t sum = 0;
            for (int r = 0; r < 8; r++)
                if ((r + 1) % 3 == 0)
                    sum += taps[0][f][r] * line[1][n];
            sides[1][f][n] = sum;
        }
    SHOW("alone", sides);
}

int main(void)
{
    for (int i = 0; i < C * H * W; i++)
        (&x[0][0][0])[i] = (int8_t)(i * 37 % 101 - 50);
    for (int i = 0; i < C * F * 5 * 4; i++)
        (&w[0][0][0][0])[i] = (int8_t)(i * 13 % 31 - 15);
    for (int i = 0; i < C * 9; i++)
        (&line[0][0])[i] = (int8_t)(i * 7 % 23 - 11);
    for (int i = 0; i < C * F * 8; i++)
        (&taps[0][0][0])[i] = (int8_t)(i * 5 % 17 - 8);
    two();
    three();
    by_bits();
    linear(&x[0][0][0], &w[0][0][0][0], flat);
    named();
    taps_outside();
    alone();
    return 0;
}
