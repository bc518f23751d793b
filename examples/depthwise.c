/*
 * A depthwise 3x3 convolution with ReLU6: MobileNetV2, 144 channels of 56 x 56.
 *
 *     naascc -O2 examples/depthwise.c -o depthwise && ./depthwise
 */
#include "data.h"

#define CHANNELS 144
#define SIZE 56

static float in[CHANNELS][SIZE][SIZE], weight[CHANNELS][3][3], out[CHANNELS][SIZE][SIZE];

static void depthwise(void)
{
#pragma naas name(depthwise)
    for (int c = 0; c < CHANNELS; c++)
        for (int p = 0; p < SIZE; p++)
            for (int q = 0; q < SIZE; q++) {
                float acc = 0;
                for (int r = 0; r < 3; r++)
                    for (int s = 0; s < 3; s++)
                        if (p + r - 1 >= 0 && p + r - 1 < SIZE && q + s - 1 >= 0 && q + s - 1 < SIZE)
                            acc += in[c][p + r - 1][q + s - 1] * weight[c][r][s];
                if (acc < 0)
                    acc = 0;
                if (acc > 6)
                    acc = 6;
                out[c][p][q] = acc;
            }
}

int main(void)
{
    data_fill_exact(&in[0][0][0], sizeof in / sizeof(float), 31);
    data_fill_exact(&weight[0][0][0], sizeof weight / sizeof(float), 32);
    depthwise();
    data_print("depthwise", &out[0][0][0], sizeof out / sizeof(float));
    return 0;
}
