/*
 * A level's sequence of tiles is built from runs (runs.h), the loops of the nest outermost first. Iterations
 * are told apart where they differ: the first one (an unfinished sum does not come back yet; padding), the
 * last one (clipped; padding) and those between.
 *
 * Followed is the first instance of every array, whose tiles are the largest. Two approximations: padding
 * that is not read is spread evenly over the steps, and so is what passes an array above the level.
 */
#include "accelsearch/timing.h"
#include "support/number.h"
#include <math.h>
#include <string.h>

/* ---- one transition ---- */

struct words {
    double taken, held, left; /* as in struct as_sums */
};

static bool same_dim(const struct line_step *a, const struct line_step *b, int x)
{
    return a->k[x] == b->k[x] && a->now[x].at == b->now[x].at && a->now[x].length == b->now[x].length &&
           a->old[x].at == b->old[x].at && a->old[x].length == b->old[x].length;
}
static bool same_step(const struct line_step *a, const struct line_step *b, bool two)
{
    return same_dim(a, b, 0) && (!two || same_dim(a, b, 1));
}

/* Words of tensor t, for level l, when loop j of level `own` takes the place
 * from `old` to `now`. */
static struct words step_words(
    struct timing *timing, int l, int t, int j, const struct place *now, const struct place *old)
{
    const struct as_model *model = timing->model;
    const struct as_tensor_plan *plan = &model->tensor[t];
    int outer = timing->traffic[l][t].outer;
    bool clip = outer == 0 && !model->accel.padding_stored && (j < 0 || timing->stored[l][t] == 0);
    double stored = clip ? 1 : timing->stored[l][t];
    struct words words = {1, 1, 1};
    for (int i = 0; i < plan->n_lines; i++) {
        const struct as_line *line = &plan->line[i];
        struct latest *latest = &timing->latest[l][t][i];
        struct line_step step;
        struct as_view view[2];
        for (int x = 0; x < 2 && line->dim[x] >= 0; x++) {
            int d = line->dim[x];
            view[x] = (struct as_view){&timing->nest->chain[d], timing->nest->n_cuts[l][d], outer};
            step.k[x] = j < 0 ? 0 : timing->outside[j][d];
            step.now[x] = now->span[d];
            step.old[x] = old->span[d];
        }
        if (line->dim[0] < 0)
            continue;
        if (!latest->known || !same_step(&latest->step, &step, line->dim[1] >= 0)) {
            latest->known = true;
            latest->step = step;
            timing->fits =
                as_step_line(line, clip, view, step.k, step.now, step.old, &latest->sums) && timing->fits;
        }
        words.taken *= (double)latest->sums.taken;
        words.held *= (double)latest->sums.held;
        words.left *= (double)latest->sums.left;
    }
    words.taken *= stored;
    words.held *= stored;
    return words;
}

/* ---- transitions ---- */

/* Mean words of the steps into which loop j advances. */
static void mean_words(const struct timing *timing, int l, int t, int j, double *down, double *up)
{
    const struct as_move *move = &timing->traffic[l][t].step[j];
    double steps = move->steps ? (double)move->steps : 1;
    *down = (double)move->taken / steps;
    *up = (double)move->left / steps;
}

/* No array under the levels outer .. own - 1. */
static bool array_free(const struct timing *timing, int outer, int own)
{
    for (int d = 0; d < timing->model->problem.n_dims; d++)
        for (int x = timing->nest->n_cuts[outer][d]; x < timing->nest->n_cuts[own][d]; x++)
            if (timing->nest->chain[d].cut[x].spatial)
                return false;
    return true;
}

/* Cycles of level l's lanes when loop j of level `own` takes the place from `old` to `now`. */
static void step_cycles(struct timing *timing, int l, int own, int j, const struct place *now,
    const struct place *old, struct as_transfer *out)
{
    const struct as_model *model = timing->model;
    double down[AS_MAX_TENSORS] = {0}, up = 0, back = 0;
    for (int t = 0; t < model->problem.n_tensors; t++) {
        if (!as_keeps(timing->mapping, l, t) || !(model->tensor[t].dims & timing->moving[l][j]))
            continue;
        if (array_free(timing, timing->traffic[l][t].outer, own)) {
            struct words words = step_words(timing, l, t, j, now, old);
            down[t] = words.taken - words.held;
            back = words.left - words.held;
        } else {
            mean_words(timing, l, t, j, &down[t], &back);
        }
        if (t == model->problem.output) {
            up = back;
            down[t] = now->fresh ? 0 : down[t];
        }
    }
    as_lanes_cycles(timing->levels.lanes[l], down, up, out);
}

