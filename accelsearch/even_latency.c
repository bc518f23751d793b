/*
 * Cycles of docs/model.md, "Latency", by groups of steps. With e the innermost loop of a level's sequence,
 * every tile of it is entered or left by an advance of e: there are the tiles entered by another loop j,
 * those left by one, the first and the last of the sequence, and those between. All of a group are alike but
 * for partial sums, that do not come back to a fresh tile (no reduction loop has advanced yet): so tiles are
 * told apart by that, too.
 *
 * What happens at the ends of the sequence depends on the loop that enters or leaves the tile around:
 * enter[j + 1], leave[j + 1]; [0]: the run's ends.
 */
#include "accelsearch/even.h"
#include "accelsearch/lanes.h"

enum { ENDS = AS_MAX_TEMPORAL + 1 };

/* Cycles inside a tile, without its ends; [fresh]. same[j]: enter and leave are those of j - 1. */
struct inside {
    double time[2];
    double enter[ENDS][2], leave[ENDS][2];
    bool same[ENDS];
};

/* The tiles of a level inside one of the level around. */
struct moves;
struct sequence {
    const struct as_even *even;
    const struct as_lanes *lanes;
    const struct inside *inside;
    int level, low, high; /* its loops: low..high-1 */
    bool doubled;         /* double-buffered */
    bool last_reduces;    /* loop high - 1 is one of a reduction */
    bool reduces;         /* some loop is */
    const struct moves *moves;
};

static bool reduces(const struct as_even *even, int j)
{
    return even->reducing >> j & 1;
}

/* ---- transitions ---- */

/* A level's transitions; equal ones, as those of all loops that leave nothing held, are worked out once. */
struct moves {
    const struct as_transfer *of[ENDS][2]; /* loop + 1, [fresh] */
    bool same[ENDS];                       /* as those of the loop before */
    struct as_transfer transfer[2 * ENDS];
};

/* Transitions 0 .. are the same. */
static int flat_until(const struct as_even *even, int level)
{
    int flat = even->nest->n_temporal[level];
    for (int t = 0; t < even->model->problem.n_tensors; t++)
        if (as_keeps(even->mapping, level, t) && even->words[level][t].flat < flat)
            flat = even->words[level][t].flat;
    return flat;
}

static void find_moves(
    const struct as_even *even, int level, const struct as_lanes *lanes, struct moves *moves)
{
    int n = even->model->problem.n_tensors, output = even->model->problem.output, used = 0;
    int flat = flat_until(even, level);
    for (int j = 0; j <= even->nest->n_temporal[level]; j++) {
        double down[AS_MAX_TENSORS] = {0}, up = 0;
        moves->same[j] = j > even->padded && j <= flat;
        if (moves->same[j]) {
            moves->of[j][0] = moves->of[j - 1][0];
            moves->of[j][1] = moves->of[j - 1][1];
            continue;
        }
        for (int t = 0; t < n; t++)
            if (as_keeps(even->mapping, level, t))
                down[t] = even->words[level][t].moved[j];
        if (as_keeps(even->mapping, level, output))
            up = down[output];
        moves->of[j][0] = moves->of[j][1] = &moves->transfer[used];
        as_lanes_cycles(lanes, down, up, &moves->transfer[used++]);
        /* No tile is fresh when a reduction loop advances; but others may be the same. */
        if (down[output] == 0 || (j > flat && reduces(even, j - 1)))
            continue;
        down[output] = 0;
        moves->of[j][1] = &moves->transfer[used];
        as_lanes_cycles(lanes, down, up, &moves->transfer[used++]);
    }
}

/* ---- tiles ---- */

/* Of the first tile or the last, beside which only one transition takes its cycles. */
static double tile_at_end(const struct sequence *s, double inside, double moving)
{
    if (s->doubled)
        return inside > moving ? inside : moving;
    return inside + moving;
}

/* A tile entered by `in` and left by `out` (loop + 1). */
static double between(const struct sequence *s, int in, int out, bool fresh, bool next_fresh)
{
    const struct inside *inside = s->inside;
    const struct as_transfer *load = s->moves->of[out][next_fresh], *store = s->moves->of[in][0];
    double time = inside->time[fresh] + inside->enter[in][fresh] + inside->leave[out][fresh];
    if (!s->doubled)
        return time + load->all_down + store->all_up;
    double moving = as_slowest(s->lanes, load->down, store->up);
    return time > moving ? time : moving;
}

/* Whether transitions by loops j and j - 1 (+ 1) take the same, inside the tile, too. */
static bool like_before(const struct sequence *s, int j)
{
    return s->moves->same[j] && s->inside->same[j];
}

