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
#include "support/number.h"

enum { ENDS = AS_MAX_TEMPORAL + 1 };

/* Of what is the same for loops 0 .. flat (+ 1), but for padding in 0, only the first is kept. */
static int kept_as(const struct as_even *even, int flat, int j)
{
    return j > flat ? j : j > even->padded ? even->padded : j;
}
static int next_kept(const struct as_even *even, int flat, int j)
{
    int first = flat < even->padded ? flat : even->padded; /* the last one of those before flat */
    return (j == first ? flat : j) + 1;
}

/* Cycles inside a tile, without its ends; [fresh]. */
struct inside {
    double time[2];
    int flat;
    double enter[ENDS][2], leave[ENDS][2];
};

/* A level's transitions, loop + 1. Partial sums do not come back to a fresh tile. */
struct moves {
    int flat;
    struct as_transfer transfer[ENDS], to_fresh[ENDS]; /* to_fresh: only down */
};

/* What goes on beside a tile when a loop advances; [fresh]. */
struct step {
    const struct as_transfer *load[2], *store;
    const double *enter, *leave; /* inside the tile */
};

/* The tiles of a level inside one of the level around. */
struct sequence {
    const struct as_even *even;
    const struct as_lanes *lanes;
    const struct inside *inside;
    const struct moves *moves;
    int level, low, high;  /* its loops: low..high-1 */
    struct step innermost; /* of loop high - 1 */
    bool doubled;          /* double-buffered */
    bool last_reduces;     /* loop high - 1 is one of a reduction */
    bool reduces;          /* some loop is */
};

/* Bits 0 .. n - 1. */
static uint64_t loops_before(int n)
{
    return n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
}
static bool reduces(const struct as_even *even, int j)
{
    return even->reducing >> j & 1;
}

/* ---- transitions ---- */

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
    int n = even->model->problem.n_tensors, output = even->model->problem.output;
    int flat = moves->flat = flat_until(even, level);
    for (int j = 0; j <= even->nest->n_temporal[level]; j = next_kept(even, flat, j)) {
        double down[AS_MAX_TENSORS] = {0};
        for (int t = 0; t < n; t++)
            if (as_keeps(even->mapping, level, t))
                down[t] = as_even_moved(&even->words[level][t], j);
        as_lanes_cycles(lanes, down, down[output], &moves->transfer[j]);
        down[output] = 0;
        as_lanes_down(lanes, down, &moves->to_fresh[j]);
    }
}

/* Of loop j - 1; 0: the ends of the run. */
static struct step step_of(const struct sequence *s, int j)
{
    const struct moves *moves = s->moves;
    int move = kept_as(s->even, moves->flat, j), end = kept_as(s->even, s->inside->flat, j);
    return (struct step){{&moves->transfer[move], &moves->to_fresh[move]}, &moves->transfer[move],
        s->inside->enter[end], s->inside->leave[end]};
}

/* ---- tiles ---- */

/* Of the first tile or the last, beside which only one transition takes its cycles. */
static double tile_at_end(const struct sequence *s, double inside, double moving)
{
    if (s->doubled)
        return max(inside, moving);
    return inside + moving;
}

/* A tile entered by `in` and left by `out`. */
static inline double between(
    const struct sequence *s, const struct step *in, const struct step *out, bool fresh, bool next_fresh)
{
    const struct as_transfer *load = out->load[next_fresh], *store = in->store;
    double time = s->inside->time[fresh] + in->enter[fresh] + out->leave[fresh];
    if (!s->doubled)
        return time + load->all_down + store->all_up;
    double moving = as_slowest(s->lanes, load->down, store->up);
    return max(time, moving);
}

