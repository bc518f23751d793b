#include "accelsearch/timeloop.h"

#include "accelsearch/energy.h"
#include "support/number.h"

#include <math.h>

/* A loop of a level but the last: it runs `trips` times over tiles of `tile`. */
struct trip {
    int dim, level;
    int64_t trips, tile;
    bool spatial;
};

struct walk {
    const struct as_model *model;
    const struct as_mapping *mapping;
    int n;
    struct trip trip[AS_MAX_LEVELS * AS_MAX_LOOPS];
    int64_t tile[AS_MAX_LEVELS][AS_MAX_DIMS]; /* that a level holds */
};

static struct walk walk_of(const struct as_model *model, const struct as_mapping *mapping)
{
    struct walk walk = {.model = model, .mapping = mapping};
    int64_t around[AS_MAX_DIMS];
    for (int d = 0; d < model->problem.n_dims; d++)
        around[d] = model->problem.dim[d].extent;
    for (int l = 0; l < mapping->n_levels; l++) {
        for (int d = 0; d < model->problem.n_dims; d++)
            walk.tile[l][d] = around[d];
        for (int i = 0; i < mapping->level[l].n_loops && l < mapping->n_levels - 1; i++) {
            const struct as_loop *loop = &mapping->level[l].loop[i];
            int64_t trips = ceil_div(around[loop->dim], loop->tile);
            walk.trip[walk.n++] = (struct trip){loop->dim, l, trips, loop->tile, loop->axis >= 0};
            around[loop->dim] = loop->tile < around[loop->dim] ? loop->tile : around[loop->dim];
        }
    }
    return walk;
}

static bool uses(const struct walk *walk, int tensor, int dim)
{
    return as_uses(&walk->model->tensor[tensor], dim);
}

enum whose { ALL, THOSE_USED, THOSE_UNUSED };

/* Instances that the spatial loops of levels from..to-1 make, of dims of the tensor, of others, or of all. */
static int64_t spread(const struct walk *walk, int tensor, enum whose whose, int from, int to)
{
    int64_t product = 1;
    for (int i = 0; i < walk->n; i++) {
        const struct trip *trip = &walk->trip[i];
        bool counts = whose == ALL || uses(walk, tensor, trip->dim) == (whose == THOSE_USED);
        if (trip->spatial && trip->level >= from && trip->level < to && counts)
            product *= trip->trips;
    }
    return product;
}

int64_t as_timeloop_served(
    const struct as_model *model, const struct as_mapping *mapping, int tensor, int level)
{
    struct walk walk = walk_of(model, mapping);
    return model->macs / spread(&walk, tensor, THOSE_UNUSED, level, mapping->n_levels);
}

/* ---- what moves ---- */

/* Length of the bounding box of a tile along an axis of a tensor. */
static int64_t length_along(const struct as_axis *axis, const int64_t tile[AS_MAX_DIMS])
{
    int64_t length = 1;
    for (int i = 0; i < axis->n_terms; i++)
        length += axis->term[i].coef * (tile[axis->term[i].dim] - 1);
    return min64(length, axis->extent);
}

/* Words of a tile; when dim >= 0, of these the ones that a step of `advance` along the dim makes new. */
static int64_t words_of(
    const struct walk *walk, int tensor, const int64_t tile[AS_MAX_DIMS], int dim, int64_t advance)
{
    const struct as_tensor *of = &walk->model->problem.tensor[tensor];
    int64_t words = 1;
    for (int a = 0; a < of->rank; a++) {
        int64_t length = length_along(&of->axis[a], tile);
        for (int i = 0; i < of->axis[a].n_terms; i++)
            if (of->axis[a].term[i].dim == dim && of->axis[a].term[i].coef * advance < length)
                length = of->axis[a].term[i].coef * advance;
        words *= length;
    }
    return words;
}

/* Words that tiles of this size bring in, over all steps of the temporal loops outside the level: loops
 * further in than the innermost one that the tensor depends on bring nothing; that one, when it is the
 * innermost of all, brings what is new, and the others bring everything again. */
static int64_t brought_in(const struct walk *walk, int tensor, int level, const int64_t tile[AS_MAX_DIMS])
{
    int innermost = -1, last = -1;
    int64_t repeats = 1;
    for (int i = 0; i < walk->n; i++) {
        const struct trip *trip = &walk->trip[i];
        if (trip->spatial || trip->level >= level || trip->trips == 1)
            continue;
        last = i;
        if (uses(walk, tensor, trip->dim))
            innermost = i;
    }
    for (int i = 0; i < innermost; i++)
        if (!walk->trip[i].spatial)
            repeats *= walk->trip[i].trips;
    int64_t first = words_of(walk, tensor, tile, -1, 0);
    if (innermost < 0)
        return first;
    const struct trip *trip = &walk->trip[innermost];
    int64_t next = innermost == last ? words_of(walk, tensor, tile, trip->dim, trip->tile) : first;
    return repeats * (first + (trip->trips - 1) * next);
}

