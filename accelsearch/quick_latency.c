/*
 * Cycles for quick.h: the sequence of each level, loop by loop, as runs (runs.h) of tiles that are equal in
 * length. Iterations are told apart where they differ: the first one (an unfinished sum does not come back
 * yet), the clipped last one, and those between.
 */
#include "accelsearch/quick.h"
#include "accelsearch/runs.h"
#include "accelsearch/window.h"
#include <math.h>
#include <string.h>

/* A place in the nest: the region of each dim inside the loops outside, four bits each, and whether no
 * reduction loop has advanced yet. What is known of places is kept in tables, found by a number made of the
 * place and what else it depends on. */
enum {
    REGION_BITS = 4,
    ANY_REGION = (1 << REGION_BITS) - 1,
    KEY_BITS = REGION_BITS * AS_MAX_DIMS + 1,
    MAX_LOOPS = AS_MAX_DIMS * AS_MAX_DEPTH
};
_Static_assert(AS_MAX_REGIONS <= ANY_REGION + 1, "a region has to fit its bits");
static const uint64_t fresh_bit = (uint64_t)1 << (KEY_BITS - 1), no_key = UINT64_MAX;

static inline int region_at(uint64_t place, int dim)
{
    return (int)(place >> (REGION_BITS * dim) & ANY_REGION);
}
static inline uint64_t with_region(uint64_t place, int dim, int region)
{
    int at = REGION_BITS * dim;
    return (place & ~((uint64_t)ANY_REGION << at)) | (uint64_t)region << at;
}
static inline uint64_t key_of(uint64_t place, int what)
{
    return place | (uint64_t)what << KEY_BITS;
}
static inline int slot_of(uint64_t key, int bits)
{
    return (int)(key * 0x9e3779b97f4a7c15u >> (64 - bits));
}

/* Words of a tensor in a step, inwards and, of the output, on the way back. */
struct words {
    double down, up;
};

/* A tensor that a level keeps, what steps do along its axes, and the words of some steps. */
enum { WORD_BITS = 5, MAX_WORDS = 1 << WORD_BITS };
struct mover {
    const struct as_tensor_plan *plan;
    int tensor;
    double stored; /* part of the words that is no padding */
    double back;   /* 1: the output, 0: another */
    uint64_t dims; /* bits of a place that matter */
    const struct as_single (*single[AS_MAX_RANK])[AS_ADVANCES];
    uint64_t key[MAX_WORDS];
    struct words words[MAX_WORDS];
};

enum { EDGE_BITS = 6, MAX_EDGES = 1 << EDGE_BITS, INSIDE_BITS = 6, MAX_INSIDES = 1 << INSIDE_BITS };

struct clock {
    struct as_quick *quick;
    const struct as_traffic (*traffic)[AS_MAX_TENSORS];
    struct as_levels levels;
    int n_movers[AS_MAX_LEVELS];
    struct mover mover[AS_MAX_LEVELS][AS_MAX_TENSORS];
    double own[AS_MAX_DIMS]
              [AS_MAX_REGIONS]; /* length of the first instance's tile in the innermost regions */
    unsigned moving[AS_MAX_LEVELS][MAX_LOOPS]; /* dims with a loop at j or inside, outside the level */
    int last_output_loop;                      /* innermost loop that changes the output's tile */
    uint64_t edge_key[MAX_EDGES], inside_key[MAX_INSIDES];
    struct as_edge edge[MAX_EDGES];
    struct as_inside inside[MAX_INSIDES];
};

/* ---- transitions ---- */

/* Words of a tensor when dim `dim` advances in the place and the loops inside the regions of the others begin
 * again. */
static struct words work_out_words(struct as_quick *quick, int l, const struct mover *mover, uint64_t place,
    int dim, enum as_advance advance)
{
    const struct as_tensor_plan *plan = mover->plan;
    int64_t taken = 1, held = 1, left = 1;
    for (int i = 0; i < plan->n_singles; i++) {
        int d = plan->single[i];
        const struct as_single *single =
            &mover->single[i][region_at(place, d)][d == dim ? advance : AS_ROUND];
        taken *= single->taken;
        held *= single->held;
        left *= single->left;
    }
    for (int i = 0; i < plan->n_windows; i++) {
        const struct as_line *line = &plan->line[plan->window[i]];
        int x = line->dim[0], y = line->dim[1];
        const struct as_pair *pair = as_quick_pair(quick, l, line,
            (struct as_move_along){region_at(place, x), x == dim ? advance : AS_ROUND},
            (struct as_move_along){region_at(place, y), y == dim ? advance : AS_ROUND});
        taken *= pair->taken;
        held *= pair->held;
    }
    return (struct words){
        (double)taken * mover->stored - (double)held * mover->stored, (double)(left - held) * mover->back};
}

