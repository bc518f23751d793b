/* data.h: inputs and checksums of the examples. */
#ifndef EXAMPLES_DATA_H
#define EXAMPLES_DATA_H

#include <stddef.h>
#include <stdio.h>

/* A linear congruential generator (Numerical Recipes, section 7.1); the upper bits are the random ones. */
static inline unsigned data_next(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

/* Multiples of 1/16 in [-1, 1): a sum of fewer than 2^15 products of two of them is exact in a float, so that
 * any order of the additions gives the same bits. */
static inline void data_fill_exact(float *x, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((int)(data_next(&seed) % 32) - 16) / 16;
}

/* Any of 65536 values in [-1, 1): sums are rounded, and their last bits depend on the order of the additions.
 */
static inline void data_fill(float *x, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((int)data_next(&seed) - 32768) / 32768 * 0.9990234f;
}

/* -1, 0 or 1. */
static inline void data_fill_signs(float *x, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(data_next(&seed) % 3) - 1;
}

static inline void data_fill_bytes(signed char *x, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (signed char)(data_next(&seed) % 255) - 127;
}

/* Sum, sum weighted by position (so that a permutation shows) and three samples. */
static inline void data_print(const char *name, const float *x, size_t n)
{
    double sum = 0, weighted = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        weighted += x[i] * (double)(i % 1021);
    }
    printf("%s: sum %.9g weighted %.9g first %.9g middle %.9g last %.9g\n", name, sum, weighted, (double)x[0],
        (double)x[n / 2], (double)x[n - 1]);
}

/* The same of rounded values: behind each +- stands how far it may be from what exact arithmetic gives. */
static inline void data_print_bounded(const char *name, const float *x, const double *bound, size_t n)
{
    double sum = 0, sum_bound = 0, weighted = 0, weighted_bound = 0;
    for (size_t i = 0; i < n; i++) {
        double weight = (double)(i % 1021);
        sum += x[i], sum_bound += bound[i];
        weighted += x[i] * weight, weighted_bound += bound[i] * weight;
    }
    printf("%s: sum %.9g +- %.2g weighted %.9g +- %.2g first %.9g +- %.2g middle %.9g +- %.2g last %.9g +- "
           "%.2g\n",
        name, sum, sum_bound, weighted, weighted_bound, (double)x[0], bound[0], (double)x[n / 2],
        bound[n / 2], (double)x[n - 1], bound[n - 1]);
}

static inline void data_print_ints(const char *name, const int *x, size_t n)
{
    long long sum = 0, weighted = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        weighted += x[i] * (long long)(i % 1021);
    }
    printf("%s: sum %lld weighted %lld first %d middle %d last %d\n", name, sum, weighted, x[0], x[n / 2],
        x[n - 1]);
}

#endif
