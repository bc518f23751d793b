/* Arrays and pointers whose elements are not known. */
#include <stdint.h>
typedef float cube[2][2][2][2];
float x[64], y[4][5], *table[4], f;
_Complex float z[4];
long double wide[4];
float deep[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1];
float (*rows)[5];

static float twice(float v)
{
    return 2 * v;
}

void pointers(float *p, float *q, void *raw, int n, volatile float *port)
{
    (void)q, (void)n;
#pragma naas
    for (int i = 0; i < 4; i++)
        *(int *)&x[i] = 0; //~ 10: pointer is converted to another type | pass the pointer with its own type
#pragma naas
    for (int i = 0; i < 4; i++)
        ((int *)(p + 1))[i] = 0; //~ 10: pointer is converted to another type | pass the pointer with its own type
#pragma naas
    for (int i = 0; i < 4; i++)
        (i < 2 ? p : q)[i] = 0; //~ 10: pointer is not a known array plus an offset | use arrays and pointers directly
#pragma naas
    for (int i = 0; i < 4; i++)
        (*(y + i))[1] = 0; //~ 10: pointer is not a known array plus an offset | use arrays and pointers directly
#pragma naas
    for (int i = 0; i < 1; i++)
        deep[i][i][i][i][i][i][i][i][i][i][i][i][i][i][i][i][i] = 0; //~ 9: too many subscripts
#pragma naas
    for (int i = 0; i < 4; i++)
        table[i][0] = 0; //~ 9: 'table' holds pointers | use one array instead of an array of pointers
#pragma naas
    for (int i = 0; i < 4; i++)
        z[i] = 0; //~ 9: element type '_Complex float' of 'z' is not handled | elements are float, double, or integers of 8 to 64 bits
#pragma naas
    for (int i = 0; i < 4; i++)
        wide[i] = 0; //~ 9: element type 'long double' of 'wide' is not handled | elements are float, double, or integers of 8 to 64 bits
#pragma naas
    for (int i = 0; i < 4; i++)
        port[i] = 0; //~ 9: access is volatile | every access to it has to happen, in order
#pragma naas
    for (int i = 0; i < 4; i++) {
        float *r = table[i]; //~ 20: 'table' holds pointers | use one array instead of an array of pointers
        r[0] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = twice == 0; //~ 16: type 'float (float)' is not handled
#pragma naas
    for (int i = 0; i < 4; i++)
        ((float *)raw)[i] = ((int *)raw)[i]; //~ 30: 'raw' is used as a pointer to several types | use it as one
#pragma naas
    for (int i = 0; i < 4; i++) {
        float local[4];
        local[i] = 1;
        x[i] = *(float *)(void *)local; //~ 17: pointer is converted to another type | pass the pointer with its own type
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        p[i] = (*rows)[i]; //~ 17: pointer is not a known array plus an offset | use arrays and pointers directly
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = "abcd"[i]; //~ 16: pointer is not a known array plus an offset | use arrays and pointers directly
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = (float)(intptr_t)(p + i); //~ 34: type 'float *' is not handled
#pragma naas
    for (int i = 0; i < 4; i++) {
        const float *next = &q[n]; //~ 32: 'n' is not known at compile time | make it a constant, or add extent(n=...) to the pragma
        x[i] = next[i];
    }
}
