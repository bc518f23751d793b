/* Transposed convolutions that gather. */
enum { H = 5, P = 11, R = 4 };
int x[3][H], w[3][R], y[P];

void gathers(void)
{
#pragma naas name(shifted)
    for (int p = 0; p < P; p++)
        for (int c = 0; c < 3; c++)
            for (int r = 0; r < R; r++) {
                int t = p + 1 - r;
                if (t % 2 != 0)
                    continue;
                int h = t / 2;
                if (h >= 0 && h < H)
                    y[p] += x[c][h] * w[c][r];
            }
#pragma naas name(downwards)
    for (int p = 0; p < P; p++)
        for (int r = 2; r >= 0; r--)
            if (!((p - r) & 1) && p >= r && p - r < 2 * H)
                y[p] += x[0][(p - r) >> 1] * w[0][r];
#pragma naas name(one_loop)
    for (int r = 1; r < R; r++)
        if ((r + 2) % 3 == 0)
            y[0] += x[0][(r + 2) / 3] * w[0][r];
/* A condition on data when both branches write. */
#pragma naas name(signs)
    for (int p = 0; p < H; p++)
        for (int r = 0; r < R; r++)
            y[p] += ((p - r) % 2 == 0 ? 1 : -1) * w[0][r];
}
