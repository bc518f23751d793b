/* Loop headers. */
#include <stddef.h>
#include <stdint.h>
#define N 6
int a[64];

void loops(void)
{
    const int last = N - 1;
    int i;
    size_t u;
#pragma naas name(inclusive)
    for (i = 1; i <= last; ++i)
        a[i] = i;
#pragma naas name(down_by_three)
    for (i = 20; 2 <= i; i = i - 3)
        a[i] = 0;
#pragma naas name(unequal)
    for (i = 0; i != 12; i += 4)
        a[i] = 0;
#pragma naas name(unsigned_down)
    for (u = N; u-- > 0;)
        a[u] = 0;
#pragma naas name(wrapping)
    for (u = N - 1; u < N; u--)
        a[u] = 0;
#pragma naas name(narrow)
    for (int8_t k = -3; k < 3; k++)
        a[k + 3] = 0;
#pragma naas name(triangle)
    for (int r = 0; r < N; r++)
        for (int c = r; c < 2 * r + 1; c += 1 + 1)
            a[r + c] = 0;
#pragma naas name(mixed_signs)
    for (int k = 0; k < sizeof a / sizeof *a; k++)
        a[k] = 0;
}
