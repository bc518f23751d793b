/* Loops, statements and calls that are seldom written. */
#include <math.h>
float x[64], y[64];
int counts[4];
struct pair {
    float a, b;
};
static struct pair pairs[2];

static float stepping(float v)
{
    for (int i = 0; i < 3; i++) //~ 5: statement in a called function is not handled | a function of declarations, assignments, ifs and returns can be followed
        v += 1;
    return v;
}
static float by_static(float v)
{
    static float last; //~ 5: declaration in a called function is not handled
    last = v;
    return last;
}
static void nothing(float v)
{
    (void)v;
}
static float local_struct(float v)
{
    struct pair p = {v, v}; //~ 21: struct is not a variable or a member | use a pointer to the struct
    return p.a;
}
float outside(float v);

static float wide(long double v)
{
    return v > 0;
}
static int least(int a, int b)
{
    return a < b ? a : b; //~ 12: expression is not affine: it chooses between two values | minima, maxima and clamped coordinates are not handled here
}

void odd(int n, struct pair *given)
{
    int i, j = 0, m = 0;
    float s;
    (void)n, (void)given;
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = stepping(y[i]);
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = by_static(y[i]);
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = local_struct(y[i]);
#pragma naas
    for (int i = 0; i < 4; i++)
        x[least(i, 2)] = 0;
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = wide(y[i]); //~ 21: type of 'v' is not handled
#pragma naas
    for (int i = 0; i < 4; i++)
        nothing(x[i]); //~ 9: call with side effects | only functions that compute a value may be called
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = outside(y[i]); //~ 16: call of 'outside', whose body is not known | only functions of <math.h>, and small ones that this file defines, may be called
#pragma naas
    for (int k; j < 4; j++) //~ 10: loop has no start | write it as for (i = start; i < stop; i += step)
        x[j] = 0;
#pragma naas
    for (n + 1; j < 4; j++) //~ 10: loop does not set one counter | write it as for (i = start; i < stop; i += step)
        x[j] = 0;
#pragma naas
    for (i = 0, i = 1; i < 4; i++) //~ 17: loop does not set one counter | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (x[0] = 0; j < 4; j++) //~ 10: loop does not set one counter | write it as for (i = start; i < stop; i += step)
        x[j] = 0;
#pragma naas
    for (int i = 0; i < 4; i++) {
        int t = i;
        if (i > 1)
            for (t = 0; t < 3; t++) //~ 22: loop counter 't' is changed in the body | use another variable
                x[t] = 0;
        x[t] = 1;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (i > 1) {
            if (i > 2)
                continue; //~ 17: continue inside another statement | put it directly into the loop's body
            x[i] = 0;
        }
        y[i] = 1;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        int t = i;
        if (i > 1)
            t = 2;
        x[t] = 0; //~ 11: 't' depends on data | only loop counters, constants and sums of their multiples are handled here
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        int t = i;
        x[t] = 0; //~ 11: 't' depends on data | only loop counters, constants and sums of their multiples are handled here
        t = 2 * i + (y[i] > 0);
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        const float t = y[i];
        x[i] = t;
        *(float *)&t = 1; //~ 10: pointer is converted to another type | pass the pointer with its own type
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (y[i] > 0) //~ 13: condition depends on data, and the branches write different elements | one assignment to the same element may stand in each branch, behind temporaries
            x[i] = 1;
        else
            x[i + 1] = 2;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        if (y[i] > 0) //~ 13: condition depends on data, and the element may lie outside 'x' | write to a variable, and store it behind the condition
            x[i + 62] = 1;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        void inside(void); //~ 9: declaration is not handled
        x[i] = 0;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        float t[2] = {1, 2}; //~ 9: initialiser of 't' is not handled | fill it in a loop
        x[i] = t[0];
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        static float t; //~ 9: 't' is static | declare it outside the nest
        t = 1;
        x[i] = t;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = (s = 2) + 1; //~ 17: assignment inside an expression | write the assignment as a statement of its own
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = (s += 2) + 1; //~ 17: assignment inside an expression | write the assignment as a statement of its own
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = counts[0]++; //~ 16: expression has a side effect | write it as a statement of its own
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = y[i] > 0 ? given->a : 0; //~ 27: 'given->a' is read under a condition on data | read it into a variable in front of the nest
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = y[i] > 0 ? y[i + 62] : 0; //~ 27: element is read under a condition on data, and may lie outside 'y' | read it into a variable in front of the condition
#pragma naas
    for (int i = 0; i < 4; i++)
        __asm__(""); //~ 9: assembly
#pragma naas
    for (int i = 0; i < 4; i++)
        given[i].a = 0; //~ 9: element of an array of structs changes with the loops | use an array for each member
#pragma naas
    for (int i = 0; i < 4; i++)
        (n ? given : pairs)->a = 0; //~ 10: struct is not a variable or a member | use a pointer to the struct
#pragma naas
    for (int i = 0; i < 4; i++) {
        struct pair *p = given; //~ 9: pointer 'p' changes in the nest | use an index instead
        p->a = 0;
        p++;
    }
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = ({ y[i], y[i]; }); //~ 19: operator is not handled
#pragma naas
    for (int i = 0; i < 4; i++)
        i, x[i] = 0; //~ 9: statement is not handled
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = (y[i], 2); //~ 17: operator is not handled
#pragma naas
    for (int i = 0; i < 4; i++)
        x[i] = y[i] ?: 2; //~ 16: expression is not handled | write it with arithmetic, comparisons, c ? x : y and calls of small functions
#pragma naas
    for (int i = 0; i < 4; i++, j++) //~ 5: start of loop counter 'j' is not known | set it in the header of the loop
        j = (int)y[i];
#pragma naas
    for (int i = 0; i < 4; i++) {
        x[i] = (float)m; //~ 23: 'm' is used outside of the loop that steps it | use a variable of its own
        for (int k = 0; k < 4; k++, m++)
            x[k] = 0;
        m = (int)y[i];
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        int k = 0, l = 0;
        if (i > 1)
            for (k = 0; k < 4; k++, l += 2) //~ 22: loop counter 'k' is changed in the body | use another variable
                x[l] = 0;
        x[l] = 1;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        int t = i;
        x[t] = 0; //~ 11: 't' depends on data | only loop counters, constants and sums of their multiples are handled here
        t = (int)y[i];
        x[i] = t;
    }
#pragma naas
    for (int i = 0; i < 4; i++) {
        struct pair p;
        p.a = 1; //~ 9: struct 'p' is not known in front of the nest | declare it in front of the nest, or pass it as an argument
        x[i] = p.a;
    }
#pragma naas
    for (int i = 0; i < 64; i++) //~ 5: loop is divided into too many parts
        x[i & 1] += y[i >> 1 & 1] * y[i >> 2 & 1] * y[i >> 3 & 1] * y[i >> 4 & 1];
#pragma naas
    for (int i = 0; i < 4.5f; i++) //~ 21: loop condition does not compare integers | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int k = i < 2 ? 2 : i, l = 0; k < 9; k++, l++) //~ 9: loop with clipped bounds steps several variables | write it as for (i = start; i < stop; i += step)
            x[l] = 0;
#pragma naas
    for (int i = 0; i < 4; i++) {
        int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59, a60, a61, a62, a63, a64, a65; //~ 9: declaration is too long | split it
        x[i] = 0;
    }
    (void)s;
}
