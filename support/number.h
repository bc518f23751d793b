/*
 * number: the smaller, the larger, quotients rounded down and up. Without a prefix, as formulas are to be
 * read.
 */
#ifndef NAAS_NUMBER_H
#define NAAS_NUMBER_H

#include <stdint.h>

static inline double min(double a, double b)
{
    return a < b ? a : b;
}

static inline double max(double a, double b)
{
    return a > b ? a : b;
}

static inline int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Of any n, and d > 0. */
static inline int64_t floor_div(int64_t n, int64_t d)
{
    return n / d - (n % d < 0);
}

static inline int64_t ceil_div(int64_t n, int64_t d)
{
    return n / d + (n % d > 0);
}

/* The greatest common divisor of what is not negative. */
static inline int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

#endif
