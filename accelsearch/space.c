#include "accelsearch/space.h"
#include "support/number.h"
#include <string.h>

enum { MAX_SIZES = 4096 };

/* ---- genes ---- */

static int order_genes(const struct as_space *space)
{
    return space->encoding == AS_INDEX ? 1 : space->problem->n_dims;
}

static bool may_pass(const struct as_space *space, int level, int tensor)
{
    return space->kind == AS_SPACE_FULL &&
           (space->accel->level[level].may_pass & (unsigned)space->problem->tensor[tensor].role);
}

void as_space_init(struct as_space *space, const struct as_problem *problem, const struct as_accel *accel,
    enum as_space_kind kind, enum as_encoding encoding)
{
    *space = (struct as_space){problem, accel, kind, encoding, 0};
    for (int l = 0; l + 1 < accel->n_levels; l++) {
        space->n_genes += order_genes(space) * (1 + accel->level[l].n_axes) + problem->n_dims;
        for (int t = 0; t < problem->n_tensors; t++)
            space->n_genes += may_pass(space, l + 1, t);
    }
}

/* Permutation number index of n! to the permutation (Lehmer code). */
static void order_of_index(double gene, int n, int *order)
{
    int left[AS_MAX_DIMS];
    for (int i = 0; i < n; i++)
        left[i] = i;
    for (int i = 0; i < n; i++) {
        int remaining = n - i;
        gene *= remaining;
        int pick = gene >= remaining ? remaining - 1 : (int)gene;
        gene -= pick;
        order[i] = left[pick];
        memmove(left + pick, left + pick + 1, (size_t)(remaining - pick - 1) * sizeof *left);
    }
}

