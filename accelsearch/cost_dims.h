/*
 * cost_dims: the sums of cost_axis for every state of a dim at once, where all its temporal loops stand
 * outside the spatial ones and those outside none of several outer instances.
 *
 * Regions of a dim at a depth (a number of cuts) have few different lengths; every sum is one over these.
 */
#ifndef AS_COST_DIMS_H
#define AS_COST_DIMS_H

#include "accelsearch/cost_axis.h"

enum { AS_MAX_DEPTH = 4 };

/* Regions of equal length. */
struct as_regions {
    int n;
    int64_t length[AS_MAX_DEPTH + 1], count[AS_MAX_DEPTH + 1];
};

/* Summed over the steps of a state; taken, held, left as in struct as_sums. */
struct as_dim_sums {
    int64_t steps;
    int64_t active; /* instances */
    int64_t taken, held, left;
    int64_t first, last; /* tile of the first instance in the new step, in the old one */
};

struct as_dim_table {
    struct as_view view;
    int depth;                                  /* temporal cuts */
    bool alone;                                 /* no spatial ones */
    struct as_dim_sums stays[AS_MAX_DEPTH + 1]; /* k of its temporal cuts keep their index */
    struct as_dim_sums advances[AS_MAX_DEPTH];  /* temporal cut k goes on; held is 0 */
};

/* A dim of the problem in a mapping: its regions at every depth, and a table for every level. */
struct as_dim_regions {
    int depth;
    struct as_regions at[AS_MAX_DEPTH + 1];
};

/* False when the chain is none of those above. */
bool as_dim_regions_build(const struct as_chain *chain, struct as_dim_regions *regions);
void as_dim_table_build(
    struct as_view view, const struct as_dim_regions *regions, struct as_dim_table *table);

/* Array tile in which a region of the dim at depth k ends, and how far from the region's start it is. */
int64_t as_last_tile(const struct as_dim_table *table, int k, int64_t length, int64_t *offset);
/* Array tile in which it begins. */
static inline int64_t as_first_tile(const struct as_dim_table *table, int k, int64_t length)
{
    int64_t tile = k < table->depth ? table->view.chain->cut[table->depth - 1].tile : length;
    return length < tile ? length : tile;
}

#endif