static inline const struct words *step_words(
    struct as_quick *quick, int l, struct mover *mover, uint64_t place, int dim, enum as_advance advance)
{
    bool uses = as_uses(mover->plan, dim);
    uint64_t key = key_of(place & mover->dims, uses ? dim * AS_ADVANCES + (int)advance : 0);
    int slot = slot_of(key, WORD_BITS);
    if (mover->key[slot] != key) {
        mover->key[slot] = key;
        mover->words[slot] = work_out_words(quick, l, mover, place, dim, advance);
    }
    return &mover->words[slot];
}

/* When loop j of level l - 1 advances in the place. Partial sums do not come back to a fresh tile. */
static void work_out_edge(struct clock *clock, int l, int j, uint64_t place, enum as_advance advance,
    bool fresh, struct as_edge *edge)
{
    int output = clock->quick->model->problem.output, dim = clock->quick->nest->temporal[j].dim;
    for (int m = l; m <= clock->levels.last; m++) {
        double down[AS_MAX_TENSORS] = {0}, up = 0;
        struct as_transfer further, *move = m == l ? &edge->own : &further;
        unsigned moving = clock->moving[m][j];
        struct mover *end = clock->mover[m] + clock->n_movers[m];
        for (struct mover *mover = clock->mover[m]; mover < end; mover++) {
            if (!(mover->plan->dims & moving))
                continue;
            const struct words *words = step_words(clock->quick, m, mover, place, dim, advance);
            down[mover->tensor] = words->down;
            up += words->up;
        }
        down[output] = fresh ? 0 : down[output];
        as_lanes_cycles(clock->levels.lanes[m], down, up, move);
        edge->enter[m] = move->all_down;
        edge->leave[m] = move->all_up;
    }
}

static inline const struct as_edge *edge_of(
    struct clock *clock, int l, int j, uint64_t place, enum as_advance advance, bool fresh)
{
    uint64_t around = (place & ~fresh_bit) | (fresh ? fresh_bit : 0);
    uint64_t key = key_of(around, j * AS_ADVANCES + (int)advance);
    int slot = slot_of(key, EDGE_BITS);
    if (clock->edge_key[slot] != key) {
        clock->edge_key[slot] = key;
        work_out_edge(clock, l, j, place, advance, fresh, &clock->edge[slot]);
    }
    return &clock->edge[slot];
}

/* Words of the first step, without the padding that level 0 leaves out. */
static double first_words(const struct as_quick *quick, int l, const struct mover *mover, bool clip)
{
    const struct as_boundary_dim *boundary = quick->boundary[l];
    const struct as_tensor_plan *plan = mover->plan;
    int64_t words = 1;
    for (int i = 0; i < plan->n_singles; i++)
        words *= boundary[plan->single[i]].round[0].taken;
    for (int i = 0; i < plan->n_windows; i++) {
        const struct as_line *line = &plan->line[plan->window[i]];
        struct as_box box = {
            {0, boundary[line->dim[0]].round[0].taken}, {0, boundary[line->dim[1]].round[0].taken}};
        words *= clip && line->padded ? as_box_common(line, &box, &box, line->low, line->high)
                                      : as_box_size(line, box.i.length, box.j.length);
    }
    return (clip ? 1 : mover->stored) * (double)words;
}

/* Words of the output that leave at the end. */
static double last_words(const struct as_quick *quick, int l, const struct as_tensor_plan *plan)
{
    int64_t words = 1;
    for (int i = 0; i < plan->n_singles; i++)
        words *= quick->boundary[l][plan->single[i]].single[0][AS_ROUND].left;
    return (double)words;
}

