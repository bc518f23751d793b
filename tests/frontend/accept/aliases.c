/* A scalar that a store may change is memory; one that none can reach is a value. */
float scale, other[4];
int shift;

void aliases(float *p, const float *q, float gain)
{
#pragma naas
    for (int i = 0; i < 4; i++)
        p[i] = q[i] * scale * gain;
#pragma naas
    for (int i = 0; i < 4; i++)
        other[i] = q[i] * scale;
#pragma naas extent(shift = 2)
    for (int i = 0; i < 4; i++)
        p[i] = q[i + shift];
}
