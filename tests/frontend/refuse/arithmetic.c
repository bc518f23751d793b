/* Integers that do not fit, wrap around, or are none. */
#include <stddef.h>
#include <stdint.h>
#define HUGE 4611686018427387904
float x[64], f;
double d[4];

void arithmetic(int n, uint8_t small, unsigned u, int rows, int vla[rows])
{
    unsigned char b;
    (void)vla, (void)b, (void)u, (void)n;
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i * HUGE * 4] = 0; //~ 11: value overflows
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i * HUGE + i * HUGE] = 0; //~ 11: value overflows
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i + HUGE + HUGE] = 0; //~ 11: value overflows
#pragma naas
    for (int i = 0; i < 4; i++)
        *(x + HUGE + HUGE) = 0; //~ 11: value overflows
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (i + HUGE < i - HUGE) //~ 13: value overflows
            continue;
        x[i] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (i + HUGE == i - HUGE) //~ 13: value overflows
            continue;
        x[i] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        x[(int)(i * 0.5)] = 0; //~ 17: expression is not of an integer type | subscripts, bounds and guards are made of integers
#pragma naas
    for (int i = 0; i < 4; i++)
        x[(unsigned char)(i * 100)] = 0; //~ 11: subscript may wrap around | use signed variables, or compare with the bounds first
#pragma naas
    for (int i = 0; i < 4; i++)
        x[(short)(unsigned char)(i * 100)] = 0; //~ 11: value may wrap around | use signed variables, or compare with the bounds first
#pragma naas
    for (int i = 0; i < 4; i++)
        x[(signed char)(i * 100)] = 0; //~ 11: value may not fit its type 'signed char' | use int variables for subscripts and bounds
#pragma naas
    for (int i = 0; i < 4; i++)
        x[(i - 2u) / 2] = 0; //~ 11: expression is not affine in the loop counters | only sums of constant multiples of loop counters are handled here
#pragma naas
    for (int i = 0; i < 4; i++)
        x[(unsigned)i - 2] = 0; //~ 11: subscript may wrap around | use signed variables, or compare with the bounds first
#pragma naas
    for (int i = 0; i < (int)sizeof(float[n]); i++) //~ 30: value is not known at compile time
        x[i] = 0;
#pragma naas extent(small=300)
    for (int i = 0; i < small; i++) //~ 25: extent of 'small' does not fit its type
        x[i] = 0;
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i < 2 ? i : 0] = 0; //~ 11: expression is not affine: it chooses between two values | minima, maxima and clamped coordinates are not handled here
#pragma naas
    for (int i = 0; i < 4; i++)
        x[-i * HUGE * 4] = 0; //~ 11: value overflows
#pragma naas
    for (int i = 0; i < 4; i++) {
        if ((unsigned)(i - 2) == 1) //~ 13: comparison may wrap around | compare signed values
            continue;
        x[i] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        if ((uint8_t)(i * 100) < 70) //~ 13: value may wrap around | use signed variables, or compare with the bounds first
            continue;
        x[i] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (i > 0 && i < 3) //~ 13: condition is not a conjunction of affine ones | split the condition
            continue;
        x[i] = 0;
    }
#pragma naas
    for (unsigned k = 3u - 5u; k < 4; k++) //~ 23: start may wrap around
        x[k] = 0;
#pragma naas
    for (int i = 0; i < 4; i++)
        for (unsigned k = 0; k < i - 2u; k++) //~ 34: bound may wrap around
            x[k] = 0;
#pragma naas
    for (int i = 0; (float)i < 4.5f; i++) //~ 21: loop condition does not compare the counter with a bound | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (long k = 0; k <= INT64_MAX; k++) //~ 22: bound overflows
        x[k] = 0;
#pragma naas
    for (int i = 0; i < 64; i++) //~ 5: loop 'i' is divided in ways that do not fit | let the divisors divide each other
        x[i / 2 % 3] = x[i % 5];
#pragma naas
    for (int i = 0, j = 0; i < 4; i += 2, j += 2000000000) //~ 5: loop counter 'j' may wrap around | use an int counter
        x[i] = 0;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = i; j < (i < n ? i + 2 : 9); j++) //~ 34: 'n' is not known at compile time | make it a constant, or add extent(n=...) to the pragma
            x[j] = 0;
#pragma naas extent(n = 4)
    for (int i = 0; i < 8; i++)
        for (int j = i; j < (i < n ? i + 2 : 9); j++) //~ 30: expression is not affine: it chooses between two values | minima, maxima and clamped coordinates are not handled here
            x[j] = 0;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = i < 2 ? 2 : i; j < 2 * i + 3; j++) //~ 37: bounds of the loop are not clipped from constant ones | let the loop run over a constant number of iterations, and test inside
            x[j] = 0;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = i < 2 ? 2 : i; j < 9; j += 2) //~ 37: clipped bounds need a step of 1 | write it as for (i = start; i < stop; i += step)
            x[j] = 0;
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i < 2 ? 1u - 3u : 4] = 0; //~ 11: expression is not affine: it chooses between two values | minima, maxima and clamped coordinates are not handled here
}