/* All tiles but the first and the last. */
static double between_ends(const struct sequence *s, bool fresh_around)
{
    const struct as_even *even = s->even;
    double time = 0, entered = 0, left = 0;
    /* Regions of the loops outside j, and of them those whose first tile is fresh. */
    int64_t regions = 1, fresh_regions = fresh_around;
    bool any_inside[ENDS], inside = false;
    for (int j = s->high - 1; j >= s->low; j--) {
        any_inside[j] = inside;
        inside = inside || reduces(even, j);
    }
    for (int j = s->low; j < s->high - 1; j++) {
        int64_t advances = regions * (even->trips[j] - 1);
        int64_t fresh_advances = fresh_regions * (even->trips[j] - 1);
        /* Fresh tiles that an advance of j enters; that one leaves. */
        int64_t in = reduces(even, j) ? 0 : fresh_advances;
        int64_t out = any_inside[j] ? 0 : reduces(even, j) ? fresh_regions : fresh_advances;
        int64_t told_apart = in > out ? in : out;
        if (j == s->low || !like_before(s, j + 1)) {
            entered = between(s, j + 1, s->high, false, false);
            left = between(s, s->high, j + 1, false, false);
        }
        if (in > 0)
            time += (double)in * between(s, j + 1, s->high, true, !s->last_reduces);
        time += (double)(advances - in) * entered + (double)(advances - told_apart) * left;
        if (told_apart > 0)
            time += (double)told_apart * between(s, s->high, j + 1, out > 0, in > 0);
        regions *= even->trips[j];
        fresh_regions *= reduces(even, j) ? 1 : even->trips[j];
    }
    int64_t times = even->trips[s->high - 1] - 2, fresh = s->last_reduces ? 0 : fresh_regions;
    if (times > 0 && fresh > 0)
        time += (double)(fresh * times) * between(s, s->high, s->high, true, true);
    if (times > 0 && regions > fresh)
        time += (double)((regions - fresh) * times) * between(s, s->high, s->high, false, false);
    return time;
}

/* The ends of the sequence when loop j - 1 enters or leaves the tile around. */
static void find_ends(const struct sequence *s, int j, bool fresh, struct inside *around)
{
    const struct inside *inside = s->inside;
    double down = s->moves->of[j][fresh]->all_down, up = s->moves->of[j][0]->all_up;
    if (s->high == s->low) {
        around->enter[j][fresh] = down + inside->enter[j][fresh];
        around->leave[j][fresh] = up + inside->leave[j][fresh];
        return;
    }
    bool next = fresh && !s->last_reduces, last = fresh && !s->reduces;
    double first = inside->time[fresh] + inside->enter[j][fresh] + inside->leave[s->high][fresh];
    double end = inside->time[last] + inside->enter[s->high][last] + inside->leave[j][last];
    around->enter[j][fresh] = down + tile_at_end(s, first, s->moves->of[s->high][next]->all_down);
    around->leave[j][fresh] = up + tile_at_end(s, end, s->moves->of[s->high][0]->all_up);
}

static void go_outwards(const struct sequence *s, struct inside *around)
{
    /* The whole run is fresh. */
    for (int fresh = s->level == 1; fresh < 2; fresh++)
        around->time[fresh] = s->high == s->low ? s->inside->time[fresh] : between_ends(s, fresh);
    for (int j = 0; j <= s->low; j++) {
        around->same[j] = like_before(s, j);
        for (int fresh = 0; fresh < 2; fresh++) {
            if (!around->same[j])
                find_ends(s, j, fresh, around);
            else {
                around->enter[j][fresh] = around->enter[j - 1][fresh];
                around->leave[j][fresh] = around->leave[j - 1][fresh];
            }
        }
    }
}

/* ---- the whole ---- */

/* Of the first instance, whose tile is the largest. */
static void compute(const struct as_even *even, struct inside *inside)
{
    int last = even->mapping->n_levels - 1, macs = even->model->accel.macs_per_cycle;
    int64_t points = 1;
    for (int d = 0; d < even->model->problem.n_dims; d++) {
        const struct as_chain *chain = &even->nest->chain[d];
        int64_t tile = even->tile[last][d], own = chain->n ? chain->cut[chain->n - 1].tile : chain->extent;
        points *= own < tile ? own : tile;
    }
    int64_t cycles = (points + macs - 1) / macs;
    inside->time[0] = inside->time[1] = (double)cycles;
    for (int j = 0; j <= even->nest->n_temporal[last]; j++) {
        inside->same[j] = j > 0;
        for (int fresh = 0; fresh < 2; fresh++)
            inside->enter[j][fresh] = inside->leave[j][fresh] = 0;
    }
}

void as_even_latency(const struct as_even *even, struct as_cost *cost)
{
    struct as_lanes room;
    struct moves moves;
    struct inside inside[2];
    int now = 0;
    compute(even, &inside[now]);
    for (int l = even->mapping->n_levels - 1; l > 0; l--, now = !now) {
        struct sequence s = {.even = even, .inside = &inside[now], .level = l, .moves = &moves};
        s.low = even->nest->n_temporal[l - 1];
        s.high = even->nest->n_temporal[l];
        s.doubled = even->model->accel.level[l].buffers > 1;
        s.last_reduces = s.high > s.low && reduces(even, s.high - 1);
        for (int j = s.low; j < s.high; j++)
            s.reduces = s.reduces || reduces(even, j);
        s.lanes = as_lanes_of(even->model, even->mapping, l, &room);
        find_moves(even, l, s.lanes, &moves);
        go_outwards(&s, &inside[!now]);
    }
    cost->cycles = inside[now].time[1] + inside[now].enter[0][1] + inside[now].leave[0][1];
    as_find_bound(even->model, even->mapping, cost);
}
