/* options: -O0 -fnaas-accel=default */
/* The native target: a pointer leads below where it begins, and meets the other array there. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t random_state;
static int rnd(int lo, int hi)
{
    random_state = random_state * 1664525u + 1013904223u;
    return lo + (int)((random_state >> 16) % (uint32_t)(hi - lo + 1));
}
#define FILL(T, a, lo, hi, scale)                                                                            \
    for (size_t e = 0; e < sizeof(a) / sizeof(T); e++)                                                       \
    ((volatile T *)&(a))[e] = (T)(rnd(lo, hi) * (scale))
static uint64_t hash;
static void hash_value(const void *value, size_t size)
{
    const unsigned char *bytes = value;
    while (size--)
        hash = (hash ^ *bytes++) * 1099511628211ull;
}
#define SHOW(T, a, wide, format)                                                                             \
    do {                                                                                                     \
        printf("%s:", #a);                                                                                   \
        for (size_t e = 0; e < sizeof(a) / sizeof(T); e++) {                                                 \
            wide value = ((const volatile T *)&(a))[e];                                                      \
            value = value == 0 ? 0 : value; /* -0 counts as 0 */                                             \
            hash_value(&value, sizeof value);                                                                \
            if (e < 40)                                                                                      \
                printf(format, value);                                                                       \
        }                                                                                                    \
        printf(" %016llx\n", (unsigned long long)hash);                                                      \
    } while (0)
#define SHOW_WHOLE(T, a) SHOW(T, a, long long, " %lld")
#define SHOW_REAL(T, a) SHOW(T, a, double, " %.9g")
/* +- bound, and all values: sums that another order of adding may change by that */
#define SHOW_ROUGH(T, a, bound)                                                                              \
    do {                                                                                                     \
        printf("+- %.9g", (double)(bound));                                                                  \
        for (size_t e = 0; e < sizeof(a) / sizeof(T); e++)                                                   \
            printf(" %.17g", (double)((const volatile T *)&(a))[e]);                                         \
        printf("\n");                                                                                        \
    } while (0)
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
static inline int32_t clip(int32_t v)
{
    return v > 127 ? 127 : v < -128 ? -128 : v;
}
static int64_t noted[1];
static int note(int v)
{
    noted[0] += v;
    return v;
}

/* ---- case 11 ---- */

static uint8_t c11_x[102];
static int8_t c11_w[5][15];
static uint8_t c11_y[72];
static void case11(uint8_t *x, uint8_t *y)
{
    {
        uint8_t *y_walk = y + (12 * ((int)6 - 1) + 0);
#pragma naas
        for (int i = 6 - 1; i >= 0; i -= 1) {
            for (int j = 0; j < 12; j++) {
                int32_t sum0 = *y_walk;
                for (int l = 0; l < 5; l++) {
                    sum0 -= (x[(i)*5 + (l)] - 54) * c11_w[l][j];
                }
                *y_walk = sum0;
                y_walk++;
            }
            y_walk += -12 - 1 * (int)12;
        }
    }
}
static void prepare11(void)
{
    FILL(uint8_t, c11_x, 0, 255, 1);
    FILL(int8_t, c11_w, -128, 127, 1);
    FILL(uint8_t, c11_y, 0, 255, 1);
}
static void results11(void)
{
    SHOW_WHOLE(uint8_t, c11_y);
    SHOW_WHOLE(uint8_t, c11_x);
}
static void run11(void)
{
    prepare11();
    case11(c11_x, c11_y);
    results11();
    prepare11();
    case11(c11_x, c11_x + 12);
    results11();
}

int main(int argc, char **argv)
{
    int only = argc > 1 ? atoi(argv[1]) : -1;
    if (only < 0 || only == 11) {
        fprintf(stderr, "case 11\n");
        printf("case 11\n");
        random_state = 12u;
        hash = 0;
        run11();
        fflush(stdout);
    }
    (void)note;
    (void)clip;
    return (int)(hash % 64);
}
