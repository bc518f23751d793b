#include "common.h"
#include "size.h"

int blur(void)
{
    int in[SIZE + 2], out[SIZE], all = 0;
    for (int i = 0; i < SIZE + 2; i++)
        in[i] = i - 1;
#pragma naas name(blur)
    for (int i = 0; i < SIZE; i++) {
        out[i] = 0;
        for (int k = 0; k < 3; k++)
            out[i] += in[i + k];
    }
    for (int i = 0; i < SIZE; i++)
        all += out[i];
    return all;
}
