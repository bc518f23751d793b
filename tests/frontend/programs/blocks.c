/* Blocks with a value, as macros that use each argument once have them, and what stands in front of a nest.
 */
#include <stdint.h>
#include <stdio.h>
#define MAX(a, b)                                                                                            \
    ({                                                                                                       \
        __typeof__(a) _a = (a);                                                                              \
        __typeof__(b) _b = (b);                                                                              \
        _a > _b ? _a : _b;                                                                                   \
    })
#define MIN(a, b)                                                                                            \
    ({                                                                                                       \
        __typeof__(a) _a = (a);                                                                              \
        __typeof__(b) _b = (b);                                                                              \
        _a < _b ? _a : _b;                                                                                   \
    })
enum { C = 3, H = 11, W = 10, P = 6, Q = 5, N = 96 };
static int8_t image[H * W * C], out[P * Q * C];
static int x[N], w[8], y[N];

/* Windows clipped at the edges, whose corners are stepped by the loops over the output from where the
 * parameters say. */
static void average(const int8_t *restrict in, int8_t *restrict to, const uint16_t pad, const uint16_t stride,
    const uint16_t size)
{
    int32_t y0 = -pad;
#pragma naas extent(pad = 1, stride = 2, size = 3)
    for (int p = 0; p < P; p++, y0 += stride) {
        int32_t x0 = -pad;
        for (int q = 0; q < Q; q++, x0 += stride)
            for (int c = 0; c < C; c++) {
                int32_t r0 = MAX(0, -y0), r1 = MIN(size, H - y0);
                int32_t s0 = MAX(0, -x0), s1 = MIN(size, W - x0);
                int32_t sum = 0, n = 0;
                for (int r = r0; r < r1; r++)
                    for (int s = s0; s < s1; s++) {
                        sum += in[((y0 + r) * W + x0 + s) * C + c];
                        n++;
                    }
                sum = sum > 0 ? (sum + n / 2) / n : (sum - n / 2) / n;
                to[(p * Q + q) * C + c] = (int8_t)MIN(MAX(sum, -20), 40);
            }
    }
}

/* Blocks in bounds, nested, and in a function that is followed. */
static inline int between(int v)
{
    return MIN(MAX(v, -50), 60);
}

static void filter(void)
{
#pragma naas
    for (int i = 0; i < N; i++) {
        int sum = 0;
        for (int r = MAX(0, 3 - i); r < MIN(8, MAX(N - i + 3, 0)); r++)
            sum += x[i + r - 3] * w[r];
        y[i] = between(sum);
    }
}

/* Statements in blocks, which may hide a name; pointers that step in them. */
static void statements(void)
{
    const int *from = x;
#pragma naas
    for (int i = 0; i < 16; i++) {
        int sum = 0;
        for (int r = 0; r < 4; r++)
            sum += MAX(*from++, 3) + ({
                int sum = x[4 * i + r], more;
                if (sum > 20)
                    more = 5;
                else
                    more = -sum;
                sum *= 2;
                sum + more;
            });
        y[i] = sum;
    }
}

/* The smallest of bytes, and what gcc knows of bits. */
static void smallest(const uint8_t *restrict bytes)
{
#pragma naas
    for (int i = 0; i < 16; i++) {
        uint8_t least = 255;
        for (int r = 0; r < 6; r++)
            least = MIN(least, bytes[6 * i + r]);
        y[i] = __builtin_clz(least + 1u) + __builtin_popcount(least);
    }
}

static void show(const char *what)
{
    unsigned sum = 0;
    for (int i = 0; i < N; i++) {
        sum = sum * 31 + (unsigned)y[i];
        y[i] = 0;
    }
    for (int i = 0; i < P * Q * C; i++)
        sum = sum * 31 + (unsigned)out[i];
    printf("%s %u\n", what, sum);
}

int main(void)
{
    static uint8_t bytes[N];
    for (int i = 0; i < H * W * C; i++)
        image[i] = (int8_t)(i * 37 % 255);
    for (int i = 0; i < N; i++) {
        x[i] = (i * 37 + 11) % 101 - 50;
        bytes[i] = (uint8_t)(i * 77 % 251);
    }
    for (int i = 0; i < 8; i++)
        w[i] = i * 5 % 7 - 3;
    average(image, out, 1, 2, 3);
    show("average");
    average(image, out, 0, 1, 2);
    show("other sizes");
    filter();
    show("filter");
    statements();
    show("statements");
    smallest(bytes);
    show("smallest");
    return 0;
}
