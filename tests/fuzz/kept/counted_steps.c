/* options: -O1 -fnaas-accel=default */
/* A variable that counts along, and is first met in a condition: its steps were lost. */
#include <stdio.h>

static int x[64], y[64];

int main(void)
{
    int n = 0;
    for (int i = 0; i < 64; i++)
        x[i] = i * 7 % 11;
#pragma naas
    for (int i = 0; i < 6; i++) {
        int few = n < 4;
        n++;
        int s = 0;
        for (int j = 0; j < 4; j++)
            s += x[i + j] * x[j];
        y[i] = few ? s : -s;
    }
    for (int i = 0; i < 6; i++)
        printf("%d ", y[i]);
    printf("%d\n", n);
    return 0;
}
