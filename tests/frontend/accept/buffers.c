/* Buffers without a type of their own. */
#include <stdint.h>

void buffers(const void *in, void *out, float *scale)
{
    const int8_t *typed = (const int8_t *)in;
#pragma naas
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 5; j++)
            ((int16_t *)out)[i * 5 + j] = ((const int8_t *)in)[j * 6 + i] * 3;
#pragma naas
    for (int i = 0; i < 6; i++) {
        int32_t *row = (int32_t *)out;
        row[i + 1] = typed[i];
    }
}
