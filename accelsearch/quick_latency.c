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

/* A place in the nest: the region of each dim inside the loops outside, and whether no reduction loop has
 * advanced yet. */
enum { FRESH = AS_MAX_DIMS, PLACE_BYTES = 16, MAX_LOOPS = AS_MAX_DIMS * AS_MAX_DEPTH };
struct place {
    union {
        uint8_t region[PLACE_BYTES];
        uint64_t word[2];
    };
};
static bool same_place(struct place a, struct place b)
{
    return a.word[0] == b.word[0] && a.word[1] == b.word[1];
}

/* A tensor that a level keeps, and what steps do along its axes. */
struct mover {
    const struct as_tensor_plan *plan;
    int tensor;
    double stored; /* part of the words that is no padding */
    const struct as_single (*single[AS_MAX_RANK])[AS_ADVANCES];
};

/* The latest transition of a loop: neighbouring ones are mostly the same. Partial sums do not come back to
 * fresh tiles; where that makes no difference there is one edge for both. */
struct latest {
    bool known, same;
    struct place place;
    struct as_edge edge[2]; /* [fresh] */
};

/* The inside of a place already seen. */
enum { MAX_KNOWN = 64 };
struct known {
    int level;
    struct place place;
    struct as_inside inside;
};

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
    struct latest latest[MAX_LOOPS][2];        /* to a full tile, to the clipped one */
    int n_known;
    struct known known[MAX_KNOWN];
};

/* ---- transitions ---- */

static void copy_down(const struct as_lanes *lanes, struct as_transfer *to, const struct as_transfer *from)
{
    for (int i = 0; i < lanes->n; i++)
        to->down[i] = from->down[i];
    to->all_down = from->all_down;
}
static void copy_up(const struct as_lanes *lanes, struct as_transfer *to, const struct as_transfer *from)
{
    for (int i = 0; i < lanes->n; i++)
        to->up[i] = from->up[i];
    to->all_up = from->all_up;
}

/* Words of a tensor when dim `dim` advances in the place and the loops inside the regions of the others begin
 * again. left: of the output only. */
static inline struct as_single step_words(struct as_quick *quick, int l, const struct mover *mover,
    const struct place *place, int dim, enum as_advance advance, bool output)
{
    const struct as_tensor_plan *plan = mover->plan;
    struct as_single words = {1, 1, 1};
    for (int i = 0; i < plan->n_singles; i++) {
        int d = plan->single[i];
        const struct as_single *single = &mover->single[i][place->region[d]][d == dim ? advance : AS_ROUND];
        words.taken *= single->taken;
        words.held *= single->held;
        if (output)
            words.left *= single->left;
    }
    for (int i = 0; i < plan->n_windows; i++) {
        const struct as_line *line = &plan->line[plan->window[i]];
        int x = line->dim[0], y = line->dim[1];
        const struct as_pair *pair = as_quick_pair(quick, l, line,
            (struct as_move_along){place->region[x], x == dim ? advance : AS_ROUND},
            (struct as_move_along){place->region[y], y == dim ? advance : AS_ROUND});
        words.taken *= pair->taken;
        words.held *= pair->held;
    }
    return words;
}

/* The part of an edge that level m moves, [fresh]; returns whether a partial sum comes back: only then is
 * [true] set. */
static bool move_level(struct clock *clock, int l, int m, int j, const struct place *place,
    enum as_advance advance, struct as_edge edge[2])
{
    int output = clock->quick->model->problem.output, dim = clock->quick->nest->temporal[j].dim;
    const struct as_lanes *lanes = clock->levels.lanes[m];
    unsigned moving = clock->moving[m][j];
    double down[AS_MAX_TENSORS] = {0}, up = 0;
    struct as_transfer move, *to = m == l ? &edge[false].own : &move;
    for (int i = 0; i < clock->n_movers[m]; i++) {
        const struct mover *mover = &clock->mover[m][i];
        if (!(mover->plan->dims & moving))
            continue;
        if (mover->tensor == output) {
            struct as_single words = step_words(clock->quick, m, mover, place, dim, advance, true);
            down[output] = (double)words.taken * mover->stored - (double)words.held * mover->stored;
            up = (double)(words.left - words.held);
        } else {
            struct as_single words = step_words(clock->quick, m, mover, place, dim, advance, false);
            down[mover->tensor] = (double)words.taken * mover->stored - (double)words.held * mover->stored;
        }
    }
    as_lanes_cycles(lanes, down, up, to);
    edge[false].enter[m] = to->all_down;
    edge[false].leave[m] = to->all_up;
    if (down[output] <= 0)
        return false;
    to = m == l ? &edge[true].own : &move;
    down[output] = 0;
    as_lanes_down(lanes, down, to);
    edge[true].enter[m] = to->all_down;
    edge[true].leave[m] = edge[false].leave[m];
    if (m == l)
        copy_up(lanes, &edge[true].own, &edge[false].own);
    return true;
}

static void work_out_edge(struct clock *clock, int l, int j, const struct place *place,
    enum as_advance advance, struct latest *latest)
{
    struct as_edge *edge = latest->edge;
    unsigned returns = 0;
    for (int m = l; m <= clock->levels.last; m++)
        returns |= (unsigned)move_level(clock, l, m, j, place, advance, edge) << m;
    latest->same = returns == 0;
    if (latest->same)
        return;
    for (int m = l; m <= clock->levels.last; m++) {
        if (returns >> m & 1)
            continue;
        edge[true].enter[m] = edge[false].enter[m];
        edge[true].leave[m] = edge[false].leave[m];
        if (m == l) {
            copy_down(clock->levels.lanes[l], &edge[true].own, &edge[false].own);
            copy_up(clock->levels.lanes[l], &edge[true].own, &edge[false].own);
        }
    }
}

