/*
 * LeNet-5 (LeCun et al. 1998, with ReLU and max pooling as it is built today): one program of seven nests,
 * each mapped by itself.
 *
 *     naascc -O2 examples/lenet5.c -o lenet5 && ./lenet5
 */
#include "data.h"

static float image[1][32][32];
static float w1[6][1][5][5], b1[6], a1[6][28][28], s2[6][14][14];
static float w3[16][6][5][5], b3[16], a3[16][10][10], s4[16][5][5];
static float w5[120][16][5][5], b5[120], a5[120];
static float w6[84][120], b6[84], a6[84];
static float w7[10][84], b7[10], scores[10];

static void c1(void)
{
#pragma naas name(c1)
    for (int k = 0; k < 6; k++)
        for (int p = 0; p < 28; p++)
            for (int q = 0; q < 28; q++) {
                float acc = b1[k];
                for (int c = 0; c < 1; c++)
                    for (int r = 0; r < 5; r++)
                        for (int s = 0; s < 5; s++)
                            acc += image[c][p + r][q + s] * w1[k][c][r][s];
                a1[k][p][q] = acc > 0 ? acc : 0;
            }
}

static void pool2(void)
{
#pragma naas name(pool2)
    for (int c = 0; c < 6; c++)
        for (int p = 0; p < 14; p++)
            for (int q = 0; q < 14; q++) {
                float most = 0; /* after a ReLU nothing is below */
                for (int r = 0; r < 2; r++)
                    for (int s = 0; s < 2; s++)
                        most = a1[c][2 * p + r][2 * q + s] > most ? a1[c][2 * p + r][2 * q + s] : most;
                s2[c][p][q] = most;
            }
}

static void c3(void)
{
#pragma naas name(c3)
    for (int k = 0; k < 16; k++)
        for (int p = 0; p < 10; p++)
            for (int q = 0; q < 10; q++) {
                float acc = b3[k];
                for (int c = 0; c < 6; c++)
                    for (int r = 0; r < 5; r++)
                        for (int s = 0; s < 5; s++)
                            acc += s2[c][p + r][q + s] * w3[k][c][r][s];
                a3[k][p][q] = acc > 0 ? acc : 0;
            }
}

static void pool4(void)
{
#pragma naas name(pool4)
    for (int c = 0; c < 16; c++)
        for (int p = 0; p < 5; p++)
            for (int q = 0; q < 5; q++) {
                float most = 0;
                for (int r = 0; r < 2; r++)
                    for (int s = 0; s < 2; s++)
                        most = a3[c][2 * p + r][2 * q + s] > most ? a3[c][2 * p + r][2 * q + s] : most;
                s4[c][p][q] = most;
            }
}

/* A convolution whose window is the whole input: fully connected. */
static void c5(void)
{
#pragma naas name(c5)
    for (int k = 0; k < 120; k++) {
        float acc = b5[k];
        for (int c = 0; c < 16; c++)
            for (int r = 0; r < 5; r++)
                for (int s = 0; s < 5; s++)
                    acc += s4[c][r][s] * w5[k][c][r][s];
        a5[k] = acc > 0 ? acc : 0;
    }
}

static void f6(void)
{
#pragma naas name(f6)
    for (int k = 0; k < 84; k++) {
        float acc = b6[k];
        for (int c = 0; c < 120; c++)
            acc += a5[c] * w6[k][c];
        a6[k] = acc > 0 ? acc : 0;
    }
}

static void f7(void)
{
#pragma naas name(f7)
    for (int k = 0; k < 10; k++) {
        scores[k] = b7[k];
        for (int c = 0; c < 84; c++)
            scores[k] += a6[c] * w7[k][c];
    }
}

/* Whole numbers, and small enough that every sum is exact. */
#define FILL(array, seed) data_fill_signs((float *)array, sizeof array / sizeof(float), seed)

int main(void)
{
    FILL(image, 71);
    FILL(w1, 72), FILL(b1, 73), FILL(w3, 74), FILL(b3, 75), FILL(w5, 76), FILL(b5, 77);
    FILL(w6, 78), FILL(b6, 79), FILL(w7, 80), FILL(b7, 81);
    c1(), pool2(), c3(), pool4(), c5(), f6(), f7();
    data_print("lenet5", scores, 10);
    return 0;
}
