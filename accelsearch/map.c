/*
 * map: a good mapping, quickly. From every sensible way to lay dims along the array, tiles grow from the
 * smallest and loops change places while the model says that energy x delay falls; the number of evaluations
 * is limited, so the result is a pure function of problem and accelerator.
 */
#include "accelsearch/model.h"
#include "accelsearch/space.h"
#include <string.h>

enum { MAX_SIZES = 64, MAX_SEEDS = 6, SEED_EVALUATIONS = 250, EVALUATIONS = 4000 };

/* A mapping as the search changes it: tiles per level (level 0: the whole problem), dims along the axes of
 * each level's array
 * (-1: none), order of the temporal loops under each level, outermost first. */
struct plan {
    int64_t tile[AS_MAX_LEVELS][AS_MAX_DIMS];
    int along[AS_MAX_LEVELS][AS_MAX_AXES];
    int order[AS_MAX_LEVELS][AS_MAX_DIMS];
    unsigned keeps[AS_MAX_LEVELS];
};

struct search {
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_model *model;
    int n_sizes[AS_MAX_DIMS]; /* tile sizes worth trying, largest first */
    int64_t size[AS_MAX_DIMS][MAX_SIZES];
    int evaluations, limit;
    struct plan best;
    struct as_mapping mapping;
    struct as_cost cost;
    bool any;
};

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
static int64_t ceil_div(int64_t n, int64_t d)
{
    return (n + d - 1) / d;
}

/* ---- from plan to mapping ---- */

static void add_loop(struct as_mapping_level *level, int dim, int64_t tile, int axis)
{
    level->loop[level->n_loops++] = (struct as_loop){dim, tile, axis};
}

/* Instances along an axis for the dim laid there: as many as there are, evenly loaded. */
static int64_t instances_along(int64_t tile, int64_t inner, int size)
{
    int64_t pieces = ceil_div(tile, inner), rounds = ceil_div(pieces, size);
    return ceil_div(pieces, rounds);
}

static void map_level(
    const struct search *search, const struct plan *plan, int l, struct as_mapping_level *level)
{
    const struct as_level *at = &search->accel->level[l];
    int n_dims = search->problem->n_dims;
    int64_t inner[AS_MAX_DIMS], array[AS_MAX_DIMS], along[AS_MAX_AXES] = {1, 1, 1};
    memcpy(inner, plan->tile[l + 1], sizeof inner);
    memcpy(array, inner, sizeof array);
    for (int x = at->n_axes - 1; x >= 0; x--) {
        int d = plan->along[l][x];
        if (d < 0)
            continue;
        along[x] = instances_along(plan->tile[l][d], array[d], at->axis[x].size);
        array[d] = min64(array[d] * along[x], plan->tile[l][d]);
    }
    for (int i = 0; i < n_dims; i++) {
        int d = plan->order[l][i];
        if (array[d] < plan->tile[l][d])
            add_loop(level, d, array[d], -1);
    }
    for (int x = 0; x < at->n_axes; x++) {
        int d = plan->along[l][x];
        if (d < 0 || along[x] < 2)
            continue;
        int64_t below = inner[d];
        for (int y = at->n_axes - 1; y > x; y--)
            below *= plan->along[l][y] == d ? along[y] : 1;
        add_loop(level, d, below, x);
    }
}

static void to_mapping(const struct search *search, const struct plan *plan, struct as_mapping *mapping)
{
    int last = search->accel->n_levels - 1;
    mapping->n_levels = search->accel->n_levels;
    for (int l = 0; l <= last; l++) {
        mapping->level[l].n_loops = 0;
        mapping->level[l].keeps = plan->keeps[l];
        if (l < last)
            map_level(search, plan, l, &mapping->level[l]);
    }
    for (int i = 0; i < search->problem->n_dims; i++) {
        int d = plan->order[last][i];
        if (plan->tile[last][d] > 1)
            add_loop(&mapping->level[last], d, 1, -1);
    }
}

/* ---- legality ---- */

static bool level_fits(const struct search *search, const struct plan *plan, int l)
{
    const struct as_level *level = &search->accel->level[l];
    for (int p = 0; p < level->n_partitions; p++) {
        double bytes = 0;
        if (level->partition[p].bytes == 0)
            continue;
        for (int t = 0; t < search->problem->n_tensors; t++)
            if ((plan->keeps[l] >> t & 1) && (level->partition[p].roles & search->problem->tensor[t].role))
                bytes += (double)as_footprint(search->problem, t, plan->tile[l]) * level->buffers *
                         (double)as_element_bytes(search->problem, search->accel, t);
        if (bytes > (double)level->partition[p].bytes)
            return false;
    }
    return true;
}

/* Loops that iterate stand in the order of their bands. */
static bool bands_in_order(const struct search *search, const struct as_mapping *mapping)
{
    int64_t tile[AS_MAX_DIMS];
    int band = 0;
    memcpy(tile, search->best.tile[0], sizeof tile);
    for (int l = 0; l < mapping->n_levels; l++)
        for (int i = 0; i < mapping->level[l].n_loops; i++) {
            const struct as_loop *loop = &mapping->level[l].loop[i];
            if (loop->tile >= tile[loop->dim])
                continue;
            if (search->problem->dim[loop->dim].band < band)
                return false;
            band = search->problem->dim[loop->dim].band;
            tile[loop->dim] = loop->tile;
        }
    return true;
}