static void work_out_edge(struct timing *timing, int l, int j, const struct place *now,
    const struct place *old, struct as_edge *edge)
{
    struct as_transfer next;
    step_cycles(timing, l, l - 1, j, now, old, &edge->own);
    for (int m = l + 1; m < timing->mapping->n_levels; m++) {
        step_cycles(timing, m, l - 1, j, now, old, &next);
        edge->enter[m] = next.all_down;
        edge->leave[m] = next.all_up;
    }
}

/* The edge when loop j of level l - 1 takes the place from `old` to `now`, its next tile. Where padding is
 * spread evenly it depends on lengths only, and is mostly the same as the latest one. */
static const struct as_edge *edge_of(
    struct timing *timing, int l, int j, const struct place *now, const struct place *old)
{
    struct latest_edge *latest = &timing->latest_edge[j][now->fresh];
    int dim = timing->nest->temporal[j].dim, n_dims = timing->model->problem.n_dims;
    bool same = latest->known && latest->old_length == old->span[dim].length;
    for (int d = 0; d < n_dims && same; d++)
        same = latest->length[d] == now->span[d].length;
    if (same)
        return &latest->edge;
    work_out_edge(timing, l, j, now, old, &latest->edge);
    latest->known = timing->even;
    latest->old_length = old->span[dim].length;
    for (int d = 0; d < n_dims; d++)
        latest->length[d] = now->span[d].length;
    return &latest->edge;
}

/* The first step and the end of the run. */
static void make_ends(struct timing *timing, struct as_edge *edge)
{
    const struct as_model *model = timing->model;
    struct place all, none = {.fresh = true};
    for (int d = 0; d < model->problem.n_dims; d++) {
        all.span[d] = (struct as_span){0, model->problem.dim[d].extent};
        none.span[d] = (struct as_span){0, 0};
    }
    for (int l = 1; l < timing->mapping->n_levels; l++) {
        double down[AS_MAX_TENSORS] = {0}, up = 0;
        struct as_transfer move;
        for (int t = 0; t < model->problem.n_tensors; t++) {
            if (!as_keeps(timing->mapping, l, t))
                continue;
            if (t == model->problem.output)
                up = step_words(timing, l, t, -1, &all, &all).left;
            else
                down[t] = step_words(timing, l, t, -1, &all, &none).taken;
        }
        as_lanes_cycles(timing->levels.lanes[l], down, up, &move);
        edge->enter[l] = move.all_down;
        edge->leave[l] = move.all_up;
    }
}

/* ---- tiles ---- */

static void sequence(struct timing *timing, int l, int j, const struct place *place, struct as_run *run);

/* Spatial loops of level l - 1 behind its temporal ones: the first instance's part. */
void as_timing_enter_array(const struct timing *timing, int l, struct place *place)
{
    for (int d = 0; d < timing->model->problem.n_dims; d++)
        for (int c = timing->nest->n_cuts[l - 1][d]; c < timing->nest->n_cuts[l][d]; c++)
            if (timing->nest->chain[d].cut[c].spatial)
                place->span[d] = as_slice(place->span[d], 0, timing->nest->chain[d].cut[c].tile);
}

static struct as_inside compute_time(const struct timing *timing, const struct place *tile)
{
    struct as_inside inside = {.time = 1};
    for (int d = 0; d < timing->model->problem.n_dims; d++)
        inside.time *= (double)tile->span[d].length;
    inside.time = ceil(inside.time / timing->model->accel.macs_per_cycle);
    return inside;
}

static struct as_inside work_out_inside(struct timing *timing, int l, const struct place *place)
{
    struct place tile = *place;
    struct as_run run;
    if (l > 0)
        as_timing_enter_array(timing, l, &tile);
    if (l == timing->mapping->n_levels - 1)
        return compute_time(timing, &tile);
    sequence(timing, l + 1, timing->nest->n_temporal[l], &tile, &run);
    struct as_inside inside;
    as_run_close(&timing->levels, l + 1, &run, &inside);
    return inside;
}

