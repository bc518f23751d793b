#include "region.h"

#include <stdlib.h>
#include <string.h>

/* Room for n spans; 0 when memory ran out. */
static int reserve(struct naas_rt_set *set, long long n)
{
    if (n <= set->capacity)
        return 1;
    struct naas_rt_span *span = realloc(set->span, (size_t)n * sizeof *span);
    if (!span)
        return 0;
    set->span = span;
    set->capacity = (int)n;
    return 1;
}

/* Marks every value of the two terms and collects the spans. na, nb: values of the terms, whose coefs are a,
 * b. */
static int collect(struct naas_rt_set *set, long long a, long long na, long long b, long long nb)
{
    long long width = set->whole.high - set->whole.low;
    char *mark = calloc((size_t)width + 1, 1);
    if (!mark || !reserve(set, na * nb)) {
        free(mark);
        return 0;
    }
    for (long long i = 0; i < na; i++)
        for (long long j = 0; j < nb; j++)
            mark[a * i + b * j] = 1;
    set->n_spans = 0;
    set->count = 0;
    for (long long at = 0; at < width; at++) {
        if (!mark[at])
            continue;
        struct naas_rt_span *span = &set->span[set->n_spans++];
        span->low = set->whole.low + at;
        while (mark[at])
            at++;
        span->high = set->whole.low + at;
        set->count += span->high - span->low;
    }
    free(mark);
    return 1;
}

static int set_axis(struct naas_rt_set *set, const naas_rt_axis *axis, const naas_rt_box *box)
{
    long long coef[2] = {1, 1}, n[2] = {1, 1};
    set->whole.low = axis->offset;
    set->whole.high = axis->offset + 1;
    for (int i = 0; i < axis->n_terms; i++) {
        int dim = axis->dim[i];
        coef[i] = axis->coef[i];
        n[i] = box->high[dim] - box->low[dim];
        set->whole.low += coef[i] * box->low[dim];
        set->whole.high += coef[i] * (box->high[dim] - 1);
    }
    int small =
        n[0] == 1 || (n[1] > 1 && coef[1] < coef[0]); /* the term with the smaller coef, if it varies */
    int large = !small;
    int dense = n[small] == 1 || (coef[small] == 1 && (n[large] == 1 || n[small] >= coef[large]));
    if (!dense)
        return collect(set, coef[0], n[0], coef[1], n[1]);
    set->n_spans = 1;
    set->count = set->whole.high - set->whole.low;
    return 1;
}

int naas_rt_region_set(struct naas_rt_region *region, const naas_rt_tensor *tensor, const naas_rt_box *box)
{
    static const naas_rt_axis scalar = {.extent = 1, .stride = 1};
    region->rank = tensor->rank ? tensor->rank : 1;
    region->box = *box;
    region->held = 1;
    region->elements = region->volume = 1;
    for (int j = region->rank - 1; j >= 0; j--) {
        struct naas_rt_set *set = &region->axis[j];
        if (!set_axis(set, tensor->rank ? &tensor->axis[j] : &scalar, box))
            return 0;
        region->stride[j] = region->volume;
        region->volume *= set->whole.high - set->whole.low;
        region->elements *= set->count;
    }
    return 1;
}

void naas_rt_region_free(struct naas_rt_region *region)
{
    for (int j = 0; j < NAAS_RT_MAX_RANK; j++)
        free(region->axis[j].span);
}

static int set_equal(const struct naas_rt_set *a, const struct naas_rt_set *b)
{
    return a->whole.low == b->whole.low && a->whole.high == b->whole.high && a->n_spans == b->n_spans &&
           memcmp(naas_rt_spans(a), naas_rt_spans(b), (size_t)a->n_spans * sizeof *a->span) == 0;
}

int naas_rt_region_equal(const struct naas_rt_region *a, const struct naas_rt_region *b)
{
    if (!a->held || !b->held)
        return a->held == b->held;
    for (int j = 0; j < a->rank; j++)
        if (!set_equal(&a->axis[j], &b->axis[j]))
            return 0;
    return 1;
}

static int set_within(const struct naas_rt_set *a, const struct naas_rt_set *b)
{
    const struct naas_rt_span *in = naas_rt_spans(a), *of = naas_rt_spans(b);
    int k = 0;
    for (int i = 0; i < a->n_spans; i++) {
        while (k < b->n_spans && of[k].high < in[i].high)
            k++;
        if (k == b->n_spans || of[k].low > in[i].low)
            return 0;
    }
    return 1;
}

int naas_rt_region_within(const struct naas_rt_region *a, const struct naas_rt_region *b)
{
    if (!a->held || !b->held)
        return !a->held;
    for (int j = 0; j < a->rank; j++)
        if (!set_within(&a->axis[j], &b->axis[j]))
            return 0;
    return 1;
}

static int set_has(const struct naas_rt_set *set, long long coordinate)
{
    const struct naas_rt_span *span = naas_rt_spans(set);
    int low = 0, high = set->n_spans; /* the last span with span.low <= coordinate is in [low, high) */
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (span[middle].low <= coordinate)
            low = middle;
        else
            high = middle;
    }
    return span[low].low <= coordinate && coordinate < span[low].high;
}

int naas_rt_region_has(const struct naas_rt_region *region, const long long *coordinate)
{
    if (!region->held)
        return 0;
    for (int j = 0; j < region->rank; j++)
        if (!set_has(&region->axis[j], coordinate[j]))
            return 0;
    return 1;
}

int naas_rt_same_tile(const naas_rt_tensor *tensor, const naas_rt_box *a, const naas_rt_box *b)
{
    for (int j = 0; j < tensor->rank; j++)
        for (int i = 0; i < tensor->axis[j].n_terms; i++) {
            int dim = tensor->axis[j].dim[i];
            if (a->low[dim] != b->low[dim] || a->high[dim] != b->high[dim])
                return 0;
        }
    return 1;
}
