/* -fnaas-verify: kernel first, its results set aside, then the original loops on what was there before. */
#include "naas_rt.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct saved {
    naas_rt_range range;
    size_t bytes;
    char *before, *kernel; /* contents before, and as the kernel left them */
};

struct naas_rt_verify {
    int n;
    struct saved *saved;
};

static size_t element_bytes(int type)
{
    static const size_t bytes[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
    return bytes[type];
}

static void forget(naas_rt_verify *verify)
{
    if (!verify)
        return;
    for (int i = 0; i < verify->n; i++) {
        free(verify->saved[i].before);
        free(verify->saved[i].kernel);
    }
    free(verify->saved);
    free(verify);
}

static int save(struct saved *saved, const naas_rt_range *range)
{
    saved->range = *range;
    saved->bytes = (size_t)range->elements * element_bytes(range->type);
    saved->before = malloc(saved->bytes + 1);
    saved->kernel = malloc(saved->bytes + 1);
    if (!saved->before || !saved->kernel)
        return 0;
    memcpy(saved->before, range->base, saved->bytes);
    return 1;
}

naas_rt_verify *naas_rt_verify_begin(int n, const naas_rt_range *range)
{
    naas_rt_verify *verify = calloc(1, sizeof *verify);
    int done = verify != NULL;
    if (verify)
        verify->saved = calloc((size_t)n + 1, sizeof *verify->saved);
    done = done && verify->saved;
    while (done && verify->n < n) {
        done = save(&verify->saved[verify->n], &range[verify->n]);
        verify->n++;
    }
    if (done)
        return verify;
    forget(verify);
    return NULL;
}

naas_rt_verify *naas_rt_verify_kernel(naas_rt_verify *verify, int status)
{
    if (!verify || status != NAAS_RT_OK) {
        forget(verify);
        return NULL;
    }
    for (int i = 0; i < verify->n; i++) {
        struct saved *saved = &verify->saved[i];
        memcpy(saved->kernel, saved->range.base, saved->bytes);
        memcpy(saved->range.base, saved->before, saved->bytes);
    }
    return verify;
}

/* ---- comparing ---- */

static double float_at(const char *base, int type, long long i)
{
    float single;
    double value;
    if (type == NAAS_RT_F32) {
        memcpy(&single, base + i * 4, 4);
        return (double)single;
    }
    memcpy(&value, base + i * 8, 8);
    return value;
}

/* The largest finite magnitude among both results. */
static double magnitude(const struct saved *saved)
{
    double largest = 0;
    for (long long i = 0; i < saved->range.elements; i++) {
        double a = fabs(float_at(saved->kernel, saved->range.type, i));
        double b = fabs(float_at(saved->range.base, saved->range.type, i));
        if (isfinite(a) && a > largest)
            largest = a;
        if (isfinite(b) && b > largest)
            largest = b;
    }
    return largest;
}

static int agree(double a, double b, double bound)
{
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= bound;
}

/* Index of the first element that differs, -1: none; how many do in *count. */
static long long compare(const struct saved *saved, double bound, long long *count)
{
    int type = saved->range.type, is_float = type == NAAS_RT_F32 || type == NAAS_RT_F64;
    size_t size = element_bytes(type);
    long long first = -1;
    *count = 0;
    for (long long i = 0; i < saved->range.elements; i++) {
        const char *a = saved->kernel + (size_t)i * size,
                   *b = (const char *)saved->range.base + (size_t)i * size;
        int same = memcmp(a, b, size) == 0;
        if (!same && is_float)
            same = agree(float_at(saved->kernel, type, i), float_at(saved->range.base, type, i), bound);
        if (!same && (*count)++ == 0)
            first = i;
    }
    return first;
}

static long long integer_at(const char *base, int type, long long i)
{
    size_t size = element_bytes(type);
    unsigned long long bits = 0;
    for (size_t k = 0; k < size; k++) { /* least significant first, whatever the machine does */
        unsigned byte = (unsigned char)base[(size_t)i * size + k];
        const unsigned short one = 1;
        size_t place = *(const unsigned char *)&one ? k : size - 1 - k;
        bits |= (unsigned long long)byte << 8 * place;
    }
    int is_signed = type == NAAS_RT_I8 || type == NAAS_RT_I16 || type == NAAS_RT_I32;
    if (is_signed && bits >> (8 * size - 1))
        bits |= ~0ULL << (8 * size - 1);
    return (long long)bits;
}

static void report(const struct saved *saved, const char *nest, long long i, long long count, double bound)
{
    int type = saved->range.type;
    fprintf(stderr, "%s: error: the kernel and the loops differ in %lld of %lld elements of %s: ", nest,
        count, saved->range.elements, saved->range.name);
    if (type == NAAS_RT_F32 || type == NAAS_RT_F64)
        fprintf(stderr, "element %lld is %.9g, by the loops %.9g (allowed: %.3g apart)\n",
            saved->range.first + i, float_at(saved->kernel, type, i), float_at(saved->range.base, type, i),
            bound);
    else
        fprintf(stderr, "element %lld is %lld, by the loops %lld\n", saved->range.first + i,
            integer_at(saved->kernel, type, i), integer_at(saved->range.base, type, i));
}

void naas_rt_verify_end(naas_rt_verify *verify, const char *nest)
{
    const char *action = getenv("NAAS_RT_VERIFY");
    int wrong = 0;
    for (int i = 0; verify && i < verify->n; i++) {
        const struct saved *saved = &verify->saved[i];
        double bound = saved->range.rounding > 0 ? saved->range.rounding * magnitude(saved) : 0;
        long long count, first = compare(saved, bound, &count);
        if (first >= 0)
            report(saved, nest, first, count, bound);
        wrong = wrong || first >= 0;
    }
    forget(verify);
    if (wrong && action && strcmp(action, "abort") == 0)
        abort();
}
