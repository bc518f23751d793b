/*
 * A fully connected layer behind pointers, as a function of a library takes it: AlexNet's last one, 4096
 * activations to 1000 classes.
 *
 *     naascc -O2 examples/fully_connected.c -o fully_connected && ./fully_connected
 */
#include "data.h"

enum { INPUTS = 4096, CLASSES = 1000 };

static float x[INPUTS], w[CLASSES][INPUTS], bias[CLASSES], y[CLASSES];

static void fully_connected(const float *restrict input, const float (*restrict weight)[INPUTS],
    const float *restrict offset, float *restrict output)
{
#pragma naas name(fc8)
    for (int k = 0; k < CLASSES; k++) {
        output[k] = offset[k];
        for (int c = 0; c < INPUTS; c++)
            output[k] = output[k] + weight[k][c] * input[c];
    }
}

int main(void)
{
    data_fill_exact(x, INPUTS, 91);
    data_fill_exact(&w[0][0], sizeof w / sizeof(float), 92);
    data_fill_exact(bias, CLASSES, 93);
    fully_connected(x, w, bias, y);
    data_print("fully_connected", y, CLASSES);
    return 0;
}
