/* Loops that end when their counter is 0. */
#include <stdio.h>
int x[64], y[64], z;
int main(void)
{
    for (int i = 0; i < 64; i++)
        x[i] = i * 7 % 11;
#pragma naas
    for (int i = 7; i; i--)
        for (unsigned n = 4; n--;)
            y[i] += x[n + i] * x[i];
#pragma scop
    z = 0;

    for (int i = 0; i < 6; i += 2) {
        int n = 5;
        while (n--)
            y[20 + i] += x[3 * n + i];
    }
#pragma endscop
    const int *a = x;
    int *b = y + 30, k = 0, q[8];
#pragma naas
    for (int i = 8; i--; b++) {
        int m = 3;
        while (m) {
            *b += *a++ * x[m];
            m--;
        }
    }
    for (int i = 0; i < 40; i++)
        printf("%d ", y[i]);
    printf("%d %d\n", (int)(a - x), (int)(b - y));
    return 0;
}
