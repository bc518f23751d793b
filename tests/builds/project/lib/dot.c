#include "common.h"
#include "size.h"

int dot(void)
{
    int a[SIZE], b[SIZE], sum = 0;
    for (int i = 0; i < SIZE; i++) {
        a[i] = i;
        b[i] = i;
    }
#pragma naas name(dot)
    for (int i = 0; i < SIZE; i++)
        sum += a[i] * b[i];
    return sum;
}