void as_decode_order(const double *genes, int n, enum as_encoding encoding, int *order)
{
    if (encoding == AS_INDEX) {
        order_of_index(genes[0], n, order);
        return;
    }
    for (int i = 0; i < n; i++) {
        int j = i;
        for (; j > 0 && genes[order[j - 1]] < genes[i]; j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

/* ---- tiles ---- */

int as_tile_sizes(int64_t extent, int most, int64_t *size)
{
    int n = 0;
    for (int64_t value = extent; n < most; n++) {
        size[n] = value;
        if (value == 1)
            return n + 1;
        int64_t trips = (extent + value - 2) / (value - 1); /* the least with a smaller ceil */
        value = ceil_div(extent, trips);
    }
    size[most - 1] = 1;
    return most;
}

static int64_t next_smaller(int64_t extent, int64_t tile)
{
    int64_t trips = (extent + tile - 2) / (tile - 1);
    return ceil_div(extent, trips);
}

static int64_t chosen_size(int64_t extent, double ratio)
{
    int64_t size[MAX_SIZES];
    int n = as_tile_sizes(extent, MAX_SIZES, size);
    int at = (int)((1 - ratio) * n);
    return size[at >= n ? n - 1 : at];
}

static unsigned kept_roles(const struct as_problem *problem, unsigned keeps)
{
    unsigned roles = 0;
    for (int t = 0; t < problem->n_tensors; t++)
        if (keeps >> t & 1)
            roles |= (unsigned)problem->tensor[t].role;
    return roles;
}

/* Do the kept tensors of a tile fit the partitions of a level? */
static bool fits(const struct as_space *space, int level, unsigned keeps, const int64_t *tile)
{
    const struct as_level *storage = &space->accel->level[level];
    for (int i = 0; i < storage->n_partitions; i++) {
        const struct as_partition *part = &storage->partition[i];
        if (!part->bytes || !(part->roles & kept_roles(space->problem, keeps)))
            continue;
        int64_t bytes = 0;
        for (int t = 0; t < space->problem->n_tensors; t++)
            if ((keeps >> t & 1) && (part->roles & (unsigned)space->problem->tensor[t].role))
                bytes +=
                    as_footprint(space->problem, t, tile) * as_element_bytes(space->problem, space->accel, t);
        if (bytes * storage->buffers > part->bytes)
            return false;
    }
    return true;
}

static int largest(const int64_t *tile, int n)
{
    int best = 0;
    for (int d = 1; d < n; d++)
        if (tile[d] > tile[best])
            best = d;
    return best;
}

/* The documented rule of space.h; extent: what each dim's tile was chosen from. */
static void shrink(
    const struct as_space *space, int level, unsigned keeps, const int64_t *extent, int64_t *tile)
{
    int n = space->problem->n_dims;
    while (!fits(space, level, keeps, tile)) {
        int d = largest(tile, n);
        if (tile[d] == 1)
            return;
        tile[d] = next_smaller(extent[d], tile[d]);
    }
}

bool as_space_has_any(const struct as_space *space)
{
    int64_t one[AS_MAX_DIMS];
    for (int d = 0; d < AS_MAX_DIMS; d++)
        one[d] = 1;
    for (int l = 1; l < space->accel->n_levels; l++) {
        unsigned keeps = 0;
        for (int t = 0; t < space->problem->n_tensors; t++)
            if (space->accel->level[l].keeps & (unsigned)space->problem->tensor[t].role &&
                !may_pass(space, l, t))
                keeps |= 1u << t;
        if (!fits(space, l, keeps, one))
            return false;
    }
    return true;
}

/* ---- space ---- */

static bool may_lie_along(const struct as_space *space, const struct as_array_axis *axis, int d)
{
    const struct as_dim *dim = &space->problem->dim[d];
    if (!dim->spatial || (axis->dims[0] && (!dim->conv || !strchr(axis->dims, dim->conv))))
        return false;
    return space->kind == AS_SPACE_FULL || (dim->conv && strchr("KCPQRS", dim->conv));
}

/* Lays dims along one axis of an array: the first allowed dim takes what it can use, in the full space the
 * next ones what is left (folding). spread[d]: instances along d so far; left[d]: extent still to be spread.
 * Adds the loops in `loop`. */
static int lay_along(const struct as_space *space, const struct as_array_axis *axis, int index,
    const int *order, int64_t *left, int64_t *spread, struct as_loop *loop)
{
    int n = 0;
    int64_t free = axis->size;
    for (int i = 0; i < space->problem->n_dims && free > 1; i++) {
        int d = order[i];
        int64_t take = min64(left[d], free);
        if (take < 2 || !may_lie_along(space, axis, d))
            continue;
        loop[n++] = (struct as_loop){d, take, index};
        spread[d] *= take;
        left[d] = ceil_div(left[d], take);
        free /= take;
        if (space->kind == AS_SPACE_NAAS)
            break;
    }
    return n;
}

/* ---- decoding ---- */

static unsigned decode_keeps(const struct as_space *space, int level, const double **genes)
{
    unsigned keeps = 0;
    for (int t = 0; t < space->problem->n_tensors; t++) {
        if (!(space->accel->level[level].keeps & (unsigned)space->problem->tensor[t].role))
            continue;
        if (!may_pass(space, level, t) || *(*genes)++ >= 0.5)
            keeps |= 1u << t;
    }
    return keeps;
}

/* Stable: dims of outer bands first. */
static void respect_bands(const struct as_problem *problem, int *order)
{
    for (int i = 1; i < problem->n_dims; i++) {
        int d = order[i], j = i;
        for (; j > 0 && problem->dim[order[j - 1]].band > problem->dim[d].band; j--)
            order[j] = order[j - 1];
        order[j] = d;
    }
}

/* Turns "take" instances of a dim into tiles: the innermost spatial loop of a dim has the inner tile, each
 * one around it that many times more. */
static void set_spatial_tiles(
    const struct as_problem *problem, const int64_t *tile, struct as_loop *loop, int n)
{
    int64_t size[AS_MAX_DIMS];
    memcpy(size, tile, (size_t)problem->n_dims * sizeof *size);
    for (int i = n; i-- > 0;) {
        int64_t take = loop[i].tile;
        loop[i].tile = size[loop[i].dim];
        size[loop[i].dim] *= take;
    }
}

/* Loops of level l; extent: tile of level l on entry, tile of level l + 1 on return. */
static void decode_level(
    const struct as_space *space, int l, const double **genes, int64_t *extent, struct as_mapping *mapping)
{
    const struct as_problem *problem = space->problem;
    const struct as_level *storage = &space->accel->level[l];
    int n = problem->n_dims, order[AS_MAX_DIMS], axis_order[AS_MAX_DIMS], n_spatial = 0;
    as_decode_order(*genes, n, space->encoding, order);
    respect_bands(problem, order);
    const double *ratio = *genes += order_genes(space);
    *genes += n;

    struct as_loop spatial[AS_MAX_AXES * AS_MAX_DIMS];
    int64_t left[AS_MAX_DIMS], spread[AS_MAX_DIMS], tile[AS_MAX_DIMS];
    for (int d = 0; d < n; d++) {
        left[d] = extent[d];
        spread[d] = 1;
    }
    for (int i = 0; i < storage->n_axes; i++, *genes += order_genes(space)) {
        as_decode_order(*genes, n, space->encoding, axis_order);
        n_spatial += lay_along(space, &storage->axis[i], i, axis_order, left, spread, spatial + n_spatial);
    }
    for (int d = 0; d < n; d++)
        tile[d] = chosen_size(left[d], ratio[d]);
    struct as_mapping_level *inner = &mapping->level[l + 1];
    inner->keeps = decode_keeps(space, l + 1, genes);
    shrink(space, l + 1, inner->keeps, left, tile);

    set_spatial_tiles(problem, tile, spatial, n_spatial);
    struct as_mapping_level *outer = &mapping->level[l];
    outer->n_loops = 0;
    for (int i = 0; i < n; i++) {
        int d = order[i];
        if (tile[d] * spread[d] < extent[d])
            outer->loop[outer->n_loops++] = (struct as_loop){d, tile[d] * spread[d], -1};
    }
    memcpy(outer->loop + outer->n_loops, spatial, (size_t)n_spatial * sizeof *spatial);
    outer->n_loops += n_spatial;
    memcpy(extent, tile, (size_t)n * sizeof *tile);
}

void as_space_decode(const struct as_space *space, const double *genes, struct as_mapping *mapping)
{
    int64_t extent[AS_MAX_DIMS];
    for (int d = 0; d < space->problem->n_dims; d++)
        extent[d] = space->problem->dim[d].extent;
    memset(mapping, 0, sizeof *mapping);
    mapping->n_levels = space->accel->n_levels;
    mapping->level[0].keeps = (1u << space->problem->n_tensors) - 1;
    for (int l = 0; l + 1 < mapping->n_levels; l++)
        decode_level(space, l, &genes, extent, mapping);
}
