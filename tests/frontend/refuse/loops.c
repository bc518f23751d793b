/* Loop headers. */
#include <stdint.h>
float x[64];
volatile int v;

void loops(int n)
{
    int i, j, m;
    float f;
#pragma naas
    for (;;) //~ 5: loop has no condition | write it as for (i = start; i < stop; i += step)
        x[0] = 0;
#pragma naas
    for (i = 0;; i++) //~ 5: loop has no condition | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (i = 0; i < 4;) //~ 17: loop does not step its counter once | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (m = 0, j = 0; m < 4; m++) //~ 5: value of loop counter 'j' may be used behind the nest | declare it in the loop
        x[m] = 0;
#pragma naas
    for (i = 0; i < 4; i++, j++)
        x[j] = 0; //~ 11: 'j' is not known at compile time | add extent(j=...) to the pragma
#pragma naas
    for (i = 1; i < 40; i *= 2) //~ 25: loop does not step its counter by a constant | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (i = 0; i < 40; i += n) //~ 30: 'n' is not known at compile time | make it a constant, or add extent(n=...) to the pragma
        x[i] = 0;
#pragma naas
    for (i = 0; i < 4; i--) //~ 17: loop steps away from its bound | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (i = 0; i < 4 && x[i] > 0; i++) //~ 17: loop condition does not compare the counter with a bound | write it as for (i = start; i < stop; i += step)
        x[i] = 0;
#pragma naas
    for (i = 0; i != 5; i += 2) //~ 17: loop may step past its bound | compare with < or >
        x[i] = 0;
#pragma naas
    for (uint8_t k = 0; k < 256; k++) //~ 25: loop counter may wrap around | use an int counter
        x[0] += 1;
#pragma naas
    for (unsigned k = 3; k >= 0; k--) //~ 26: loop counter may wrap around | use an int counter
        x[k] = 0;
#pragma naas
    for (f = 0; f < 4; f++) //~ 14: loop counter is not an integer | write it as for (i = start; i < stop; i += step)
        x[0] = 0;
#pragma naas
    for (v = 0; v < 4; v++) //~ 14: loop counter is volatile
        x[0] = 0;
#pragma naas
    for (int k = 0; k < 4; k++) {
        x[k] = 0;
        k += 2; //~ 9: loop counter 'k' is changed in the body | use another variable
    }
#pragma naas
    for (int k = 0; k < 4; k++)
        for (k = 0; k < 2; k++) //~ 18: loop counter 'k' is changed in the body | use another variable
            x[k] = 0;
#pragma naas
    while (n > 0) { //~ 5: loop counter 'n' is changed in the body | write it as for (i = start; i < stop; i += step)
        n--;
        x[0] += x[n];
    }
#pragma naas extent(n = 3)
    for (int k = 0; k < 9; k++)
        for (int m = -2 > -k / n ? -2 : -k / n; m < (2 < (9 - k) / n ? 2 : (9 - k) / n); m++) //~ 49: clipped bounds are divided | let the loop run over a constant number of iterations, and test inside
            x[0] += x[k];
}
