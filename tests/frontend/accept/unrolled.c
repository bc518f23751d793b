/* Statements that were unrolled by hand. */
float x[64], y[64], z[64];

void unrolled(const float *p)
{
#pragma naas name(once)
    for (int i = 0; i < 4; i++) {
        float s = 0;
        for (int l = 0; l < 16; l += 4) {
            s += x[l] * y[16 * i + l];
            s += x[l + 1] * y[16 * i + l + 1];
            s += x[l + 2] * y[16 * i + l + 2];
            s += x[l + 3] * y[16 * i + l + 3];
        }
        z[i] = s;
    }
#pragma naas name(in_turn)
    for (int i = 0; i < 4; i++)
        for (int l = 0; l < 5; l++) {
            z[2 * i] += x[l] * *p++;
            z[2 * i + 1] += x[l] * *p++;
            z[2 * i] += x[l + 8] * *p++;
            z[2 * i + 1] += x[l + 8] * *p++;
        }
#pragma naas name(other_steps)
    for (int i = 0; i < 4; i++) {
        z[i] += x[i];
        z[i] += x[i + 1];
        z[i] += x[i + 3];
        z[i] = y[i];
        z[i] = y[i + 1];
    }
}