/* All tiles but the first and the last; [fresh around]. */
static void between_ends(const struct sequence *s, double time[2])
{
    const struct as_even *even = s->even;
    const struct step *innermost = &s->innermost;
    struct step step;
    int flat = s->moves->flat < s->inside->flat ? s->moves->flat : s->inside->flat;
    double entered = 0, left = 0;
    /* Regions of the loops outside j, and of them those whose first tile is fresh, in a fresh one around. */
    int64_t regions = 1, fresh_regions = 1;
    uint64_t reducing = even->reducing & loops_before(s->high);
    time[0] = time[1] = 0;
    for (int j = s->low; j < s->high - 1; j++) {
        bool reduces_inside = reducing >> j >> 1 != 0;
        int64_t advances = regions * (even->trips[j] - 1),
                fresh_advances = fresh_regions * (even->trips[j] - 1);
        /* Fresh tiles that an advance of j enters; that one leaves. */
        int64_t in = reduces(even, j) ? 0 : fresh_advances;
        int64_t out = reduces_inside ? 0 : reduces(even, j) ? fresh_regions : fresh_advances;
        int64_t told_apart = max64(in, out);
        /* Others are as the one before. */
        if (j == s->low || j >= flat || j < even->padded) {
            step = step_of(s, j + 1);
            entered = between(s, &step, innermost, false, false);
            left = between(s, innermost, &step, false, false);
        }
        time[0] += (double)advances * entered + (double)advances * left;
        if (in > 0)
            time[1] += (double)in * between(s, &step, innermost, true, !s->last_reduces);
        time[1] += (double)(advances - in) * entered + (double)(advances - told_apart) * left;
        if (told_apart > 0)
            time[1] += (double)told_apart * between(s, innermost, &step, out > 0, in > 0);
        regions *= even->trips[j];
        fresh_regions *= reduces(even, j) ? 1 : even->trips[j];
    }
    int64_t times = even->trips[s->high - 1] - 2, fresh = s->last_reduces ? 0 : fresh_regions;
    if (times <= 0)
        return;
    double next = between(s, innermost, innermost, false, false);
    time[0] += (double)(regions * times) * next;
    if (fresh > 0)
        time[1] += (double)(fresh * times) * between(s, innermost, innermost, true, true);
    if (regions > fresh)
        time[1] += (double)((regions - fresh) * times) * next;
}

/* The ends of the sequence when loop j - 1 enters or leaves the tile around. */
static void find_ends(const struct sequence *s, int j, struct inside *around)
{
    const double *inside = s->inside->time;
    const struct step step = step_of(s, j), *innermost = &s->innermost;
    double up = step.store->all_up;
    for (int fresh = 0; fresh < 2; fresh++) {
        double down = step.load[fresh]->all_down;
        if (s->high == s->low) {
            around->enter[j][fresh] = down + step.enter[fresh];
            around->leave[j][fresh] = up + step.leave[fresh];
            continue;
        }
        bool next = fresh && !s->last_reduces, last = fresh && !s->reduces;
        double first = inside[fresh] + step.enter[fresh] + innermost->leave[fresh];
        double end = inside[last] + innermost->enter[last] + step.leave[last];
        around->enter[j][fresh] = down + tile_at_end(s, first, innermost->load[next]->all_down);
        around->leave[j][fresh] = up + tile_at_end(s, end, innermost->store->all_up);
    }
}

static void go_outwards(const struct sequence *s, struct inside *around)
{
    int flat = s->moves->flat < s->inside->flat ? s->moves->flat : s->inside->flat;
    around->flat = flat < s->low ? flat : s->low;
    around->time[0] = s->inside->time[0];
    around->time[1] = s->inside->time[1];
    if (s->high > s->low)
        between_ends(s, around->time);
    for (int j = 0; j <= s->low; j = next_kept(s->even, around->flat, j))
        find_ends(s, j, around);
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
        points *= min64(own, tile);
    }
    int64_t cycles = ceil_div(points, macs);
    inside->time[0] = inside->time[1] = (double)cycles;
    inside->flat = even->nest->n_temporal[last];
    for (int j = 0; j < 2; j++)
        for (int fresh = 0; fresh < 2; fresh++)
            inside->enter[j][fresh] = inside->leave[j][fresh] = 0;
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
        s.reduces = (even->reducing & loops_before(s.high) & ~loops_before(s.low)) != 0;
        s.lanes = as_lanes_of(even->model, even->mapping, l, &room);
        find_moves(even, l, s.lanes, &moves);
        s.innermost = step_of(&s, s.high);
        go_outwards(&s, &inside[!now]);
    }
    cost->cycles = inside[now].time[1] + inside[now].enter[0][1] + inside[now].leave[0][1];
    as_find_bound(even->model, even->mapping, cost);
}
