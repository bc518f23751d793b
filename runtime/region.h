/*
 * region.h: the elements of a tensor that a box of the iteration space touches. They are a product over the
 * tensor's axes of one-dimensional sets { coef0 * i + coef1 * j + offset }, which have gaps when an access is
 * strided or dilated.
 */
#ifndef NAAS_RT_REGION_H
#define NAAS_RT_REGION_H

#include <naas_rt.h>

/* low <= coordinate < high */
struct naas_rt_span {
    long long low, high;
};

/* Sorted spans with gaps between them. A single one lies in `whole`, more in `span`. */
struct naas_rt_set {
    long long count;           /* coordinates in the set */
    struct naas_rt_span whole; /* from the lowest to behind the highest */
    int n_spans, capacity;
    struct naas_rt_span *span;
};

/* The region is laid out row-major on its bounding box: coordinates c lie at sum (c[j] - axis[j].whole.low) *
 * stride[j]. A tensor of rank 0 has one axis here, with the one coordinate 0. */
struct naas_rt_region {
    int held; /* 0: empty, and nothing else is valid */
    int rank;
    struct naas_rt_set axis[NAAS_RT_MAX_RANK];
    long long stride[NAAS_RT_MAX_RANK];
    long long elements, volume; /* in the region, in its bounding box */
    naas_rt_box box;
};

/* Both return 0 when memory ran out. box is not empty. */
int naas_rt_region_set(struct naas_rt_region *region, const naas_rt_tensor *tensor, const naas_rt_box *box);
void naas_rt_region_free(struct naas_rt_region *region);

static inline const struct naas_rt_span *naas_rt_spans(const struct naas_rt_set *set)
{
    return set->n_spans == 1 ? &set->whole : set->span;
}
int naas_rt_region_equal(const struct naas_rt_region *a, const struct naas_rt_region *b);
/* Is every element of a in b? */
int naas_rt_region_within(const struct naas_rt_region *a, const struct naas_rt_region *b);
int naas_rt_region_has(const struct naas_rt_region *region, const long long *coordinate);
/* Where an element lies in the region's layout. */
static inline long long naas_rt_region_at(const struct naas_rt_region *region, const long long *coordinate)
{
    long long at = 0;
    for (int j = 0; j < region->rank; j++)
        at += (coordinate[j] - region->axis[j].whole.low) * region->stride[j];
    return at;
}

/* Do two boxes touch the same elements of the tensor because they agree in its dims? */
int naas_rt_same_tile(const naas_rt_tensor *tensor, const naas_rt_box *a, const naas_rt_box *b);

#endif
