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
        y[at[i]] = 0; //~ 11: expression depends on data | only loop counters, constants and sums of their multiples are handled here
#pragma naas
    for (i = 0; i < 4; i++)
        for (j = 0; j < 4; j++)
            y[i * j] = 0; //~ 15: expression is not affine: it multiplies loop counters | one factor has to be a constant; extent(...) makes a variable one
#pragma naas
    for (i = 0; i < 4; i++)
        y[(i - 2) / 2] = 0; //~ 11: expression is not affine: it divides what may be negative | test first that it is not negative
#pragma naas
    for (i = 0; i < 4; i++)
        y[i * n] = 0; //~ 15: 'n' is not known at compile time | make it a constant, or add extent(n=...) to the pragma
#pragma naas
    for (i = 0; i < n; i++) //~ 21: 'n' is not known at compile time | make it a constant, or add extent(n=...) to the pragma
        y[i] = 0;
#pragma naas
    for (i = 0; i < at[0]; i++) //~ 21: 'at[0]' is not known at compile time | copy it to a constant, or add extent(at[0]=...) to the pragma
        y[i] = 0;
#pragma naas
    for (i = 0; i < 4; i++) {
        count = at[i];
        y[count] = 0; //~ 11: 'count' depends on data | only loop counters, constants and sums of their multiples are handled here
    }
#pragma naas
    for (i = 0; i < 4; i++)
        y[count++] = 0; //~ 11: 'count' is not known at compile time | add extent(count=...) to the pragma
#pragma naas
    for (unsigned u = 0; u < 4; u++)
        y[u - 1] = 0; //~ 11: subscript may wrap around | use signed variables, or compare with the bounds first
#pragma naas
    for (i = 0; i < 4; i++)
        y[(uint8_t)(100 * i)] = 0; //~ 11: subscript may wrap around | use signed variables, or compare with the bounds first
#pragma naas
    for (i = 0; i < 4; i++) {
        signed char c = 100 * i;
        y[c] = 0; //~ 11: 'c' depends on data | only loop counters, constants and sums of their multiples are handled here
    }
#pragma naas
    for (i = 0; i < 4; i++)
        rows[i][0] = 0; //~ 9: 'rows' holds pointers | use one array instead of an array of pointers
#pragma naas
    for (i = 0; i < 4; i++)
        y[i] = i < n ? x[i] : x[i + 64]; //~ 20: 'n' is not known at compile time | make it a constant, or add extent(n=...) to the pragma
#pragma naas
    for (i = 0; i < 4; i++)
        y[i] = y[i] < n ? x[i] : x[i + 64]; //~ 34: element is read under a condition on data, and may lie outside 'x' | read it into a variable in front of the condition
#pragma naas
    for (i = 0; i < 4; i++)
        if (x[i] > 0) //~ 13: condition depends on data, and the element may lie outside 'p' | write to a variable, and store it behind the condition
            p[i] = 0;
#pragma naas
    for (i = 0; i < 4; i++)
        p[i] = ((int *)p)[i + 4]; //~ 17: 'p' is used as a pointer to several types | use it as one
#pragma naas
    for (i = 0; i < 4; i++)
        y[i] = ((int *)x)[i]; //~ 17: array is converted to another type | use the array with its own type
#pragma naas extent(m = 70000)
    for (uint16_t k = 0; k < m; k++) //~ 26: loop counter may wrap around | use an int counter
        y[0] += 1;
}
