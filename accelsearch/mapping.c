/* Mappings: tiles of levels, and what makes a list of loops one. */
#include "accelsearch/accelsearch.h"
#include "support/number.h"

void as_level_tile(
    const struct as_problem *problem, const struct as_mapping *mapping, int level, int64_t tile[AS_MAX_DIMS])
{
    for (int d = 0; d < AS_MAX_DIMS; d++)
        tile[d] = d < problem->n_dims ? problem->dim[d].extent : 1;
    for (int l = 0; l < level; l++) {
        const struct as_mapping_level *at = &mapping->level[l];
        for (int i = 0; i < at->n_loops; i++)
            tile[at->loop[i].dim] = min64(tile[at->loop[i].dim], at->loop[i].tile);
    }
}

/* What the checks of one mapping share. */
struct check {
    struct naas_ctx *ctx;
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_mapping *mapping;
    int64_t tile[AS_MAX_DIMS]; /* where the walk over the loops stands */
    int band;                  /* of the innermost loop so far that iterates */
};

static const char *keeps_fault(const struct check *check, int l)
{
    const struct as_problem *problem = check->problem;
    const struct as_level *level = &check->accel->level[l];
    unsigned keeps = check->mapping->level[l].keeps;
    if (keeps >> problem->n_tensors)
        return naas_format(check->ctx, "%s keeps a tensor that the problem does not have", level->name);
    for (int t = 0; t < problem->n_tensors; t++) {
        const struct as_tensor *tensor = &problem->tensor[t];
        bool kept = keeps >> t & 1;
        if (kept && l > 0 && !(level->keeps & tensor->role))
            return naas_format(check->ctx, "%s cannot keep %s", level->name, tensor->name);
        if (!kept && (l == 0 || (level->keeps & ~level->may_pass & tensor->role)))
            return naas_format(check->ctx, "%s has to keep %s", level->name, tensor->name);
    }
    return NULL;
}

/* The loop iterates: the bands of such loops may not fall from outside to inside. */
static const char *band_fault(struct check *check, int l, int d)
{
    const struct as_dim *dim = &check->problem->dim[d];
    if (dim->band < check->band)
        return naas_format(check->ctx, "%s: %s of band %d stands inside of a loop of band %d",
            check->accel->level[l].name, dim->name, dim->band, check->band);
    check->band = dim->band;
    return NULL;
}

static bool axis_takes(const struct as_array_axis *axis, char letter)
{
    if (!axis->dims[0])
        return true;
    for (const char *c = axis->dims; *c; c++)
        if (*c == letter)
            return true;
    return false;
}

/* used: the instances that the loops so far take of each axis. */
static const char *spatial_fault(
    const struct check *check, int l, const struct as_loop *loop, int64_t trips, int64_t used[AS_MAX_AXES])
{
    const struct as_level *level = &check->accel->level[l];
    const struct as_dim *dim = &check->problem->dim[loop->dim];
    if (loop->axis >= level->n_axes)
        return naas_format(
            check->ctx, "%s: %s is laid along an axis that is not there", level->name, dim->name);
    const struct as_array_axis *axis = &level->axis[loop->axis];
    if (!dim->spatial)
        return naas_format(check->ctx, "%s: %s may not be laid along an axis", level->name, dim->name);
    if (!axis_takes(axis, dim->conv))
        return naas_format(check->ctx, "%s: axis %s does not take %s", level->name, axis->name, dim->name);
    if (__builtin_mul_overflow(used[loop->axis], trips, &used[loop->axis]) || used[loop->axis] > axis->size)
        return naas_format(check->ctx, "%s: axis %s has %d instances, the loops along it need more",
            level->name, axis->name, axis->size);
    return NULL;
}