/* The first step and the end of the run. */
static void make_ends(struct clock *clock, struct as_edge *edge)
{
    const struct as_quick *quick = clock->quick;
    const struct as_model *model = quick->model;
    for (int l = 1; l <= clock->levels.last; l++) {
        const struct as_lanes *lanes = clock->levels.lanes[l];
        double down[AS_MAX_TENSORS] = {0}, up = 0;
        struct as_transfer move;
        for (int i = 0; i < clock->n_movers[l]; i++) {
            const struct mover *mover = &clock->mover[l][i];
            bool clip = clock->traffic[l][mover->tensor].outer == 0 && !model->accel.padding_stored;
            if (mover->tensor == model->problem.output)
                up = last_words(quick, l, mover->plan);
            else
                down[mover->tensor] = first_words(quick, l, mover, clip);
        }
        as_lanes_cycles(lanes, down, up, &move);
        edge->enter[l] = move.all_down;
        edge->leave[l] = move.all_up;
    }
}

/* ---- tiles ---- */

static void sequence(struct clock *clock, int l, int j, uint64_t place, struct as_run *run);

static void compute_time(const struct clock *clock, uint64_t place, struct as_inside *inside)
{
    const struct as_model *model = clock->quick->model;
    double time = 1;
    for (int d = 0; d < model->problem.n_dims; d++)
        time *= clock->own[d][region_at(place, d)];
    inside->time = ceil(time / model->accel.macs_per_cycle);
}

/* Inside a tile of level l. */
static void inside_of(struct clock *clock, int l, uint64_t place, struct as_inside *inside)
{
    struct as_run run;
    if (l == clock->levels.last) {
        compute_time(clock, place, inside);
        return;
    }
    uint64_t key = key_of(place, l);
    int slot = slot_of(key, INSIDE_BITS);
    if (clock->inside_key[slot] == key) {
        as_inside_copy(&clock->levels, l, inside, &clock->inside[slot]);
        return;
    }
    sequence(clock, l + 1, clock->quick->nest->n_temporal[l], place, &run);
    as_run_close(&clock->levels, l + 1, &run, inside);
    clock->inside_key[slot] = key;
    as_inside_copy(&clock->levels, l, &clock->inside[slot], inside);
}

static void iterate(struct clock *clock, int l, int j, uint64_t place, struct as_run *run)
{
    const struct as_quick *quick = clock->quick;
    int dim = quick->nest->temporal[j].dim;
    const struct as_region *region = &quick->regions[dim].region[region_at(place, dim)];
    bool fresh = (place & fresh_bit) != 0,
         reduces = !as_uses(&quick->model->tensor[quick->model->problem.output], dim);
    int64_t first = fresh & reduces & (j < clock->last_output_loop) & (region->full > 0),
            more = region->full - first;
    uint64_t now = with_region(place, dim, region->tile);
    struct as_run next;
    sequence(clock, l, j + 1, now, run);
    if (first && more > 0) {
        sequence(clock, l, j + 1, now & ~fresh_bit, &next);
        if (more > 1)
            as_run_repeat(&clock->levels, l, &next, edge_of(clock, l, j, place, AS_TO_FULL, false), more);
        as_run_join(&clock->levels, l, run, edge_of(clock, l, j, place, AS_TO_FULL, false), &next);
    } else if (more > 1) {
        as_run_repeat(&clock->levels, l, run, edge_of(clock, l, j, place, AS_TO_FULL, fresh), more);
    }
    if (region->rest < 0)
        return;
    now = with_region(place, dim, region->rest);
    fresh = fresh && !reduces;
    now = fresh ? now : now & ~fresh_bit;
    sequence(clock, l, j + 1, now, &next);
    as_run_join(&clock->levels, l, run, edge_of(clock, l, j, place, AS_TO_REST, fresh), &next);
}

/* The tiles of level l that the temporal loops from j on (of level l - 1) cut from the place. */
static void sequence(struct clock *clock, int l, int j, uint64_t place, struct as_run *run)
{
    const struct as_quick *quick = clock->quick;
    if (j > clock->last_output_loop)
        place &= ~fresh_bit; /* it makes no difference any more */
    for (; j < quick->nest->n_temporal[l]; j++) {
        int dim = quick->nest->temporal[j].dim;
        const struct as_region *region = &quick->regions[dim].region[region_at(place, dim)];
        if (region->trips > 1) {
            iterate(clock, l, j, place, run);
            return;
        }
        place = with_region(place, dim, region->full ? region->tile : region->rest);
    }
    run->single = true;
    run->middle = 0;
    inside_of(clock, l, place, &run->first);
    as_inside_copy(&clock->levels, l, &run->last, &run->first);
}