/* ---- the search ---- */

/* Takes the plan when it is legal and better; says so. */
static bool try_plan(struct search *search, const struct plan *plan)
{
    struct as_mapping mapping;
    struct as_cost cost;
    for (int l = 1; l < search->accel->n_levels; l++)
        if (!level_fits(search, plan, l))
            return false;
    to_mapping(search, plan, &mapping);
    if (!bands_in_order(search, &mapping))
        return false;
    search->evaluations++;
    if (as_model_eval(search->model, &mapping, &cost) != NAAS_OK)
        return false;
    if (search->any && cost.edp >= search->cost.edp)
        return false;
    search->best = *plan;
    search->mapping = mapping;
    search->cost = cost;
    search->any = true;
    return true;
}

static int size_index(const struct search *search, int d, int64_t tile)
{
    int i = 0;
    while (i < search->n_sizes[d] - 1 && search->size[d][i] > tile)
        i++;
    return i;
}

/* Sets a tile and whatever it forces: outer tiles at least, inner tiles at most as large. */
static void set_tile(const struct search *search, struct plan *plan, int level, int d, int64_t tile)
{
    for (int l = 1; l < search->accel->n_levels; l++)
        if (l == level || (l < level && plan->tile[l][d] < tile) || (l > level && plan->tile[l][d] > tile))
            plan->tile[l][d] = tile;
}

static bool improve_tiles(struct search *search)
{
    bool better = false;
    for (int l = search->accel->n_levels - 1; l > 0; l--)
        for (int d = 0; d < search->problem->n_dims; d++)
            for (int step = -1; step <= 1; step += 2) {
                int i = size_index(search, d, search->best.tile[l][d]) + step;
                /* As long as it helps, in steps that double. */
                for (int stride = step; i >= 0 && i < search->n_sizes[d]; i += stride, stride *= 2) {
                    struct plan plan = search->best;
                    set_tile(search, &plan, l, d, search->size[d][i]);
                    if (search->evaluations >= search->limit || !try_plan(search, &plan))
                        break;
                    better = true;
                }
            }
    return better;
}

static void move_loop(int *order, int n, int from, int to)
{
    int d = order[from];
    for (; from < to; from++)
        order[from] = order[from + 1];
    for (; from > to; from--)
        order[from] = order[from - 1];
    order[n > to ? to : n - 1] = d;
}

static bool improve_orders(struct search *search)
{
    int n = search->problem->n_dims;
    bool better = false;
    for (int l = 0; l < search->accel->n_levels - 1; l++)
        for (int i = 0; i < n; i++)
            for (int to = n - 1; to >= 0; to--) {
                struct plan plan = search->best;
                int d = plan.order[l][i];
                if (i == to || plan.tile[l][d] == plan.tile[l + 1][d])
                    continue;
                if (search->evaluations >= search->limit)
                    return better;
                move_loop(plan.order[l], n, i, to);
                better = try_plan(search, &plan) || better;
            }
    return better;
}

static bool may_lie_along(const struct search *search, int d, const struct as_array_axis *axis)
{
    const struct as_dim *dim = &search->problem->dim[d];
    if (!dim->spatial || dim->extent == 1)
        return false;
    return !axis->dims[0] || (dim->conv && strchr(axis->dims, dim->conv));
}

static bool improve_arrays(struct search *search)
{
    bool better = false;
    for (int l = 0; l < search->accel->n_levels - 1; l++)
        for (int x = 0; x < search->accel->level[l].n_axes; x++)
            for (int d = -1; d < search->problem->n_dims; d++) {
                struct plan plan = search->best;
                if (d >= 0 && !may_lie_along(search, d, &search->accel->level[l].axis[x]))
                    continue;
                if (search->evaluations >= search->limit)
                    return better;
                plan.along[l][x] = d;
                better = try_plan(search, &plan) || better;
            }
    return better;
}

static bool improve_keeps(struct search *search)
{
    bool better = false;
    for (int l = 1; l < search->accel->n_levels; l++)
        for (int t = 0; t < search->problem->n_tensors; t++) {
            const struct as_level *level = &search->accel->level[l];
            unsigned role = search->problem->tensor[t].role;
            struct plan plan = search->best;
            if (!(level->keeps & level->may_pass & role) || search->evaluations >= search->limit)
                continue;
            plan.keeps[l] ^= 1u << t;
            better = try_plan(search, &plan) || better;
        }
    return better;
}

static void climb(struct search *search, int evaluations)
{
    bool better = true;
    search->limit = search->evaluations + evaluations;
    while (better && search->evaluations < search->limit) {
        better = improve_tiles(search);
        better = improve_orders(search) || better;
        better = improve_arrays(search) || better;
        better = improve_keeps(search) || better;
    }
}

/* ---- where it starts ---- */

/* All tiles 1, nothing in space, loops in the order of bands; tensors held wherever one element of each fits.
 * The first level that is too small, or -1. */
