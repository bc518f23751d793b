/* options: -O1 -fnaas-accel=default */
/* A variable that counts along, and is first met in a condition: its steps were lost, or the front end
 * crashed. */
#include <stdio.h>

static int x[64], y[64];

int main(void)
{
    int k = 0, n = 0;
    for (int i = 0; i < 64; i++)
        x[i] = i * 7 % 11;
#pragma naas
    for (int i = 0; i < 6; i++) {
        int in = k < 9;
        k += 3;
        for (int j = 0; j < 4; j++)
            if (in)
                y[i] += x[k + j] * x[j];
    }
#pragma naas
    for (int i = 0; i < 6; i++) {
        int few = n < 4;
        n++;
        for (int j = 0; j < 4; j++)
            y[10 + i] += x[i + j] * few;
    }
    for (int i = 0; i < 20; i++)
        printf("%d ", y[i]);
    printf("%d %d\n", k, n);
    return 0;
}
