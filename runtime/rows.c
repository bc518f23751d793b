#include "rows.h"

#include <stdlib.h>

int naas_rt_rows_reserve(struct naas_rt_rows *rows, const struct naas_rt_region *largest)
{
    size_t longest = 0;
    for (int j = 0; j < largest->rank; j++)
        if ((size_t)largest->axis[j].count > longest)
            longest = (size_t)largest->axis[j].count;
    for (int j = 0; j < NAAS_RT_MAX_RANK - 1; j++) {
        rows->coordinate[j] = malloc(longest * sizeof *rows->coordinate[j]);
        rows->shared[j] = malloc(longest);
        if (!rows->coordinate[j] || !rows->shared[j])
            return 0;
    }
    rows->split_both = malloc(longest * sizeof *rows->split_both);
    rows->split_only = malloc(longest * sizeof *rows->split_only);
    return rows->split_both && rows->split_only;
}

void naas_rt_rows_free(struct naas_rt_rows *rows)
{
    for (int j = 0; j < NAAS_RT_MAX_RANK; j++) {
        free(rows->coordinate[j]);
        free(rows->shared[j]);
    }
    free(rows->split_both);
    free(rows->split_only);
}

/* Splits the spans of one set into what the other has too and what it has not. */
static void split(struct naas_rt_rows *rows, const struct naas_rt_set *set, const struct naas_rt_set *other)
{
    const struct naas_rt_span *in = naas_rt_spans(set), *of = naas_rt_spans(other);
    int n_both = 0, n_only = 0, k = 0;
    for (int i = 0; i < set->n_spans; i++) {
        long long low = in[i].low, high = in[i].high;
        while (k < other->n_spans && of[k].high <= low)
            k++;
        for (int m = k; low < high; m++) {
            long long begin = m < other->n_spans && of[m].low < high ? of[m].low : high;
            long long end = begin == high ? high : of[m].high < high ? of[m].high : high;
            if (begin > low)
                rows->split_only[n_only++] = (struct naas_rt_span){low, begin};
            if (begin < low)
                begin = low;
            if (end > begin)
                rows->split_both[n_both++] = (struct naas_rt_span){begin, end};
            low = end;
        }
    }
    rows->n_split_both = n_both;
    rows->n_split_only = n_only;
}

/* Lists the coordinates of an outer axis and marks those that the other region has. */
static void list(
    struct naas_rt_rows *rows, int axis, const struct naas_rt_set *set, const struct naas_rt_set *other)
{
    const struct naas_rt_span *in = naas_rt_spans(set), *of = naas_rt_spans(other);
    long long n = 0;
    int k = 0;
    for (int i = 0; i < set->n_spans; i++)
        for (long long c = in[i].low; c < in[i].high; c++) {
            while (k < other->n_spans && of[k].high <= c)
                k++;
            rows->coordinate[axis][n] = c;
            rows->shared[axis][n++] = k < other->n_spans && of[k].low <= c;
        }
}

/* Sets what the row at rows->at is. */
static void enter(struct naas_rt_rows *rows)
{
    const struct naas_rt_region *region = rows->region;
    const struct naas_rt_set *last = &region->axis[region->rank - 1];
    int shared = rows->n_split_both > 0;
    for (int j = 0; j < region->rank - 1; j++) {
        rows->row[j] = rows->coordinate[j][rows->at[j]];
        shared &= rows->shared[j][rows->at[j]];
    }
    rows->both = rows->split_both;
    rows->n_both = shared ? rows->n_split_both : 0;
    rows->only = shared ? rows->split_only : naas_rt_spans(last);
    rows->n_only = shared ? rows->n_split_only : last->n_spans;
}

int naas_rt_rows_first(
    struct naas_rt_rows *rows, const struct naas_rt_region *region, const struct naas_rt_region *other)
{
    static const struct naas_rt_set nothing;
    int last = region->rank - 1;
    rows->region = region;
    for (int j = 0; j < last; j++) {
        list(rows, j, &region->axis[j], other->held ? &other->axis[j] : &nothing);
        rows->at[j] = 0;
    }
    split(rows, &region->axis[last], other->held ? &other->axis[last] : &nothing);
    enter(rows);
    return 1;
}

int naas_rt_rows_next(struct naas_rt_rows *rows)
{
    int j = rows->region->rank - 2;
    while (j >= 0 && ++rows->at[j] == rows->region->axis[j].count)
        rows->at[j--] = 0;
    if (j < 0)
        return 0;
    enter(rows);
    return 1;
}
