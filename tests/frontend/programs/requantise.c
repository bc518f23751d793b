/* Requantisation with 64-bit products and rounding shifts, per output channel, through inline helpers. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
static inline int32_t high_mul(int32_t a, int32_t b)
{
    bool overflow = a == b && a == INT32_MIN;
    int64_t ab_64 = (int64_t)a * (int64_t)b;
    int32_t nudge = ab_64 >= 0 ? (1 << 30) : (1 - (1 << 30));
    int32_t high = (int32_t)((ab_64 + nudge) / (1ll << 31));
    return overflow ? INT32_MAX : high;
}
static inline int32_t divide_pot(int32_t x, int exponent)
{
    const int32_t mask = (int32_t)((1ll << exponent) - 1);
    const int32_t remainder = x & mask;
    const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
}
static inline int32_t requant(int32_t x, int32_t m, int shift)
{
    int left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
    return divide_pot(high_mul(x * (1 << left), m), right);
}
static inline int32_t requant2(int32_t val, int32_t m, int32_t shift)
{
    int64_t total = 31 - shift;
    int64_t v = val * (int64_t)m;
    int32_t result = (int32_t)(v >> (total - 1));
    result = (result + 1) >> 1;
    return result;
}
static inline int32_t requant3(int32_t val, int32_t m, int32_t shift)
{
    int32_t result = 0;
    const int32_t mask = (1 << shift) - 1;
    int32_t rem;
    result = (int32_t)(((int64_t)val * m) >> 31);
    rem = result & mask;
    result >>= shift;
    int32_t threshold = mask >> 1;
    if (result < 0)
        threshold++;
    if (rem > threshold) {
        result++;
    }
    return result;
}
static int8_t x[4 * 9], w[6 * 9], y[4 * 6], y2[4 * 6], y3[4 * 6];
static int32_t bias[6], mult[6], shift[6];
int main(void)
{
    for (int i = 0; i < 36; i++)
        x[i] = (int8_t)(i * 37 % 255 - 127);
    for (int i = 0; i < 54; i++)
        w[i] = (int8_t)(i * 91 % 255 - 127);
    for (int i = 0; i < 6; i++)
        bias[i] = i * 1000 - 2500, mult[i] = 1518500249 + i * 1234567, shift[i] = -6 + i % 3;
    const int32_t in_off = 5, out_off = -3, lo = -128, hi = 127;
#pragma naas
    for (int r = 0; r < 4; r++)
        for (int f = 0; f < 6; f++) {
            int32_t acc = bias[f];
            for (int c = 0; c < 9; c++)
                acc += (x[r * 9 + c] + in_off) * w[f * 9 + c];
            acc = requant(acc, mult[f], shift[f]);
            acc += out_off;
            acc = MAX(acc, lo);
            acc = MIN(acc, hi);
            y[r * 6 + f] = (int8_t)acc;
        }
#pragma naas
    for (int r = 0; r < 4; r++)
        for (int f = 0; f < 6; f++) {
            int32_t acc = bias[f];
            for (int c = 0; c < 9; c++)
                acc += (x[r * 9 + c] + in_off) * w[f * 9 + c];
            acc = requant2(acc, mult[f], shift[f]);
            y2[r * 6 + f] = (int8_t)MIN(MAX(acc, lo), hi);
        }
#pragma naas
    for (int r = 0; r < 4; r++)
        for (int f = 0; f < 6; f++) {
            int32_t acc = bias[f];
            for (int c = 0; c < 9; c++)
                acc += (x[r * 9 + c] + in_off) * w[f * 9 + c];
            acc = requant3(acc, mult[f], 6);
            y3[r * 6 + f] = (int8_t)MIN(MAX(acc, lo), hi);
        }
    for (int i = 0; i < 24; i++)
        printf("%d %d %d\n", y[i], y2[i], y3[i]);
}
