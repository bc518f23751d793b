/* Quotients that no split of a loop makes affine. */
int x[64], y[64], z[64];

void divisions(void)
{
    int i;
#pragma naas
    for (i = 0; i < 16; i++)
        y[(i - 3) / 4] += x[i]; //~ 11: expression is not affine: it divides what may be negative
#pragma naas
    for (i = 0; i < 60; i++) //~ 5: loop 'i' is divided in ways that do not fit
        y[i / 4] += x[i % 6];
#pragma naas
    for (i = 0; i < 60; i++)
        y[64 / (i + 1)] += x[i]; //~ 11: expression is not affine in the loop counters
#pragma naas
    for (i = 2; i < 62; i++)
        y[i / 4] += x[i]; //~ 11: expression is not affine in the loop counters
#pragma naas
    for (i = 0; i < 16; i++)
        y[i & 5] += x[i]; //~ 11: expression is not affine in the loop counters
}
