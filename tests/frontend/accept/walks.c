/* Variables that statements move. */
float x[64], y[64];
const float *next;

const float *walks(const float *p, float *out, int n)
{
    int at = 3;
    (void)n;
#pragma naas name(parameters)
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 5; j++)
            *out++ += *p++ * x[j];
        p += 2;
    }
#pragma naas name(own_pointers)
    for (int i = 0; i < 4; i++) {
        const float *a = x + 8 * i, *b;
        for (int j = 4; j > 0; j--, a++)
            y[j] += *a * *++p;
        b = a, a -= 2;
        for (int j = 0; j < 6; j += 2)
            y[j] -= *a++ * *b++;
    }
#pragma naas name(subscripts)
    for (int i = 0; i < 4; i++) {
        unsigned k = 1;
        for (int j = 0; j < 4; j++, k += 2)
            y[at++] += x[k++];
        at -= 2;
    }
    y[0] = (float)at;
#pragma naas name(branches)
    for (int i = 0; i < 4; i++) {
        if (i > 1)
            *out++ = 1;
        else
            *out++ = x[i];
        if (*p++ > 2)
            y[i] = 2;
        int t = i;
        x[t] = 0;
        t += 2;
    }
#pragma naas name(globals)
    for (int i = 0; i < 4; i++) {
        next = p;
        for (int j = 0; j < 4; j++)
            out[j] += *next++;
    }
    return p;
}