/* ---- the whole ---- */

/* Of a tensor's words, the part that is no padding: where level 0 leaves that out, it is known in the mean.
 * Below an array, where it is not, 0. */
static double stored_part(const struct as_quick *quick, const struct as_traffic *traffic, int t)
{
    const struct as_model *model = quick->model;
    const struct as_tensor_plan *plan = &model->tensor[t];
    bool padded = false;
    for (int i = 0; i < plan->n_lines; i++)
        padded = padded || plan->line[i].padded;
    if (traffic->outer > 0 || model->accel.padding_stored || !padded)
        return 1;
    for (int d = 0; d < model->problem.n_dims; d++)
        if (quick->boundary[traffic->level][d].spread)
            return 0;
    return (double)traffic->reads / (double)traffic->copies;
}

static void look_at_loops(struct clock *clock)
{
    const struct as_quick *quick = clock->quick;
    const struct as_model *model = quick->model;
    const struct as_nest *nest = quick->nest;
    int last = clock->levels.last;
    clock->last_output_loop = -1;
    for (int j = 0; j < nest->n_temporal[last]; j++)
        if (as_uses(&model->tensor[model->problem.output], nest->temporal[j].dim))
            clock->last_output_loop = j;
    for (int l = 1; l <= last; l++) {
        unsigned moving = 0;
        for (int j = nest->n_temporal[l] - 1; j >= 0; j--)
            clock->moving[l][j] = moving |= 1u << nest->temporal[j].dim;
    }
}

static void look_at_tiles(struct clock *clock)
{
    const struct as_quick *quick = clock->quick;
    for (int d = 0; d < quick->model->problem.n_dims; d++) {
        const struct as_regions *regions = &quick->regions[d];
        const struct as_chain *chain = &quick->nest->chain[d];
        int64_t tile = chain->n ? chain->cut[chain->n - 1].tile : chain->extent;
        for (int r = regions->first[regions->depth]; r < regions->first[regions->depth + 1]; r++) {
            int64_t length = regions->region[r].length;
            clock->own[d][r] = (double)(length < tile ? length : tile);
        }
    }
}

static void forget(uint64_t *keys, int n)
{
    for (int i = 0; i < n; i++)
        keys[i] = no_key;
}

/* The tensors that each level moves. False where padding is left out below an array. */
static bool list_movers(struct clock *clock)
{
    const struct as_quick *quick = clock->quick;
    for (int l = 1; l <= clock->levels.last; l++) {
        int n = 0;
        for (int t = 0; t < quick->model->problem.n_tensors; t++) {
            struct mover *mover = &clock->mover[l][n];
            if (!as_keeps(quick->mapping, l, t))
                continue;
            n++;
            mover->plan = &quick->model->tensor[t];
            mover->tensor = t;
            mover->back = t == quick->model->problem.output;
            mover->stored = stored_part(quick, &clock->traffic[l][t], t);
            for (int i = 0; i < mover->plan->n_singles; i++)
                mover->single[i] = quick->boundary[l][mover->plan->single[i]].single;
            if (mover->stored == 0)
                return false;
            mover->dims = 0;
            for (int d = 0; d < quick->model->problem.n_dims; d++)
                mover->dims |= as_uses(mover->plan, d) ? with_region(0, d, ANY_REGION) : 0;
            forget(mover->key, MAX_WORDS);
        }
        clock->n_movers[l] = n;
    }
    return true;
}

bool as_quick_latency(struct as_quick *quick, const struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    struct as_cost *cost)
{
    struct clock clock;
    struct as_edge ends;
    struct as_inside inside;
    clock.quick = quick;
    clock.traffic = traffic;
    forget(clock.edge_key, MAX_EDGES);
    forget(clock.inside_key, MAX_INSIDES);
    as_levels_init(&clock.levels, quick->model, quick->mapping);
    look_at_loops(&clock);
    look_at_tiles(&clock);
    if (!list_movers(&clock))
        return false;
    make_ends(&clock, &ends);
    inside_of(&clock, 0, fresh_bit, &inside);
    cost->cycles = as_run_between(&clock.levels, 0, &inside, &ends, &ends);
    as_find_bound(quick->model, quick->mapping, cost);
    return quick->fits;
}
