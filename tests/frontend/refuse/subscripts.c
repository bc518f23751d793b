/* Subscripts, bounds and conditions that are not affine, or may wrap around. */
#include <stddef.h>
#include <stdint.h>
float x[64], y[64];
int at[64], count;
unsigned char narrow[64];

void subscripts(int n, unsigned m, float **rows, float *p)
{
    int i, j;
#pragma naas
    for (i = 0; i < 4; i++)
        y[at[i]] = 0; //~ 11: expression depends on data
#pragma naas
    for (i = 0; i < 4; i++)
        for (j = 0; j < 4; j++)
            y[i * j] = 0; //~ 15: expression is not affine: it multiplies loop counters
#pragma naas
    for (i = 0; i < 4; i++)
        y[(i - 2) / 2] = 0; //~ 11: expression is not affine: it divides what may be negative
#pragma naas
    for (i = 0; i < 4; i++)
        y[i * n] = 0; //~ 15: 'n' is not known at compile time
#pragma naas
    for (i = 0; i < n; i++) //~ 21: 'n' is not known at compile time
        y[i] = 0;
#pragma naas
    for (i = 0; i < at[0]; i++) //~ 21: expression depends on data
        y[i] = 0;
#pragma naas
    for (i = 0; i < 4; i++) {
        count = at[i];
        y[count] = 0; //~ 11: 'count' depends on data
    }
#pragma naas
    for (i = 0; i < 4; i++)
        y[count++] = 0; //~ 11: expression has a side effect
#pragma naas
    for (unsigned u = 0; u < 4; u++)
        y[u - 1] = 0; //~ 11: subscript may wrap around
#pragma naas
    for (i = 0; i < 4; i++)
        y[(uint8_t)(100 * i)] = 0; //~ 11: subscript may wrap around
#pragma naas
    for (i = 0; i < 4; i++) {
        signed char c = 100 * i;
        y[c] = 0; //~ 11: 'c' depends on data
    }
#pragma naas
    for (i = 0; i < 4; i++)
        rows[i][0] = 0; //~ 9: 'rows' holds pointers
#pragma naas
    for (i = 0; i < 4; i++)
        *p++ = 0; //~ 10: pointer is not a known array plus an offset
#pragma naas
    for (i = 0; i < 4; i++)
        y[i] = i < n ? x[i] : x[i + 64]; //~ 31: element is read under a condition on data, and may lie outside 'x'
#pragma naas
    for (i = 0; i < 4; i++)
        if (x[i] > 0) //~ 13: condition depends on data, and the element may lie outside 'p'
            p[i] = 0;
#pragma naas
    for (i = 0; i < 4; i++)
        p[i] = ((int *)p)[i + 4]; //~ 17: 'p' is used as a pointer to several types
#pragma naas
    for (i = 0; i < 4; i++)
        y[i] = ((int *)x)[i]; //~ 17: array is converted to another type
#pragma naas extent(m = 70000)
    for (uint16_t k = 0; k < m; k++) //~ 26: loop counter may wrap around
        y[0] += 1;
}