static int smallest_plan(const struct search *search, struct plan *plan)
{
    const struct as_problem *problem = search->problem;
    int too_small = -1;
    memset(plan, 0, sizeof *plan);
    for (int l = 0; l < search->accel->n_levels; l++) {
        const struct as_level *level = &search->accel->level[l];
        int n = 0;
        for (int d = 0; d < problem->n_dims; d++)
            plan->tile[l][d] = l ? 1 : problem->dim[d].extent;
        for (int band = 0; n < problem->n_dims; band++)
            for (int d = 0; d < problem->n_dims; d++)
                if (problem->dim[d].band == band)
                    plan->order[l][n++] = d;
        for (int x = 0; x < AS_MAX_AXES; x++)
            plan->along[l][x] = -1;
        for (int t = 0; t < problem->n_tensors; t++)
            if (l == 0 || (level->keeps & problem->tensor[t].role))
                plan->keeps[l] |= 1u << t;
        for (int t = 0; l && t < problem->n_tensors && !level_fits(search, plan, l); t++)
            if (level->may_pass & problem->tensor[t].role)
                plan->keeps[l] &= ~(1u << t);
        if (l && too_small < 0 && !level_fits(search, plan, l))
            too_small = l;
    }
    return too_small;
}

/* Dims along the axes of one array, and how fast that is. */
struct seed {
    double speed;
    int along[AS_MAX_LEVELS][AS_MAX_AXES];
};

struct seeds {
    int n;
    struct seed seed[MAX_SEEDS]; /* fastest first */
};

static void keep_seed(struct seeds *seeds, const struct seed *seed)
{
    int i = seeds->n < MAX_SEEDS ? seeds->n++ : MAX_SEEDS;
    for (; i > 0 && seeds->seed[i - 1].speed < seed->speed; i--)
        if (i < MAX_SEEDS)
            seeds->seed[i] = seeds->seed[i - 1];
    if (i < MAX_SEEDS)
        seeds->seed[i] = *seed;
}

/* Fills the axes from (l, x) on in every way without laying a dim along two axes. */
static void find_seeds(
    const struct search *search, int l, int x, unsigned used, struct seed *seed, struct seeds *seeds)
{
    if (l == search->accel->n_levels - 1) {
        keep_seed(seeds, seed);
        return;
    }
    const struct as_level *level = &search->accel->level[l];
    if (x == level->n_axes) {
        find_seeds(search, l + 1, 0, used, seed, seeds);
        return;
    }
    double speed = seed->speed;
    for (int d = -1; d < search->problem->n_dims; d++) {
        if (d >= 0 && ((used >> d & 1) || !may_lie_along(search, d, &level->axis[x])))
            continue;
        int64_t extent = d >= 0 ? search->problem->dim[d].extent : 1;
        seed->along[l][x] = d;
        seed->speed = speed * (double)extent / (double)ceil_div(extent, level->axis[x].size);
        find_seeds(search, l, x + 1, d >= 0 ? used | 1u << d : used, seed, seeds);
    }
    seed->speed = speed;
}

enum naas_status as_map(struct naas_ctx *ctx, const struct as_problem *problem, const struct as_accel *accel,
    struct naas_loc loc, struct as_mapping *mapping, struct as_cost *cost)
{
    struct as_model *model = naas_alloc(ctx, 1, sizeof *model);
    struct search *search = naas_alloc(ctx, 1, sizeof *search), *winner = naas_alloc(ctx, 1, sizeof *winner);
    struct plan smallest;
    as_model_init(model, problem, accel);
    search->problem = problem;
    search->accel = accel;
    search->model = model;
    for (int d = 0; d < problem->n_dims; d++)
        search->n_sizes[d] = as_tile_sizes(problem->dim[d].extent, MAX_SIZES, search->size[d]);
    int too_small = smallest_plan(search, &smallest);
    if (too_small >= 0) {
        naas_diag(ctx, NAAS_ERROR, loc, "level %s of %s is too small for one element of each operand of %s",
            accel->level[too_small].name, accel->name, problem->name);
        return NAAS_UNSUPPORTED;
    }
    search->best = smallest;
    struct seeds seeds = {0};
    struct seed seed = {.speed = 1};
    find_seeds(search, 0, 0, 0, &seed, &seeds);
    search->limit = 1;
    if (!try_plan(search, &smallest)) {
        naas_diag(ctx, NAAS_ERROR, loc, "the subscripts of %s are beyond the cost model", problem->name);
        return NAAS_UNSUPPORTED;
    }
    *winner = *search;
    for (int i = 0; i < seeds.n; i++) {
        struct search start = *search;
        struct plan plan = smallest;
        memcpy(plan.along, seeds.seed[i].along, sizeof plan.along);
        start.any = false;
        if (!try_plan(&start, &plan))
            continue;
        climb(&start, SEED_EVALUATIONS);
        if (start.cost.edp < winner->cost.edp)
            *winner = start;
    }
    climb(winner, EVALUATIONS);
    *mapping = winner->mapping;
    *cost = winner->cost;
    return NAAS_OK;
}
