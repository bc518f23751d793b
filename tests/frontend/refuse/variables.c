/* Variables that live longer than the nest, or mean several things. */
float x[16], y[16];
int last;

int size;

void dimensions(int n, int m, float a[n][m]) //~ 42: 'm' is not known at compile time | make it a constant, or add extent(m=...) to the pragma
{
#pragma naas extent(n = 4)
    for (int i = 0; i < n; i++)
        a[i][0] = 0;
}

void changed(int n, int m, float a[n][m])
{
    m = 3;
#pragma naas extent(n = 4, m = 3)
    for (int i = 0; i < n; i++)
        a[i][0] = 0; //~ 9: dimensions of 'a' are not fixed | use constant dimensions, or parameters that do not change
}

/* Another n, and another time. */
struct sizes {
    int n;
};
void hidden(int n, float a[n][n])
{
    if (a[0][0] > 0) {
        int n = 3;
#pragma naas extent(n = 3)
        for (int i = 0; i < n; i++)
            a[i][0] = 0; //~ 13: dimensions of 'a' are not fixed | use constant dimensions, or parameters that do not change
    }
}
void reached(struct sizes *restrict of, float a[of->n][of->n])
{
    of->n = 3;
#pragma naas extent(of->n = 3)
    for (int i = 0; i < 3; i++)
        a[i][0] = 0; //~ 9: dimensions of 'a' are not fixed | use constant dimensions, or parameters that do not change
}

int variables(int again, float *p, int *counts)
{
    int i, j, k, t;
#pragma naas
    for (i = 0; i < 4; i++) //~ 14: value of loop counter 'i' may be used behind the nest | declare the counter in the loop
        x[i] = 0;
    y[i] = 0;
    for (t = 0; t < again + j; t++) {
#pragma naas
        for (j = 0; j < 4; j++) //~ 18: value of loop counter 'j' may be used behind the nest | declare the counter in the loop
            x[j] = 0;
    }
#pragma naas
    for (last = 0; last < 4; last++) //~ 17: value of loop counter 'last' may be used behind the nest | declare the counter in the loop
        x[last] = 0;
    k = 0;
    int *keep = &k;
#pragma naas
    for (k = 0; k < 4; k++) //~ 14: value of loop counter 'k' may be used behind the nest | declare the counter in the loop
        x[k] = 0;
#pragma naas
    for (int a = 0; a < 4; a++) {
        int b = a;
        if (a > 2)
            b = 0;
        x[b] = 0; //~ 11: 'b' depends on data | only loop counters, constants and sums of their multiples are handled here
    }
#pragma naas
    for (int a = 0; a < 4; a++) {
        float *q = p + a;
        q -= last; //~ 14: 'last' is not known at compile time | make it a constant, or add extent(last=...) to the pragma
        *q = 0;
    }
#pragma naas
    for (int a = 0; a < 4; a++) {
        static float s; //~ 9: 's' is static | declare it outside the nest
        s = a;
        x[a] = s;
    }
#pragma naas
    for (int a = 0; a < 4; a++) {
        float s[2] = {1, 2}; //~ 9: initialiser of 's' is not handled | fill it in a loop
        x[a] = s[0];
    }
#pragma naas
    for (int a = 0; a < 4; a++) {
        if (x[a] > 0) { //~ 13: condition depends on data | one assignment to the same element may stand in each branch, behind temporaries
            x[a] = 1;
            y[a] = 2;
        }
    }
#pragma naas
    for (int a = 0; a < 4; a++) {
        if (x[a] > 0) { //~ 13: condition depends on data | one assignment to the same element may stand in each branch, behind temporaries
            int t = 3;
            t *= 2;
            x[a] = t;
        }
    }
#pragma naas
    for (int a = 0; a < 4; a++)
        if (x[a] > 0 && a < 3) { //~ 13: condition depends on data | one assignment to the same element may stand in each branch, behind temporaries
            last = 3;
            x[a] = 1;
        }
#pragma naas
    for (int a = 0; a < 4; a++)
        if (a >= 0 && a < again) //~ 27: 'again' is not known at compile time | make it a constant, or add extent(again=...) to the pragma
            for (int b = 0; b < 4; b++)
                x[a] += y[b];
#pragma naas extent(size = 4)
    for (int a = 0; a < size; a++) //~ 25: 'size' may change while the nest runs | copy it to a local variable in front of the nest
        counts[a] = 0;
    return *keep;
}