static struct as_inside inside_of(struct timing *timing, int l, const struct place *place)
{
    int n_dims = timing->model->problem.n_dims;
    if (l == timing->mapping->n_levels - 1)
        return work_out_inside(timing, l, place);
    for (int i = 0; i < timing->n_known; i++) {
        const struct known *known = &timing->known[i];
        bool same = known->level == l && known->fresh == place->fresh;
        for (int d = 0; d < n_dims && same; d++)
            same = known->length[d] == place->span[d].length;
        if (same)
            return known->inside;
    }
    struct as_inside inside = work_out_inside(timing, l, place);
    if (timing->n_known < MAX_KNOWN) {
        struct known *known = &timing->known[timing->n_known++];
        known->level = l;
        known->fresh = place->fresh;
        known->inside = inside;
        for (int d = 0; d < n_dims; d++)
            known->length[d] = place->span[d].length;
    }
    return inside;
}

/* Whether the dim's steps differ in padding that level 0 leaves out. */
static bool padded(const struct timing *timing, int l, int dim)
{
    const struct as_model *model = timing->model;
    for (int t = 0; t < model->problem.n_tensors; t++) {
        const struct as_tensor_plan *plan = &model->tensor[t];
        if (!as_uses(plan, dim) || !as_keeps(timing->mapping, l, t) || timing->stored[l][t] > 0)
            continue;
        for (int i = 0; i < plan->n_lines; i++)
            if (plan->line[i].padded && (plan->line[i].dim[0] == dim || plan->line[i].dim[1] == dim))
                return true;
    }
    return false;
}

static void iterate(
    struct timing *timing, int l, int j, const struct place *place, int64_t trips, struct as_run *run)
{
    const struct as_temporal *loop = &timing->nest->temporal[j];
    const struct as_span span = place->span[loop->dim];
    int64_t tile = timing->nest->chain[loop->dim].cut[loop->cut].tile;
    bool pads = padded(timing, l, loop->dim);
    bool reduces = !as_uses(&timing->model->tensor[timing->model->problem.output], loop->dim);
    bool first_differs = pads || (place->fresh && reduces && j < timing->last_output_loop),
         last_differs = pads || span.length % tile != 0;
    int64_t n_first = first_differs ? 1 : 0, n_last = last_differs ? 1 : 0;
    int64_t start[4] = {0, n_first, trips - n_last > n_first ? trips - n_last : n_first, trips};
    bool begun = false;
    for (int part = 0; part < 3; part++) {
        if (start[part] == start[part + 1])
            continue;
        struct place now = *place, old = *place;
        struct as_run piece;
        int64_t times = start[part + 1] - start[part];
        now.span[loop->dim] = as_slice(span, start[part], tile);
        now.fresh = place->fresh && (!reduces || start[part] == 0);
        sequence(timing, l, j + 1, &now, &piece);
        if (times > 1) {
            struct place next = now;
            next.span[loop->dim] = as_slice(span, start[part] + 1, tile);
            as_run_repeat(&timing->levels, l, &piece, edge_of(timing, l, j, &next, &now), times);
        }
        if (begun) {
            old.span[loop->dim] = as_slice(span, start[part] - 1, tile);
            as_run_join(&timing->levels, l, run, edge_of(timing, l, j, &now, &old), &piece);
        } else {
            *run = piece;
        }
        begun = true;
    }
}

/* The tiles of level l that the temporal loops from j on (of level l - 1) cut from the place. */
static void sequence(struct timing *timing, int l, int j, const struct place *place, struct as_run *run)
{
    for (; j < timing->nest->n_temporal[l]; j++) {
        const struct as_temporal *loop = &timing->nest->temporal[j];
        int64_t tile = timing->nest->chain[loop->dim].cut[loop->cut].tile;
        int64_t trips = ceil_div(place->span[loop->dim].length, tile);
        if (trips > 1) {
            iterate(timing, l, j, place, trips, run);
            return;
        }
    }
    run->single = true;
    run->middle = 0;
    run->first = run->last = inside_of(timing, l, place);
}

