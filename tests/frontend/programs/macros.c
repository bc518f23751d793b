/* Loops, statements and declarations out of macros: what comes out of one macro has one place in the file. */
#include <stdio.h>

#define FOR(i, n) for (int i = 0; i < (n); ++i)
#define FOR_OLD(i, n) for (i = 0; i < (n); ++i)
#define HEADER (int i = 0; i < 8; i++)
#define DECLARE(t, v) float t = v
#define ACCUMULATE(y, a, b)                                                                                  \
    do {                                                                                                     \
        DECLARE(p_, (a) * (b));                                                                              \
        y += p_;                                                                                             \
    } while (0)
#define SKIP_IF(c)                                                                                           \
    if (c)                                                                                                   \
    continue
#define EXCHANGE(old, new)                                                                                   \
    {                                                                                                        \
        last = old;                                                                                          \
        old = new;                                                                                           \
    }
#define DELAY(y, v)                                                                                          \
    {                                                                                                        \
        y += held;                                                                                           \
        held = v;                                                                                            \
    }
#define SCALE 0.25f
#define TIMES(v, s) ((v) * (s))
#define AS_IT_IS(v) v
#define BEFORE(j)                                                                                            \
    k = i;                                                                                                   \
    for (int j = 0; j < 8; j++)

#define CONVOLVE(in, w, out)                                                                                 \
    {                                                                                                        \
        FOR(i, 6)                                                                                            \
        FOR(j, 6)                                                                                            \
        FOR(r, 3)                                                                                            \
        FOR(s, 3)                                                                                            \
        (out)[i][j] += (in)[i + r][j + s] * (w)[r][s];                                                       \
    }
#define FIRST_OVER(k, p, limit)                                                                              \
    int k = 0;                                                                                               \
    for (k = 0; k < (limit); k++)                                                                            \
        p += x[k][1] * x[0][k];                                                                              \
    p += k;

static float x[8][8], y[8], z[2];

static void show(void)
{
    for (int i = 0; i < 8; i++)
        printf("%g%c", (double)y[i], i < 7 ? ' ' : '\n');
    printf("%g %g\n", (double)z[0], (double)z[1]);
}

static void statements(void)
{
#pragma naas
    for (int i = 0; i < 8; i++)
        FOR(j, 8) ACCUMULATE(y[i], x[i][j], x[j][i]);
#pragma naas
    for
        HEADER
        {
            FOR(j, 8)
            {
                SKIP_IF(j < i);
                y[i] += x[i][j];
            }
        }
}

static void counters(void)
{
    int i, j;
#pragma naas
    for (i = 0; i < 8; i++) {
        FOR_OLD(j, 8)
        {
            DECLARE(t, x[i][j]);
            t *= 2;
            y[i] -= t;
        }
    }
    FOR_OLD(i, 8) FOR_OLD(j, 8) y[i] += 1;
#pragma naas
    for (int i = 0; i < 8; i++) {
        int k = 0;
        BEFORE(j) y[k] += x[i][j];
    }
}

/* Statements whose last token is a macro's, with strings and brackets among its arguments. */
static void ends(void)
{
#pragma scop
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            y[i] += x[i][j] * AS_IT_IS(2.f);
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            y[i] -= AS_IT_IS(x[j][i] + AS_IT_IS((float)(sizeof(")") + (')' == ',')))) * SCALE;
#pragma endscop
#pragma scop
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            y[i] += AS_IT_IS(TIMES(x[i][j], SCALE));
#pragma endscop
    y[0] += 1;
}

/* The last sum is asked for in front of the place where the macro sets the variable anew. */
static void needed_behind(void)
{
    float sum = 5, last;
#pragma naas
    for (int i = 0; i < 8; i++) {
        sum = 0;
        for (int j = 0; j < 8; j++)
            sum += x[i][j];
        y[i] = sum;
    }
    EXCHANGE(sum, 3)
    z[0] = last;
    z[1] = sum;
}

/* So it is in the nest. */
static void needed_first(void)
{
    float held = 5;
#pragma naas
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++)
            y[i] += x[j][i];
        DELAY(y[i], x[i][0])
    }
}

/* Whole loops: with one that is split in two, and a counter that is used behind its loop. */
static void loops(void)
{
    static float in[2][8][8], w[2][3][3][3], out[3][6][6];
    for (int i = 0; i < 128; i++)
        in[i / 64][i / 8 % 8][i % 8] = x[i % 8][i / 16];
    for (int i = 0; i < 54; i++)
        w[i / 27][i / 9 % 3][i / 3 % 3][i % 3] = x[i % 7][i / 7];
#pragma naas
    for (int c = 0; c < 2; c++)
        for (int k = 0; k < 3; k++)
            CONVOLVE(in[c], w[c][k], out[k])
    for (int i = 0; i < 108; i += 9)
        printf("%g\n", (double)out[i / 36][i / 6 % 6][i % 6]);
#pragma naas
    for (int i = 0; i < 8; i++) {
        FIRST_OVER(k, y[i], 5)
        y[i] += x[i][k];
    }
    show();
#pragma naas
    for (int i = 0; i < 8; i++) {
        FOR(j, 64)
        y[i] += x[j / 8][j % 8] * x[i][j % 8];
    }
    show();
}

int main(void)
{
    for (int i = 0; i < 64; i++)
        x[i / 8][i % 8] = (float)(i * 37 % 23 - 11);
    statements();
    show();
    counters();
    show();
    ends();
    show();
    needed_behind();
    show();
    needed_first();
    show();
    loops();
    return 0;
}
