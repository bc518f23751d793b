/* Pointers that walk and subscripts that count along. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { K = 4, C = 3, H = 8, W = 10, R = 3, P = H - R + 1, Q = W - R + 1 };

static float image[C * H * W], weights[K * C * R * R], result[K * P * Q];
static int8_t bytes[256], taps[256];
static int32_t sums[256];

static void fill(void)
{
    for (int i = 0; i < C * H * W; i++)
        image[i] = (float)(i * 7 % 23 - 11);
    for (int i = 0; i < K * C * R * R; i++)
        weights[i] = (float)(i * 5 % 17 - 8) * 0.25f;
    for (int i = 0; i < 256; i++) {
        bytes[i] = (int8_t)(i * 37 % 101 - 50);
        taps[i] = (int8_t)(i * 11 % 31 - 15);
    }
    memset(sums, 0, sizeof sums);
    memset(result, 0, sizeof result);
}

static void show(const char *name, const float *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)x[i] * (i % 13 + 1);
    printf("%s %.9g %g %g\n", name, sum, (double)x[0], (double)x[n - 1]);
}

static void show_sums(const char *name)
{
    long long sum = 0;
    for (int i = 0; i < 256; i++)
        sum += (long long)sums[i] * (i % 29 + 1);
    printf("%s %lld\n", name, sum);
}

/* Every operand walks, rows are skipped at their ends. */
static void convolution(const float *in, const float *filter, float *out)
{
#pragma naas
    for (int k = 0; k < K; k++) {
        for (int p = 0; p < P; p++) {
            for (int q = 0; q < Q; q++) {
                float sum = 0;
                const float *f = filter + k * C * R * R;
                for (int c = 0; c < C; c++) {
                    const float *a = in + (c * H + p) * W + q;
                    for (int r = 0; r < R; r++) {
                        for (int s = 0; s < R; s++)
                            sum += *a++ * *f++;
                        a += W - R;
                    }
                }
                *out++ = sum;
            }
        }
    }
}

/* Parameters themselves walk, and come back to the start of a row. */
static float *product(float *y, const float *a, const float *b, int n)
{
    (void)n;
#pragma naas
    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 5; j++) {
            float sum = 0;
            for (int l = 0; l < 7; l++) {
                sum += *a++ * *b;
                b += 5;
            }
            *y++ = sum;
            a -= 7;
            b -= 5 * 7 - 1;
        }
        a += 7;
        b -= 5;
    }
    return y;
}

/* A subscript counts along, set in front of the nest and used behind it. */
static int counted(void)
{
    int at = 2, n = 0;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) {
            int32_t sum = 0;
            for (int l = 0; l < 4; l++)
                sum += bytes[n++] * taps[j * 4 + l];
            sums[at++] = sum;
        }
    return at * 100 + n;
}

/* Backwards, with a stride, in the header and in the body. */
static void backwards(const float *x, float *y)
{
#pragma naas
    for (int i = 0; i < 6; i++, y++) {
        const float *v = x + 59 - 2 * i;
        float best = -1e30f;
        for (int l = 0; l < 9; l++, v -= 3)
            best = *v > best ? *v : best;
        *y = best;
    }
}

/* The same in either branch. */
static void branches(const float *x, float *y)
{
#pragma naas
    for (int i = 0; i < 10; i++) {
        float v = 0;
        for (int j = 0; j < 4; j++)
            v += *x++;
        if (v > 0)
            *y++ = v;
        else
            *y++ = v * 0.125f;
    }
}

/* Pooling whose padding is skipped: the output moves on all the same. */
static void pooling(const float *x, float *y)
{
#pragma naas
    for (int c = 0; c < C; c++) {
        for (int p = 0; p < 4; p++)
            for (int q = 0; q < 5; q++) {
                float best = -1e30f;
                for (int r = 0; r < 3; r++)
                    for (int s = 0; s < 3; s++) {
                        int h = 2 * p + r - 1, v = 2 * q + s - 1;
                        if (h < 0 || h >= H || v < 0 || v >= W)
                            continue;
                        if (x[h * W + v] > best)
                            best = x[h * W + v];
                    }
                *y = best;
                ++y;
            }
        x += H * W;
    }
}

/* Set anew in every row of a triangle. */
static void triangle(const float *a, const float *x, float *y)
{
    const float *v;
    float *out = y;
#pragma naas
    for (int i = 0; i < 12; i++) {
        const float *row = a + 12 * i;
        float sum = 0;
        v = x;
        for (int j = 0; j < 12; j++, v++) {
            float e = *row++;
            if (j <= i)
                sum += e * *v;
        }
        *out++ = sum;
    }
    *out = -1;
}

static float *cursor;
static int place;

static void outer_variables(const float *x)
{
#pragma naas
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 3; j++) {
            *cursor = 0;
            for (int l = 0; l < 2; l++)
                *cursor += x[i + l] * x[j + l];
            cursor++;
        }
    uint8_t n = 0;
#pragma naas
    for (int i = 0; i < 16; i++) {
        float sum = 0;
        for (uint8_t j = 0; j < 3; j++)
            sum += image[n++];
        result[100 + i] = sum;
    }
    place = n;
}

int main(void)
{
    fill();
    convolution(image, weights, result);
    show("convolution", result, K * P * Q);
    float *end = product(result, image, weights, 3);
    show("product", result, K * P * Q);
    printf("%d\n", (int)(end - result));
    printf("%d\n", counted());
    show_sums("counted");
    backwards(image, result);
    branches(image, result + 20);
    pooling(image, result + 80);
    show("others", result, K * P * Q);
    triangle(image, weights, result);
    cursor = result + 30;
    outer_variables(image);
    printf("%d %d\n", (int)(cursor - result), place);
    show("end", result, K * P * Q);
    return 0;
}