static void count_boundary(const struct walk *walk, int tensor, int level, struct as_cost *cost)
{
    int outer = as_outer_level(walk->mapping, tensor, level);
    struct as_counts *above = &cost->count[outer][tensor], *here = &cost->count[level][tensor];
    int64_t together[AS_MAX_DIMS]; /* what instances below one of the outer level hold between them */
    for (int d = 0; d < walk->model->problem.n_dims; d++)
        together[d] = walk->tile[level][d];
    for (int i = 0; i < walk->n; i++)
        if (walk->trip[i].spatial && walk->trip[i].level >= outer && walk->trip[i].level < level)
            together[walk->trip[i].dim] *= walk->trip[i].trips;
    int64_t moved = brought_in(walk, tensor, level, together) * spread(walk, tensor, ALL, 0, outer);
    int64_t sharers = spread(walk, tensor, THOSE_UNUSED, outer, level);
    if (tensor == walk->model->problem.output) {
        int64_t begun = outer > 0 ? above->drains - above->fills : walk->model->tensor[tensor].touched;
        above->updates = moved;
        above->reads = moved - begun;
        here->drains = moved * sharers;
        here->fills = above->reads * sharers;
        cost->adds[outer] += here->drains - moved;
    } else {
        above->reads = moved;
        here->fills =
            brought_in(walk, tensor, level, walk->tile[level]) * spread(walk, tensor, ALL, 0, level);
    }
    cost->deliveries[outer] += here->fills;
}

/* ---- latency ---- */

static void take_longer(struct as_cost *cost, double cycles, int level)
{
    if (cycles <= cost->cycles)
        return;
    cost->cycles = cycles;
    cost->bound = AS_BOUND_PORT;
    cost->bound_level = level;
}

/* Of a level that serves the MACs with the tensor the words that pass between them count as its own. */
static double accesses(const struct walk *walk, int tensor, int level, const struct as_cost *cost)
{
    const struct as_counts *count = &cost->count[level][tensor];
    double words = (double)(count->reads + count->fills + count->updates);
    if (level != as_serving_level(walk->mapping, tensor))
        return words;
    double served = (double)as_timeloop_served(walk->model, walk->mapping, tensor, level);
    return words + (tensor == walk->model->problem.output ? 2 * served : served);
}

static void find_latency(const struct walk *walk, struct as_cost *cost)
{
    const struct as_accel *accel = &walk->model->accel;
    const struct as_problem *problem = &walk->model->problem;
    int last = walk->mapping->n_levels - 1;
    int64_t steps = 1, points = 1;
    for (int i = 0; i < walk->n; i++)
        steps *= walk->trip[i].spatial ? 1 : walk->trip[i].trips;
    for (int d = 0; d < problem->n_dims; d++)
        points *= walk->tile[last][d];
    cost->cycles = (double)(steps * ceil_div(points, accel->macs_per_cycle));
    cost->bound = AS_BOUND_COMPUTE;
    for (int l = 0; l <= last; l++) {
        const struct as_level *level = &accel->level[l];
        double instances = (double)spread(walk, 0, ALL, 0, l), words = 0;
        for (int t = 0; t < problem->n_tensors; t++)
            words += accesses(walk, t, l, cost);
        words += l == 0 ? (double)problem->finish_reads : 0;
        if (level->access_words_per_cycle > 0)
            take_longer(cost, words / instances / level->access_words_per_cycle, l);
        for (int p = 0; p < level->n_ports; p++)
            take_longer(cost,
                as_port_words(problem, accel, walk->mapping, cost, l, p) / instances /
                    level->port[p].words_per_cycle,
                l);
    }
    double peak = (double)walk->model->instances[last] * accel->macs_per_cycle;
    cost->utilisation = (double)cost->macs / (cost->cycles * peak);
}

void as_timeloop_counts(const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost)
{
    struct walk walk = walk_of(model, mapping);
    for (int t = 0; t < model->problem.n_tensors; t++)
        for (int l = 1; l < mapping->n_levels; l++)
            if (as_keeps(mapping, l, t))
                count_boundary(&walk, t, l, cost);
    find_latency(&walk, cost);
}
