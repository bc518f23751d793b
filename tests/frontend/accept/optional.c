/* Pointers that may be null, sizes in arrays, conditions that are compared with 0. */
struct shape {
    int dims[4];
};
float x[64], y[64];

void optional(const float *bias, const float *scale, const int *dims)
{
    const struct shape shape = {{1, 2, 3, 4}};
    const struct shape *s = &shape;
#pragma naas name(null) extent(dims[1] = 4, s->dims[3] = 5)
    for (int i = 0; i < dims[1]; i++) {
        y[i] = bias ? bias[i] : 0;
        for (int j = 0; j < s->dims[3]; j++) {
            int in = i + j > 0 && i + j < 6, out = !in;
            if (in != 0)
                y[i] += x[i + j];
            if (out == 0)
                y[i] += x[i];
        }
        if (scale != (void *)0)
            y[i] *= scale[i];
        if (!scale)
            y[i] = 1;
    }
}
