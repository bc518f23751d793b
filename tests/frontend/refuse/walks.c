/* Variables that move in ways that are not followed. */
#include <stdint.h>
float x[4096], y[4096];
int table[64];

void walks(float *p, float *q, int at, int n, volatile int *port)
{
    const float *a = x;
    int count = 0;
    (void)n, (void)port;
#pragma naas
    for (int i = 0; i < 8; i++) {
        y[i] = *p;
        p += table[i]; //~ 14: expression depends on data | only loop counters, constants and sums of their multiples are handled here
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        if (x[i] > 0) //~ 13: condition depends on data, and its branch moves a variable | write the result to a place that does not depend on data
            *q++ = x[i];
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        y[i] = *p;
        if (i > 2) //~ 13: 'p' moves in one branch only | let it move by the same constant in every iteration, or use an index
            p++;
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        y[i] = *p;
        if (i < 2) //~ 9: 'p' moves in one branch only | let it move by the same constant in every iteration, or use an index
            continue;
        p++;
    }
#pragma naas
    for (int i = 0; i < 8; i++)
        y[i] += i > 2 ? *p++ : 0; //~ 26: 'p' moves under a condition | let it move by the same constant in every iteration, or use an index
#pragma naas
    for (int i = 0; i < 8; i++)
        y[i] += *p++ * (*p > 0); //~ 18: 'p' moves and is used in one statement | move it in a statement of its own
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = 0; j <= i; j++) //~ 9: 'a' moves in a loop whose bounds are not constant | let it move by the same constant in every iteration, or use an index
            y[i] += *a++ * x[j];
#pragma naas
    for (int i = 0; i < 8; i++) { //~ 5: 'p' does not move by the same constant in every iteration | let it move by the same constant in every iteration, or use an index
        p += i;
        y[i] += *p;
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        const float *from = i < 4 ? p : q; //~ 29: pointer is not a known array plus an offset | use arrays and pointers directly
        y[i] = *from;
    }
#pragma naas
    for (int i = 0; i < 8; i++) { //~ 5: 'p' does not move by the same constant in every iteration | let it move by the same constant in every iteration, or use an index
        for (int j = 0; j < 4; j++)
            q[j] = p[j + i];
        float *other = p;
        p = q;
        q = other;
    }
#pragma naas
    for (int i = 0; i < 8; i++)
        y[at++] = x[i]; //~ 11: 'at' is not known at compile time | add extent(at=...) to the pragma
#pragma naas
    for (int i = 0; i < 400; i++)
        for (uint8_t k = 0, l = 0; k < 4; k++, l += 100) //~ 9: loop counter 'l' may wrap around | use an int counter
            y[i] += x[l];
#pragma naas
    for (int i = 0; i < 8; i++) {
        uint8_t l = 200;
        for (int k = 0; k < 100; k++) //~ 9: 'l' may wrap around | use an int counter
            y[i] += x[l++];
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        const float *row;
        y[i] += *row; //~ 18: 'row' has no value yet
        row = x + i;
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        int l = 1;
        for (int k = 0; k < 4; k++, l *= 2) //~ 37: loop does not step its counter by a constant | write it as for (i = start; i < stop; i += step)
            y[i] += x[l];
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) //~ 9: 'a' is set in a loop, and used behind it | let it move by the same constant in every iteration, or use an index
            a = x + 8 * j + i;
        y[i] += *a;
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        if (count++ > 3) //~ 13: expression has a side effect | write it as a statement of its own
            continue;
        y[i] += x[count];
    }
#pragma naas
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < at++; j++) //~ 25: expression has a side effect | step counters in loop headers only
            y[i] += x[j];
#pragma naas
    for (int i = 0; i < 8; i++)
        port[at++] = i; //~ 9: access is volatile | every access to it has to happen, in order
}

const float *mark;

void other_ways(float *p)
{
    int l = 1;
#pragma naas
    for (int i = 0; i < 8; i++) {
        y[i] += x[l];
        l *= 2; //~ 9: 'l' does not move by a sum | let it move by the same constant in every iteration, or use an index
    }
#pragma naas
    { //~ 5: value of 'mark' may be used behind the nest | use a variable of its own in the nest
        mark = p;
        for (int i = 0; i < 8; i++)
            y[i] += *p++;
    }
}

void loops_of_pointers(const float *p, const float *end)
{
#pragma naas
    for (; p < end; p++) //~ 16: distance of the two pointers is not known | count with an integer
        y[0] += *p;
#pragma naas
    for (int i = 0; i < 8; i++) {
        const float *q = x, *stop = x + 8;
        for (; q < stop; q++) { //~ 20: bound changes in the loop | write it as for (i = start; i < stop; i += step)
            y[i] += *q;
            stop--;
        }
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        const float *q = x;
        while (q) //~ 16: loop condition does not compare the counter with a bound | write it as for (i = start; i < stop; i += step)
            y[i] += *q++;
    }
#pragma naas
    for (const float *q = x; q > x + 8; q++) //~ 30: loop steps away from its bound | write it as for (i = start; i < stop; i += step)
        y[0] += *q;
#pragma naas
    for (const float *q = x; q != x + 8; q += 3) //~ 30: loop may step past its bound | compare with < or >
        y[0] += *q;
}

static int limit = 8;
static inline int limit_of(void)
{
    return limit;
}

/* What a loop's header reads changes while it runs. */
void headers_that_move(void)
{
#pragma naas
    for (int i = 0; i < 8; i++)
        for (const float *q = x; q < x + 8; q++) { //~ 34: loop counter 'q' is changed in the body | use another variable
            y[i] += *q;
            q++;
        }
#pragma naas
    for (int i = 0; i < 8; i++) {
        const float *stop = x + 8;
        for (int j = 0; j < stop - x; j++) //~ 29: bound changes in the loop | write it as for (i = start; i < stop; i += step)
            y[i] += *--stop;
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        int n = 16;
        for (int j = 0; j < n; j++) { //~ 29: bound changes in the loop | write it as for (i = start; i < stop; i += step)
            y[i] += x[j];
            n--;
        }
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        int j = 0;
        for (; j < 16 - j; j++) //~ 20: bound changes in the loop | write it as for (i = start; i < stop; i += step)
            y[i] += x[j];
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        int n = 1;
        for (int j = 0; j < 16; j += n) { //~ 33: step changes in the loop | write it as for (i = start; i < stop; i += step)
            y[i] += x[j];
            n++;
        }
    }
#pragma naas
    for (int i = 0; i < 8; i++) {
        limit = 8;
        for (int j = 0; j < limit_of(); j++) { //~ 29: bound changes in the loop | write it as for (i = start; i < stop; i += step)
            y[i] += x[j];
            limit--;
        }
    }
}