/* Loop j of level l - 1 advances in the place. */
static inline const struct as_edge *edge_of(
    struct clock *clock, int l, int j, struct place place, enum as_advance advance, bool fresh)
{
    struct latest *latest = &clock->latest[j][advance - AS_TO_FULL];
    place.region[FRESH] = false;
    if (!latest->known || !same_place(latest->place, place)) {
        work_out_edge(clock, l, j, &place, advance, latest);
        latest->known = true;
        latest->place = place;
    }
    return &latest->edge[fresh && !latest->same];
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

static void sequence(struct clock *clock, int l, int j, struct place place, struct as_run *run);

static void compute_time(const struct clock *clock, struct place place, struct as_inside *inside)
{
    const struct as_model *model = clock->quick->model;
    double time = 1;
    for (int d = 0; d < model->problem.n_dims; d++)
        time *= clock->own[d][place.region[d]];
    inside->time = ceil(time / model->accel.macs_per_cycle);
}

/* Inside a tile of level l. */
static void inside_of(struct clock *clock, int l, struct place place, struct as_inside *inside)
{
    struct as_run run;
    if (l == clock->levels.last) {
        compute_time(clock, place, inside);
        return;
    }
    for (int i = 0; i < clock->n_known; i++)
        if (clock->known[i].level == l && same_place(clock->known[i].place, place)) {
            as_inside_copy(&clock->levels, l, inside, &clock->known[i].inside);
            return;
        }
    sequence(clock, l + 1, clock->quick->nest->n_temporal[l], place, &run);
    as_run_close(&clock->levels, l + 1, &run, inside);
    if (clock->n_known < MAX_KNOWN) {
        struct known *known = &clock->known[clock->n_known++];
        known->level = l;
        known->place = place;
        as_inside_copy(&clock->levels, l, &known->inside, inside);
    }
}

static void iterate(struct clock *clock, int l, int j, struct place place, struct as_run *run)
{
    const struct as_quick *quick = clock->quick;
    int dim = quick->nest->temporal[j].dim;
    const struct as_region *region = &quick->regions[dim].region[place.region[dim]];
    bool fresh = place.region[FRESH],
         reduces = !as_uses(&quick->model->tensor[quick->model->problem.output], dim);
    int64_t first = fresh && reduces && j < clock->last_output_loop && region->full > 0,
            more = region->full - first;
    struct place now = place;
    struct as_run next;
    now.region[dim] = (uint8_t)region->tile;
    sequence(clock, l, j + 1, now, run);
    if (first && more > 0) {
        now.region[FRESH] = false;
        sequence(clock, l, j + 1, now, &next);
        if (more > 1)
            as_run_repeat(&clock->levels, l, &next, edge_of(clock, l, j, place, AS_TO_FULL, false), more);
        as_run_join(&clock->levels, l, run, edge_of(clock, l, j, place, AS_TO_FULL, false), &next);
    } else if (more > 1) {
        as_run_repeat(&clock->levels, l, run, edge_of(clock, l, j, place, AS_TO_FULL, fresh), more);
    }
    if (region->rest < 0)
        return;
    now.region[dim] = (uint8_t)region->rest;
    now.region[FRESH] = fresh && !reduces;
    sequence(clock, l, j + 1, now, &next);
    as_run_join(&clock->levels, l, run, edge_of(clock, l, j, place, AS_TO_REST, now.region[FRESH]), &next);
}

/* The tiles of level l that the temporal loops from j on (of level l - 1) cut from the place. */
static void sequence(struct clock *clock, int l, int j, struct place place, struct as_run *run)
{
    const struct as_quick *quick = clock->quick;
    for (; j < quick->nest->n_temporal[l]; j++) {
        int dim = quick->nest->temporal[j].dim;
        const struct as_region *region = &quick->regions[dim].region[place.region[dim]];
        if (region->trips > 1) {
            iterate(clock, l, j, place, run);
            return;
        }
        place.region[dim] = (uint8_t)(region->full ? region->tile : region->rest);
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
    for (int j = 0; j < nest->n_temporal[last]; j++) {
        for (int a = 0; a < 2; a++)
            clock->latest[j][a].known = false;
        if (as_uses(&model->tensor[model->problem.output], nest->temporal[j].dim))
            clock->last_output_loop = j;
    }
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
            mover->stored = stored_part(quick, &clock->traffic[l][t], t);
            for (int i = 0; i < mover->plan->n_singles; i++)
                mover->single[i] = quick->boundary[l][mover->plan->single[i]].single;
            if (mover->stored == 0)
                return false;
        }
        clock->n_movers[l] = n;
    }
    return true;
}

bool as_quick_latency(struct as_quick *quick, const struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    struct as_cost *cost)
{
    struct clock clock;
    struct place all = {.word = {0, 0}};
    struct as_edge ends;
    struct as_inside inside;
    clock.quick = quick;
    clock.traffic = traffic;
    clock.n_known = 0;
    as_levels_init(&clock.levels, quick->model, quick->mapping);
    look_at_loops(&clock);
    look_at_tiles(&clock);
    if (!list_movers(&clock))
        return false;
    make_ends(&clock, &ends);
    all.region[FRESH] = true;
    inside_of(&clock, 0, all, &inside);
    cost->cycles = as_run_between(&clock.levels, 0, &inside, &ends, &ends);
    as_find_bound(quick->model, quick->mapping, cost);
    return quick->fits;
}
