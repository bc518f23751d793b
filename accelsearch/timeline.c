#include "accelsearch/timeline.h"
#include "accelsearch/timing.h"
#include "support/number.h"

/* Index of every temporal loop; the trips follow from those outside. */
struct position {
    int64_t index[AS_MAX_TEMPORAL], trips[AS_MAX_TEMPORAL];
};

struct as_timeline {
    struct as_model model;
    struct as_mapping mapping;
    struct as_nest nest;
    struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS];
    struct timing timing;
    struct as_edge ends;
    int level; /* where it is */
    struct position position;
};

enum naas_status as_timeline_new(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, struct as_timeline **timeline)
{
    struct as_timeline *made = naas_alloc(ctx, 1, sizeof *made);
    struct as_cost cost = {0};
    as_model_init(&made->model, problem, accel);
    made->mapping = *mapping;
    if (!made->model.covered || !as_nest_build(&made->model, mapping, &made->nest) ||
        !as_model_counts(&made->model, mapping, &made->nest, true, made->traffic, &cost))
        return NAAS_UNSUPPORTED;
    as_timing_begin(&made->timing, &made->model, &made->mapping, &made->nest, made->traffic, &made->ends);
    *timeline = made;
    return NAAS_OK;
}

/* ---- places ---- */

static void take_index(const struct as_timeline *timeline, int j, int64_t index, struct place *place)
{
    const struct as_model *model = &timeline->model;
    const struct as_temporal *loop = &timeline->nest.temporal[j];
    struct as_span *span = &place->span[loop->dim];
    *span = as_slice(*span, index, timeline->nest.chain[loop->dim].cut[loop->cut].tile);
    if (index > 0 && !as_uses(&model->tensor[model->problem.output], loop->dim))
        place->fresh = false;
}

/* The place inside of the loops before n; sets their trips. */
static struct place place_at(const struct as_timeline *timeline, struct position *position, int n)
{
    const struct as_nest *nest = &timeline->nest;
    struct place place = {.fresh = true};
    for (int d = 0; d < timeline->model.problem.n_dims; d++)
        place.span[d] = (struct as_span){0, timeline->model.problem.dim[d].extent};
    for (int j = 0, entered = 0; j < n; j++) {
        const struct as_temporal *loop = &nest->temporal[j];
        while (entered < loop->level)
            as_timing_enter_array(&timeline->timing, ++entered, &place);
        int64_t tile = nest->chain[loop->dim].cut[loop->cut].tile;
        position->trips[j] = ceil_div(place.span[loop->dim].length, tile);
        take_index(timeline, j, position->index[j], &place);
    }
    return place;
}

/* The same with the arrays on the way to the tiles of a level. */
static struct place tile_at(const struct as_timeline *timeline, struct position *position, int level)
{
    int n = timeline->nest.n_temporal[level];
    struct place place = place_at(timeline, position, n);
    int entered = n > 0 ? timeline->nest.temporal[n - 1].level : 0;
    while (entered < level - 1)
        as_timing_enter_array(&timeline->timing, ++entered, &place);
    return place;
}

/* The loops outside of a level's sequence, at its first or at a typical one. */
static struct position sequence_at(const struct as_timeline *timeline, int level, bool typical)
{
    struct position position = {0};
    for (int j = 0; j < timeline->nest.n_temporal[level - 1] && typical; j++) {
        place_at(timeline, &position, j + 1);
        int64_t trips = position.trips[j];
        position.index[j] = trips > 2 ? trips / 2 : trips - 1;
    }
    return position;
}

int64_t as_timeline_seek(struct as_timeline *timeline, int level, bool typical, int64_t number)
{
    int begin = timeline->nest.n_temporal[level - 1], end = timeline->nest.n_temporal[level];
    struct position position = sequence_at(timeline, level, typical);
    int64_t n = 1;
    place_at(timeline, &position, end);
    for (int j = end - 1; j >= begin; j--) {
        n *= position.trips[j];
        position.index[j] = number % position.trips[j];
        number /= position.trips[j];
    }
    for (int j = begin; j < end; j++) {
        int64_t index = position.index[j];
        position.index[j] = 0;
        place_at(timeline, &position, j + 1);
        position.index[j] = index < position.trips[j] ? index : position.trips[j] - 1;
    }
    timeline->level = level;
    timeline->position = position;
    return n;
}

bool as_timeline_repeats(const struct as_timeline *timeline, int level)
{
    struct position position = {0};
    place_at(timeline, &position, timeline->nest.n_temporal[level - 1]);
    for (int j = 0; j < timeline->nest.n_temporal[level - 1]; j++)
        if (position.trips[j] > 1)
            return true;
    return false;
}

/* ---- transitions ---- */

/* The loop of those before n that goes on next: the others inside it begin again. -1: none does. */
static int advance(const struct as_timeline *timeline, struct position *position, int n)
{
    int j = n - 1;
    while (j >= 0 && position->index[j] + 1 >= position->trips[j])
        position->index[j--] = 0;
    if (j < 0)
        return -1;
    position->index[j]++;
    place_at(timeline, position, n);
    return j;
}

bool as_timeline_next(struct as_timeline *timeline)
{
    int n = timeline->nest.n_temporal[timeline->level];
    struct position next = timeline->position;
    if (advance(timeline, &next, n) < timeline->nest.n_temporal[timeline->level - 1])
        return false;
    timeline->position = next;
    return true;
}

/* Into the position, which loop j has reached by going on; -1: the ends of the run. */
static struct as_edge edge_into(struct as_timeline *timeline, struct position position, int j)
{
    if (j < 0)
        return timeline->ends;
    struct place now = place_at(timeline, &position, j + 1);
    position.index[j]--;
    struct place old = place_at(timeline, &position, j + 1);
    return as_timing_edge(&timeline->timing, timeline->nest.temporal[j].level + 1, j, &now, &old);
}

struct as_tile_time as_timeline_tile(struct as_timeline *timeline)
{
    int level = timeline->level, begin = timeline->nest.n_temporal[level - 1],
        end = timeline->nest.n_temporal[level];
    const struct as_lanes *lanes = timeline->timing.levels.lanes[level];
    struct position position = timeline->position, next = position;
    struct place place = tile_at(timeline, &position, level);
    int before = end - 1, after = advance(timeline, &next, end);
    while (before >= 0 && position.index[before] == 0)
        before--;
    struct as_edge in = edge_into(timeline, position, before), out = edge_into(timeline, next, after);
    return (struct as_tile_time){
        .load = before >= begin ? in.own.all_down : in.enter[level],
        .store = after >= begin ? out.own.all_up : out.leave[level],
        .inside = as_timing_inside(&timeline->timing, level, &place, &in, &out),
        .beside = as_slowest(lanes, after >= begin ? out.own.down : NULL, before >= begin ? in.own.up : NULL),
    };
}
