/*
 * bench SECONDS CHECK LAYER NAME=FILE.so...: times the bench_layer of each file on the same data, in turn,
 * and prints a line for each: layer, name, median and best GFLOP/s, the share of the peak's median in the
 * same run, and how many runs. The first named "peak" is the peak. CHECK=1: all results must agree with those
 * of the first that is not, in the measure of the reduction's length; status 1 when one does not.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "layer.h"

enum { MAX = 32, MAX_RUNS = 400, LEAST = 3 };

struct variant {
    const char *name;
    void (*run)(const void *, const void *, const void *, void *);
    double flops, spent, seconds[MAX_RUNS];
    int n;
};

static T x[C][H][W], padded[C][PADDED_H][PADDED_W], w[K][GROUP][R][S];
static SUM y[K][P][Q], expected[K][P][Q];

/* One thread: the processor's time, which other programs on the machine do not add to. More: the wall's. */
static double now(void)
{
    struct timespec t;
    clock_gettime(
        strcmp(getenv("OMP_NUM_THREADS"), "1") == 0 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    double s = *(const double *)a, t = *(const double *)b;
    return (s > t) - (s < t);
}

static void make_data(void)
{
    unsigned state = 1;
    for (int c = 0; c < C; c++)
        for (int i = 0; i < H; i++)
            for (int j = 0; j < W; j++) {
                state = state * 1664525u + 1013904223u;
                x[c][i][j] = padded[c][i + PAD][j + PAD] =
                    (T)((int)(state >> 24) - 128) / (T)(sizeof(T) > 2 ? 64 : 1);
            }
    for (size_t i = 0; i < sizeof w / sizeof(T); i++) {
        state = state * 1664525u + 1013904223u;
        ((T *)w)[i] = (T)((int)(state >> 24) - 128) / (T)(sizeof(T) > 2 ? 64 : 1);
    }
}

static int agrees(const char *name)
{
    for (size_t i = 0; i < sizeof y / sizeof(SUM); i++) {
        double is = (double)((SUM *)y)[i], must = (double)((SUM *)expected)[i];
        if (!(fabs(is - must) <= (sizeof(T) > 2 ? 1e-5 * GROUP * R * S : 0))) {
            fprintf(stderr, "bench: %s: element %zu is %g, not %g\n", name, i, is, must);
            return 0;
        }
    }
    return 1;
}

static void once(struct variant *v)
{
    double start = now();
    v->run(x, padded, w, y);
    double took = now() - start;
    v->spent += took;
    v->seconds[v->n++] = took;
}

int main(int argc, char **argv)
{
    static struct variant variant[MAX];
    int n = 0, checked = 0, wrong = 0;
    double budget = atof(argv[1]), peak = 0;
    make_data();
    for (int i = 4; i < argc && n < MAX; i++, n++) {
        char *file = strchr(argv[i], '=');
        *file++ = 0;
        void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
        if (!library) {
            fprintf(stderr, "bench: %s\n", dlerror());
            return 1;
        }
        double (*flops)(void) = (double (*)(void))dlsym(library, "bench_flops");
        variant[n].name = argv[i];
        variant[n].run =
            (void (*)(const void *, const void *, const void *, void *))dlsym(library, "bench_layer");
        variant[n].flops =
            flops ? flops() * atof(getenv("OMP_NUM_THREADS")) : 2.0 * K * P * Q * GROUP * R * S;
    }
    for (int i = 0; i < n; i++) { /* the first time: pages, layouts, packed weights; and the results */
        memset(y, 0x55, sizeof y);
        once(&variant[i]);
        variant[i].n = 0;
        variant[i].spent = 0;
        if (!strcmp(argv[2], "0") || !strcmp(variant[i].name, "peak"))
            continue;
        if (checked++)
            wrong += !agrees(variant[i].name);
        else
            memcpy(expected, y, sizeof y);
    }
    for (int more = 1; more;) {
        more = 0;
        for (int i = 0; i < n; i++)
            if (variant[i].n < LEAST || (variant[i].spent < budget && variant[i].n < MAX_RUNS)) {
                once(&variant[i]);
                more = 1;
            }
    }
    for (int i = 0; i < n; i++) {
        struct variant *v = &variant[i];
        qsort(v->seconds, (size_t)v->n, sizeof(double), by_size);
        double rate = v->flops / v->seconds[v->n / 2] * 1e-9;
        peak = peak > 0 ? peak : rate;
        printf("%s %s %.1f %.1f %.3f %d\n", argv[3], v->name, rate, v->flops / v->seconds[0] * 1e-9,
            rate / peak, v->n);
    }
    return wrong > 0;
}
