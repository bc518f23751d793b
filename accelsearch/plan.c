#include "accelsearch/plan.h"
#include "accelsearch/space.h"
#include "support/number.h"
#include <string.h>

bool as_plan_same(const struct as_plan *a, const struct as_plan *b)
{
    return memcmp(a->tile, b->tile, sizeof a->tile) == 0 &&
           memcmp(a->along, b->along, sizeof a->along) == 0 &&
           memcmp(a->order, b->order, sizeof a->order) == 0 &&
           memcmp(a->keeps, b->keeps, sizeof a->keeps) == 0;
}

void as_plans_init(struct as_plans *plans, const struct as_model *model, enum as_space_kind kind)
{
    plans->model = model;
    plans->kind = kind;
    for (int d = 0; d < model->problem.n_dims; d++)
        plans->n_sizes[d] = as_tile_sizes(model->problem.dim[d].extent, AS_MAX_SIZES, plans->size[d]);
}

/* ---- what is allowed ---- */

bool as_plan_fits(const struct as_plans *plans, const struct as_plan *plan, int l)
{
    const struct as_problem *problem = &plans->model->problem;
    const struct as_level *level = &plans->model->accel.level[l];
    for (int p = 0; p < level->n_partitions; p++) {
        double bytes = 0;
        if (level->partition[p].bytes == 0)
            continue;
        for (int t = 0; t < problem->n_tensors; t++)
            if ((plan->keeps[l] >> t & 1) && (level->partition[p].roles & (unsigned)problem->tensor[t].role))
                bytes += (double)as_footprint(problem, t, plan->tile[l]) * level->buffers *
                         (double)as_element_bytes(problem, &plans->model->accel, t);
        if (bytes > (double)level->partition[p].bytes)
            return false;
    }
    return true;
}

bool as_plan_may_lie(const struct as_plans *plans, const struct as_array_axis *axis, int d)
{
    const struct as_dim *dim = &plans->model->problem.dim[d];
    if (!dim->spatial || dim->extent == 1 ||
        (axis->dims[0] && (!dim->conv || !strchr(axis->dims, dim->conv))))
        return false;
    return plans->kind == AS_SPACE_FULL || (dim->conv && strchr("KCPQRS", dim->conv));
}

unsigned as_plan_may_pass(const struct as_plans *plans, int l)
{
    const struct as_level *level = &plans->model->accel.level[l];
    return plans->kind == AS_SPACE_FULL ? level->keeps & level->may_pass : 0;
}

/* ---- the smallest plan ---- */

static void order_by_band(const struct as_problem *problem, signed char *order)
{
    int n = 0;
    for (int band = 0; n < problem->n_dims; band++)
        for (int d = 0; d < problem->n_dims; d++)
            if (problem->dim[d].band == band)
                order[n++] = (signed char)d;
}

int as_plan_smallest(const struct as_plans *plans, struct as_plan *plan)
{
    const struct as_problem *problem = &plans->model->problem;
    const struct as_accel *accel = &plans->model->accel;
    int too_small = -1;
    memset(plan, 0, sizeof *plan);
    memset(plan->along, -1, sizeof plan->along);
    for (int l = 0; l < accel->n_levels; l++) {
        for (int d = 0; d < problem->n_dims; d++)
            plan->tile[l][d] = l ? 1 : problem->dim[d].extent;
        order_by_band(problem, plan->order[l]);
        for (int t = 0; t < problem->n_tensors; t++)
            if (l == 0 || (accel->level[l].keeps & (unsigned)problem->tensor[t].role))
                plan->keeps[l] |= 1u << t;
        for (int t = 0; l && t < problem->n_tensors && !as_plan_fits(plans, plan, l); t++)
            if (accel->level[l].may_pass & (unsigned)problem->tensor[t].role)
                plan->keeps[l] &= ~(1u << t);
        if (l && too_small < 0 && !as_plan_fits(plans, plan, l))
            too_small = l;
    }
    return too_small;
}

/* ---- from plan to mapping ---- */

/* Instances that each entry of the layout takes; 1: the loop is left out. */
struct takes {
    int64_t take[AS_MAX_AXES][AS_MAX_FOLD];
};

static void share_axes(
    const struct as_plans *plans, const struct as_plan *plan, int l, const int64_t *tile, struct takes *takes)
{
    const struct as_level *level = &plans->model->accel.level[l];
    int64_t left[AS_MAX_DIMS];
    memcpy(left, tile, sizeof left);
    for (int x = 0; x < level->n_axes; x++) {
        int64_t free = level->axis[x].size;
        for (int i = 0; i < AS_MAX_FOLD; i++) {
            signed char d = plan->along[l][x][i];
            int64_t take = d >= 0 ? min64(left[d], free) : 1;
            takes->take[x][i] = take;
            free /= take;
            if (d >= 0)
                left[d] = ceil_div(left[d], take);
        }
    }
}

void as_plan_spread(const struct as_plans *plans, const struct as_plan *plan, int l, const int64_t *tile,
    int64_t spread[AS_MAX_DIMS])
{
    struct takes takes;
    for (int d = 0; d < AS_MAX_DIMS; d++)
        spread[d] = 1;
    share_axes(plans, plan, l, tile, &takes);
    for (int x = 0; x < plans->model->accel.level[l].n_axes; x++)
        for (int i = 0; i < AS_MAX_FOLD; i++)
            if (plan->along[l][x][i] >= 0)
                spread[plan->along[l][x][i]] *= takes.take[x][i];
}