/* ---- the whole ---- */

/* Words below level 0 include padding; without an array they are the fills, so the part that is none is known
 * in the mean. */
static double stored_part(const struct timing *timing, int l, int t)
{
    const struct as_traffic *traffic = &timing->traffic[l][t];
    if (traffic->outer > 0 || timing->model->accel.padding_stored || t == timing->model->problem.output)
        return 1;
    return array_free(timing, 0, l) && traffic->reads > 0 ? (double)traffic->reads / (double)traffic->copies
                                                          : 0;
}

static void forget_latest(struct timing *timing)
{
    for (int l = 1; l < timing->mapping->n_levels; l++)
        for (int t = 0; t < timing->model->problem.n_tensors; t++)
            for (int i = 0; i < timing->model->tensor[t].n_lines; i++)
                timing->latest[l][t][i].known = false;
}

bool as_needs_means(int outer, int level)
{
    return outer < level - 1;
}

/* What the loops are to each level: dims on the move, cuts outside of each loop. */
static void look_at_loops(struct timing *timing)
{
    const struct as_model *model = timing->model;
    const struct as_nest *nest = timing->nest;
    int last = timing->mapping->n_levels - 1;
    timing->last_output_loop = -1;
    for (int j = 0; j < nest->n_temporal[last]; j++) {
        const struct as_temporal *loop = &nest->temporal[j];
        bool same_level = j > 0 && nest->temporal[j - 1].level == loop->level;
        const int *around = same_level ? timing->outside[j - 1] : nest->n_cuts[loop->level];
        memcpy(timing->outside[j], around, sizeof timing->outside[j]);
        timing->outside[j][loop->dim] = loop->cut + 1;
        timing->latest_edge[j][false].known = timing->latest_edge[j][true].known = false;
        if (as_uses(&model->tensor[model->problem.output], loop->dim))
            timing->last_output_loop = j;
    }
    for (int l = 1; l <= last; l++) {
        unsigned moving = 0;
        for (int j = nest->n_temporal[l] - 1; j >= 0; j--)
            timing->moving[l][j] = moving |= 1u << nest->temporal[j].dim;
    }
}

static void look_at_levels(struct timing *timing)
{
    timing->even = true;
    for (int l = 1; l < timing->mapping->n_levels; l++) {
        for (int t = 0; t < timing->model->problem.n_tensors; t++) {
            timing->stored[l][t] = as_keeps(timing->mapping, l, t) ? stored_part(timing, l, t) : 1;
            timing->even = timing->even && timing->stored[l][t] > 0;
        }
    }
}

void as_timing_begin(struct timing *timing, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, const struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    struct as_edge *ends)
{
    timing->model = model;
    timing->mapping = mapping;
    timing->nest = nest;
    timing->traffic = traffic;
    timing->fits = true;
    timing->n_known = 0;
    look_at_loops(timing);
    as_levels_init(&timing->levels, model, mapping);
    look_at_levels(timing);
    forget_latest(timing);
    make_ends(timing, ends);
    forget_latest(timing);
}

struct as_edge as_timing_edge(
    struct timing *timing, int l, int j, const struct place *now, const struct place *old)
{
    return *edge_of(timing, l, j, now, old);
}

double as_timing_inside(struct timing *timing, int l, const struct place *place, const struct as_edge *into,
    const struct as_edge *out_of)
{
    struct as_inside inside = inside_of(timing, l, place);
    return as_run_between(&timing->levels, l, &inside, into, out_of);
}

bool as_latency(const struct as_model *model, const struct as_mapping *mapping, const struct as_nest *nest,
    const struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS], struct as_cost *cost)
{
    struct timing timing;
    struct place all = {.fresh = true};
    struct as_edge ends;
    as_timing_begin(&timing, model, mapping, nest, traffic, &ends);
    for (int d = 0; d < model->problem.n_dims; d++)
        all.span[d] = (struct as_span){0, model->problem.dim[d].extent};
    cost->cycles = as_timing_inside(&timing, 0, &all, &ends, &ends);
    as_find_bound(model, mapping, cost);
    return timing.fits;
}
