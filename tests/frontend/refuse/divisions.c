/* Quotients that no split of a loop makes affine. */
int x[64], y[64], z[64];

void divisions(void)
{
    int i;
#pragma naas
    for (i = 0; i < 16; i++)
        y[(i - 3) / 4] += x[i]; //~ 11: expression is not affine: it divides what may be negative | test first that it is not negative
#pragma naas
    for (i = 0; i < 60; i++) //~ 5: loop 'i' is divided in ways that do not fit | let the divisors divide each other
        y[i / 4] += x[i % 6];
#pragma naas
    for (i = 0; i < 60; i++)
        y[64 / (i + 1)] += x[i]; //~ 11: expression is not affine in the loop counters | only sums of constant multiples of loop counters are handled here
#pragma naas
    for (i = 2; i < 62; i++)
        y[i / 4] += x[i]; //~ 11: expression is not affine in the loop counters | only sums of constant multiples of loop counters are handled here
#pragma naas
    for (i = 0; i < 16; i++)
        y[i & 5] += x[i]; //~ 11: expression is not affine in the loop counters | only sums of constant multiples of loop counters are handled here
/* Remainders that would have to be 0. */
#pragma naas
    for (i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            if ((2 * i - 2 * j + 6) % 4) //~ 17: remainder by 4 of what loop 'j' steps by -2 | gathers are handled where dilation and stride have no common factor
                continue;
            y[i] += x[j];
        }
#pragma naas
    for (i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            z[i] += 1; //~ 13: statement runs for other remainders of a division, too, than 0 | put it behind the test, or into a loop of its own
            if ((i - j) % 2 == 0)
                y[i] += x[(i - j) / 2 + 8];
        }
#pragma naas
    for (i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            if ((i - j) % 2 != 0)
                z[i] += 1; //~ 17: statement runs for other remainders of a division, too, than 0 | put it behind the test, or into a loop of its own
            if ((i - j) % 2 == 0)
                y[i] += x[(i - j) / 2 + 8];
        }
#pragma naas
    for (i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            if ((i - j) % 2 == 0)
                y[i] += x[j];
            else
                z[i] += x[(i - j) / 2 + 8]; //~ 17: statement runs for other remainders of a division, too, than 0 | put it behind the test, or into a loop of its own
        }
#pragma naas
    for (i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            if ((i - j) % 2 || j % 3) //~ 32: remainder of a division is not affine in the loop counters | the quotient is affine where a loop around steps by 1 and its bounds are constant
                continue;
            y[i] += x[j];
        }
#pragma naas
    for (i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) { //~ 9: loop 'j' is divided in ways that do not fit
            if (j % 3 || (i - j) % 2)
                continue;
            y[i] += x[j];
        }
}
