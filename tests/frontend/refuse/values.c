/* Types, calls and operators of right-hand sides. */
#include <complex.h>
#include <stdlib.h>
float x[16], y[16];
long double wide[16];
double complex z[16];
volatile float port[16];
volatile float cell;
struct pair {
    float re, im;
} pairs[16];
int state;
void values(float (*f)(float))
{
    int i, j;
#pragma naas
    for (i = 0; i < 4; i++)
        wide[i] = 0; //~ 9: element type 'long double' of 'wide' is not handled | elements are float, double, or integers of 8 to 64 bits
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = 1.0L; //~ 16: literal is not handled
#pragma naas
    for (i = 0; i < 4; i++)
        z[i] = 0; //~ 9: element type '_Complex double' of 'z' is not handled | elements are float, double, or integers of 8 to 64 bits
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = (long double)y[i]; //~ 16: conversion to 'long double' is not handled
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = port[i]; //~ 16: access is volatile | every access to it has to happen, in order
#pragma naas
    for (i = 0; i < 4; i++)
        cell = x[i]; //~ 9: 'cell' is volatile | every access to it has to happen, in order
#pragma naas
    for (i = 0; i < 4; i++)
        pairs[i].re = 0; //~ 9: element of an array of structs changes with the loops | use an array for each member
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = rand(); //~ 16: call of 'rand', whose body is not known | only functions of <math.h>, and small ones that this file defines, may be called
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = f(y[i]); //~ 16: call through a pointer
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = y[i] = 0; //~ 16: assignment inside an expression | write the assignment as a statement of its own
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = state++; //~ 16: 'state' is not known at compile time | add extent(state=...) to the pragma
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = (j = i, j); //~ 17: operator is not handled
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = ({
            j = 3; //~ 13: block with a value changes what is outside of it | write the assignment as a statement of its own
            y[i];
        });
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = ({
            float s = 0;
            for (int k = 0; k < 4; k++) //~ 13: statement in a block with a value is not handled | it may have declarations, assignments, ifs, and a value at its end
                s += y[k];
            s;
        });
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = ({
            j++; //~ 13: block with a value changes what is outside of it | write the assignment as a statement of its own
            y[i];
        });
#pragma naas
    for (i = 0; i < 4; i++)
        ({ x[i] = 0; }); //~ 9: statement is not handled
#pragma naas
    for (i = 0; i < 4; i++)
        x[i] = y[i] ?: 1; //~ 16: expression is not handled | write it with arithmetic, comparisons, c ? x : y and calls of small functions
}

/* All that is not known is named at once. */
void unknown(int n, int m, int stride, const int *dims)
{
#pragma naas
    for (int i = 0; i < n; i++) //~ 25: 'n' is not known at compile time | make them constants, or add extent(n=..., m=..., stride=..., dims[2]=...) to the pragma
        for (int j = 0; j < m; j++)
            x[i * stride + j] += y[i * dims[2]];
#pragma naas extent(n = 4)
    for (int i = 0; i < n; i++) {
        const int at = i * stride; //~ 28: 'stride' is not known at compile time | make it a constant, or add extent(stride=...) to the pragma
        x[at] += y[i];
    }
}