static const char *loops_fault(struct check *check, int l)
{
    const struct as_mapping_level *at = &check->mapping->level[l];
    const char *name = check->accel->level[l].name;
    int64_t used[AS_MAX_AXES] = {1, 1, 1};
    bool spatial = false;
    if (at->n_loops < 0 || at->n_loops > AS_MAX_LOOPS)
        return naas_format(check->ctx, "%s has %d loops, not 0 to %d", name, at->n_loops, AS_MAX_LOOPS);
    for (int i = 0; i < at->n_loops; i++) {
        const struct as_loop *loop = &at->loop[i];
        if (loop->dim < 0 || loop->dim >= check->problem->n_dims)
            return naas_format(check->ctx, "%s: loop %d is over a dim that is not there", name, i);
        const struct as_dim *dim = &check->problem->dim[loop->dim];
        if (loop->tile < 1)
            return naas_format(
                check->ctx, "%s: a tile of %lld of %s", name, (long long)loop->tile, dim->name);
        if (loop->axis < 0 && spatial)
            return naas_format(
                check->ctx, "%s: temporal %s stands inside of a spatial loop", name, dim->name);
        int64_t trips = ceil_div(check->tile[loop->dim], loop->tile);
        const char *fault = trips > 1 ? band_fault(check, l, loop->dim) : NULL;
        if (!fault && loop->axis >= 0)
            fault = spatial_fault(check, l, loop, trips, used);
        if (fault)
            return fault;
        spatial |= loop->axis >= 0;
        check->tile[loop->dim] = min64(check->tile[loop->dim], loop->tile);
    }
    return NULL;
}

/* Loops of the last level go down to single points; dims that it does not name run innermost, in order. */
static const char *points_fault(struct check *check)
{
    int last = check->mapping->n_levels - 1;
    const struct as_mapping_level *at = &check->mapping->level[last];
    unsigned named = 0;
    for (int i = 0; i < at->n_loops; i++)
        named |= 1u << at->loop[i].dim;
    for (int d = 0; d < check->problem->n_dims; d++) {
        if (check->tile[d] == 1)
            continue;
        if (named & 1u << d)
            return naas_format(check->ctx, "%s: the loops over %s stop at a tile of %lld, not 1",
                check->accel->level[last].name, check->problem->dim[d].name, (long long)check->tile[d]);
        const char *fault = band_fault(check, last, d);
        if (fault)
            return fault;
    }
    return NULL;
}

static const char *capacity_fault(const struct check *check, int l)
{
    const struct as_level *level = &check->accel->level[l];
    int64_t tile[AS_MAX_DIMS];
    as_level_tile(check->problem, check->mapping, l, tile);
    for (int p = 0; p < level->n_partitions; p++) {
        int64_t room = level->partition[p].bytes, bytes = 0;
        for (int t = 0; room > 0 && t < check->problem->n_tensors; t++) {
            if (!(check->mapping->level[l].keeps >> t & 1) ||
                !(level->partition[p].roles & check->problem->tensor[t].role))
                continue;
            int64_t size = as_footprint(check->problem, t, tile);
            if (__builtin_mul_overflow(
                    size, level->buffers * as_element_bytes(check->problem, check->accel, t), &size) ||
                __builtin_add_overflow(bytes, size, &bytes) || bytes > room)
                return naas_format(check->ctx, "%s: the tile of %s does not fit %lld bytes%s", level->name,
                    check->problem->tensor[t].name, (long long)room,
                    bytes > size ? " beside the others" : "");
        }
    }
    return NULL;
}

const char *as_mapping_fault(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping)
{
    struct check check = {.ctx = ctx, .problem = problem, .accel = accel, .mapping = mapping};
    if (mapping->n_levels != accel->n_levels)
        return naas_format(ctx, "%d levels, the accelerator has %d", mapping->n_levels, accel->n_levels);
    as_level_tile(problem, mapping, 0, check.tile);
    const char *fault = NULL;
    for (int l = 0; l < mapping->n_levels && !fault; l++) {
        fault = keeps_fault(&check, l);
        if (!fault)
            fault = loops_fault(&check, l);
    }
    if (!fault)
        fault = points_fault(&check);
    for (int l = 1; l < mapping->n_levels && !fault; l++)
        fault = capacity_fault(&check, l);
    return fault;
}
