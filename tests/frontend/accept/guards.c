/* Ways to say that a tap lies in the padding. All give the guards 0 <= i + r - 1 < 10. */
float x[10], y[10], w[3];

void guards(void)
{
#pragma naas
    for (int i = 0; i < 10; i++)
        for (int r = 0; r < 3; r++)
            if (!(i + r < 1 || 10 <= i + r - 1))
                y[i] += x[i + r - 1] * w[r];
#pragma naas
    for (int i = 0; i < 10; i++)
        for (int r = 0; r < 3; r++) {
            int at = i + r - 1;
            if ((unsigned)at >= 10)
                continue;
            y[i] += x[at] * w[r];
        }
#pragma naas
    for (unsigned i = 0; i < 10; i++)
        for (unsigned r = 0; r < 3; r++) {
            const unsigned at = i + r - 1;
            if (at < 10)
                y[i] += x[at] * w[r];
        }
#pragma naas
    for (int i = 0; i < 10; i++)
        for (int r = 0; r < 3; r++) {
            if (i + r == 0)
                continue;
            if (i + r > 10) {
                continue;
            }
            y[i] += x[i + r - 1] * w[r];
        }
#pragma naas
    for (int i = 0; i < 10; i++)
        for (int r = 0; r < 3; r++)
            y[i] += (i + r >= 1 && i + r < 11 ? x[i + r - 1] : 0) * w[r];
#pragma naas
    for (int i = 0; i < 10; i++) {
        if (i >= 5)
            y[i] = 1;
        else
            y[i] = 2;
        if (i < 20)
            y[i] += 3;
        if (i > 20)
            y[i] += 4;
    }
}