/* Takes no more instances than the number of rounds needs, from the innermost entry out. */
static void balance(const struct as_plans *plans, const struct as_plan *plan, int l, struct takes *takes,
    int64_t array[AS_MAX_DIMS])
{
    int64_t spread[AS_MAX_DIMS];
    as_plan_spread(plans, plan, l, plan->tile[l], spread);
    memcpy(array, plan->tile[l + 1], sizeof(int64_t) * AS_MAX_DIMS);
    for (int x = plans->model->accel.level[l].n_axes - 1; x >= 0; x--)
        for (int i = AS_MAX_FOLD - 1; i >= 0; i--) {
            signed char d = plan->along[l][x][i];
            if (d < 0)
                continue;
            int64_t pieces = ceil_div(plan->tile[l][d], array[d]);
            spread[d] /= takes->take[x][i];
            int64_t rounds = ceil_div(pieces, takes->take[x][i] * spread[d]);
            takes->take[x][i] = min64(takes->take[x][i], ceil_div(ceil_div(pieces, spread[d]), rounds));
            array[d] *= takes->take[x][i];
        }
}

void as_plan_array(
    const struct as_plans *plans, const struct as_plan *plan, int l, int64_t array[AS_MAX_DIMS])
{
    struct takes takes;
    share_axes(plans, plan, l, plan->tile[l], &takes);
    balance(plans, plan, l, &takes, array);
}

static void add_loop(struct as_mapping_level *level, int dim, int64_t tile, int axis)
{
    level->loop[level->n_loops++] = (struct as_loop){dim, tile, axis};
}

static void map_level(
    const struct as_plans *plans, const struct as_plan *plan, int l, struct as_mapping_level *level)
{
    int n_axes = plans->model->accel.level[l].n_axes, n_spatial = 0;
    int64_t array[AS_MAX_DIMS], below[AS_MAX_DIMS];
    struct as_loop spatial[AS_MAX_AXES * AS_MAX_FOLD];
    struct takes takes;
    share_axes(plans, plan, l, plan->tile[l], &takes);
    balance(plans, plan, l, &takes, array);
    for (int i = 0; i < plans->model->problem.n_dims; i++) {
        signed char d = plan->order[l][i];
        if (array[d] < plan->tile[l][d])
            add_loop(level, d, array[d], -1);
    }
    memcpy(below, plan->tile[l + 1], sizeof below);
    for (int x = n_axes - 1; x >= 0; x--)
        for (int i = AS_MAX_FOLD - 1; i >= 0; i--) {
            signed char d = plan->along[l][x][i];
            if (d < 0 || takes.take[x][i] < 2)
                continue;
            spatial[n_spatial++] = (struct as_loop){d, below[d], x};
            below[d] *= takes.take[x][i];
        }
    while (n_spatial > 0)
        level->loop[level->n_loops++] = spatial[--n_spatial];
}

/* Loops that iterate stand in the order of their bands. */
static bool bands_in_order(const struct as_plans *plans, const struct as_mapping *mapping)
{
    const struct as_problem *problem = &plans->model->problem;
    int64_t tile[AS_MAX_DIMS];
    int band = 0;
    for (int d = 0; d < problem->n_dims; d++)
        tile[d] = problem->dim[d].extent;
    for (int l = 0; l < mapping->n_levels; l++)
        for (int i = 0; i < mapping->level[l].n_loops; i++) {
            const struct as_loop *loop = &mapping->level[l].loop[i];
            if (loop->tile >= tile[loop->dim])
                continue;
            if (problem->dim[loop->dim].band < band)
                return false;
            band = problem->dim[loop->dim].band;
            tile[loop->dim] = loop->tile;
        }
    return true;
}

bool as_plan_mapping(const struct as_plans *plans, const struct as_plan *plan, struct as_mapping *mapping)
{
    int last = plans->model->accel.n_levels - 1;
    memset(mapping, 0, sizeof *mapping);
    mapping->n_levels = last + 1;
    for (int l = 0; l <= last; l++) {
        mapping->level[l].keeps = plan->keeps[l];
        if (l < last)
            map_level(plans, plan, l, &mapping->level[l]);
    }
    for (int i = 0; i < plans->model->problem.n_dims; i++) {
        signed char d = plan->order[last][i];
        if (plan->tile[last][d] > 1)
            add_loop(&mapping->level[last], d, 1, -1);
    }
    return bands_in_order(plans, mapping);
}

/* ---- changes ---- */

int as_plan_size(const struct as_plans *plans, int d, int64_t tile)
{
    int i = 0;
    while (i < plans->n_sizes[d] - 1 && plans->size[d][i] > tile)
        i++;
    return i;
}

void as_plan_set_tile(const struct as_plans *plans, struct as_plan *plan, int level, int d, int64_t tile)
{
    for (int l = 1; l < plans->model->accel.n_levels; l++)
        if (l == level || (l < level && plan->tile[l][d] < tile) || (l > level && plan->tile[l][d] > tile))
            plan->tile[l][d] = tile;
}

void as_plan_move_loop(struct as_plan *plan, int l, int from, int to)
{
    signed char *order = plan->order[l], d = order[from];
    for (; from < to; from++)
        order[from] = order[from + 1];
    for (; from > to; from--)
        order[from] = order[from - 1];
    order[to] = d;
}
