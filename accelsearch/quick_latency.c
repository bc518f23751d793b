/*
 * Cycles of docs/model.md, "Latency", by groups of steps. With e its innermost loop, every tile of a level's
 * sequence is entered or left by an advance of e: so there are the tiles entered by another loop j, those
 * left by one, the first and the last tile of the sequence, and those between. Each group goes by its mean
 * step; without clipped tiles all its steps are alike but for partial sums, that do not come back while a
 * tile is fresh (no reduction loop has advanced yet): tiles are told apart by that, too.
 *
 * What the transitions that enter and leave the tile around take at the ends of the sequence depends on their
 * loop: enter[j + 1], leave[j + 1]; [0]: the whole run's ends.
 */
#include "accelsearch/lanes.h"
#include "accelsearch/quick.h"

enum { ENDS = AS_MAX_TEMPORAL + 1 };

/* Steps, and points of the first instance in them. */
struct group {
    double steps, points;
};

/* Of a level's tiles, held at a level: time inside without the ends, [fresh]. */
struct inner {
    double time[2];
    double enter[ENDS][2], leave[ENDS][2];
};

struct sequence {
    const struct as_quick *quick;
    struct as_lanes lanes;
    int level, low, high;                       /* its own loops: low..high-1 */
    bool last_reduces;                          /* loop high - 1 */
    bool reduces;                               /* some own loop does */
    bool doubled;                               /* double-buffered */
    struct group parents, fresh_parents, tiles; /* of the tile around; own ones */
    struct group in[ENDS], out[ENDS];           /* steps that an advance of loop j begins, steps before it */
    double fresh_in[ENDS];                      /* of in: the new tile is fresh */
    double fresh_out[ENDS];           /* of out: the old tile is, when no own reduction loop is inside j */
    bool reduces_inside[ENDS];        /* some own loop inside j does */
    struct as_transfer move[ENDS][2]; /* [fresh] */
};

static bool is_output_dim(const struct as_quick *quick, int dim)
{
    return as_uses(&quick->model->tensor[quick->model->problem.output], dim);
}

/* ---- groups ---- */

/* Sums over all dims for the states at which loop j advances; j = -1: the ends of the run. */
static void count_groups(struct sequence *s)
{
    const struct as_quick *quick = s->quick;
    const struct as_dim_table *table = quick->table[s->level];
    int n_dims = quick->model->problem.n_dims;
    struct as_dim_sums at[AS_MAX_DIMS];
    s->tiles = s->parents = (struct group){1, 1};
    s->fresh_parents.steps = 1;
    for (int d = 0; d < n_dims; d++) {
        at[d] = table[d].stays[table[d].depth];
        s->tiles.steps *= (double)at[d].steps;
        s->tiles.points *= (double)at[d].first;
    }
    s->reduces = false;
    for (int j = s->high - 1; j >= -1; j--) {
        double steps = 1, in = 1, out = 1, fresh_in = 1, fresh_out = 1;
        int dim = j < 0 ? -1 : quick->nest->temporal[j].dim, cut = j < 0 ? 0 : quick->nest->temporal[j].cut;
        bool output = dim < 0 || is_output_dim(quick, dim);
        if (j == s->low - 1) {
            for (int d = 0; d < n_dims; d++) {
                s->parents.steps *= (double)at[d].steps;
                s->fresh_parents.steps *= is_output_dim(quick, d) ? (double)at[d].steps : 1;
            }
        }
        if (dim >= 0)
            at[dim] = table[dim].advances[cut];
        for (int d = 0; d < n_dims; d++) {
            steps *= (double)at[d].steps;
            in *= (double)at[d].first;
            out *= (double)at[d].last;
            if (is_output_dim(quick, d)) {
                fresh_in *= (double)at[d].steps;
                fresh_out *= (double)at[d].steps;
            }
        }
        s->in[j + 1] = (struct group){steps, in};
        s->out[j + 1] = (struct group){steps, out};
        s->fresh_in[j + 1] = output ? fresh_in : 0;
        s->fresh_out[j + 1] = fresh_out;
        s->reduces_inside[j + 1] = s->reduces;
        s->reduces = s->reduces || (j >= s->low && !output);
        if (dim >= 0)
            at[dim] = table[dim].stays[cut];
    }
}

static void find_moves(struct sequence *s)
{
    const struct as_quick *quick = s->quick;
    int n = quick->model->problem.n_tensors, output = quick->model->problem.output;
    for (int j = 0; j <= s->high; j++) {
        double down[AS_MAX_TENSORS] = {0}, up[AS_MAX_TENSORS] = {0};
        double steps = s->in[j].steps > 0 ? s->in[j].steps : 1;
        for (int t = 0; t < n; t++)
            if (as_keeps(quick->mapping, s->level, t))
                down[t] = quick->words[s->level][t].down[j] / steps;
        if (as_keeps(quick->mapping, s->level, output))
            up[output] = quick->words[s->level][output].up[j] / steps;
        as_lanes_cycles(&s->lanes, n, down, up, &s->move[j][0]);
        down[output] = 0;
        as_lanes_cycles(&s->lanes, n, down, up, &s->move[j][1]);
    }
}

static double down_time(const struct sequence *s, int j, bool fresh)
{
    return as_slowest(&s->lanes, s->move[j][fresh].down, NULL);
}
static double up_time(const struct sequence *s, int j)
{
    return as_slowest(&s->lanes, NULL, s->move[j][0].up);
}

/* ---- time ---- */

/* A tile entered by `in` and left by `out` (NULL: an end of the sequence), which moves the next tile. */
static double tile_time(const struct sequence *s, double inside, const double *out, const double *in)
{
    if (s->doubled) {
        double moving = as_slowest(&s->lanes, out, in);
        return inside > moving ? inside : moving;
    }
    return inside + as_slowest(&s->lanes, out, NULL) + as_slowest(&s->lanes, NULL, in);
}

/* Points of a group's tile, as part of the mean tile's. */
static double part_of(const struct sequence *s, struct group group)
{
    if (s->quick->even || group.steps <= 0)
        return 1;
    return group.points / group.steps * s->tiles.steps / s->tiles.points;
}

struct tile {
    const struct sequence *s;
    const struct inner *inner;
};

/* A tile of a group: in, out: loops + 1; fresh: it is, next_fresh: so is the one after it. */
static double between(const struct tile *tile, double part, int in, int out, bool fresh, bool next_fresh)
{
    const struct inner *inner = tile->inner;
    double inside = inner->time[fresh] * part + inner->enter[in][fresh] + inner->leave[out][fresh];
    return tile_time(tile->s, inside, tile->s->move[out][next_fresh].down, tile->s->move[in][0].up);
}

/* Tiles entered by own loop j but the last, per tile around. */
static double entered(const struct tile *tile, int j, bool fresh_around)
{
    const struct sequence *s = tile->s;
    double steps = s->in[j].steps / s->parents.steps, part = part_of(s, s->in[j]);
    double fresh = fresh_around ? s->fresh_in[j] / s->fresh_parents.steps : 0;
    double time = steps > fresh ? (steps - fresh) * between(tile, part, j, s->high, false, false) : 0;
    if (fresh > 0)
        time += fresh * between(tile, part, j, s->high, true, !s->last_reduces);
    return time;
}

/* Tiles left by own loop j but the last. */
static double left(const struct tile *tile, int j, bool fresh_around)
{
    const struct sequence *s = tile->s;
    double steps = s->out[j].steps / s->parents.steps, part = part_of(s, s->out[j]);
    double next = fresh_around ? s->fresh_in[j] / s->fresh_parents.steps : 0;
    double fresh = fresh_around && !s->reduces_inside[j] ? s->fresh_out[j] / s->fresh_parents.steps : 0;
    double most = next > fresh ? next : fresh;
    double time = steps > most ? (steps - most) * between(tile, part, s->high, j, false, false) : 0;
    if (most > 0)
        time += most * between(tile, part, s->high, j, fresh > 0, next > 0);
    return time;
}

/* Tiles entered and left by the last loop. */
static double middle(const struct tile *tile, bool fresh_around)
{
    const struct sequence *s = tile->s;
    double points = s->tiles.points, steps = s->tiles.steps / s->parents.steps, fresh = 0;
    double runs = 1, fresh_runs = 1;
    for (int j = 0; j < s->high; j++)
        points -= s->in[j].points + s->out[j].points;
    for (int j = s->low + 1; j < s->high; j++) {
        runs += s->in[j].steps / s->parents.steps;
        fresh_runs += s->fresh_in[j] / s->fresh_parents.steps;
    }
    if (fresh_around && !s->last_reduces)
        fresh = fresh_runs * (steps / runs - 2);
    steps -= 2 * runs;
    if (steps <= 0)
        return 0;
    double part = part_of(s, (struct group){steps * s->parents.steps, points > 0 ? points : 0});
    double time = 0;
    if (fresh > 0)
        time += fresh * between(tile, part, s->high, s->high, true, true);
    if (steps > fresh)
        time += (steps - fresh) * between(tile, part, s->high, s->high, false, false);
    return time;
}

/* The tile around, from its tiles. */
static void close(const struct sequence *s, const struct inner *inner, struct inner *around)
{
    struct tile tile = {s, inner};
    bool single = s->high == s->low;
    for (int fresh = 0; fresh < 2; fresh++) {
        around->time[fresh] = single ? inner->time[fresh] : middle(&tile, fresh);
        for (int j = s->low + 1; j < s->high; j++)
            around->time[fresh] += entered(&tile, j, fresh) + left(&tile, j, fresh);
        for (int j = 0; j <= s->low; j++) {
            around->enter[j][fresh] = down_time(s, j, fresh);
            around->leave[j][fresh] = up_time(s, j);
            if (single) {
                around->enter[j][fresh] += inner->enter[j][fresh];
                around->leave[j][fresh] += inner->leave[j][fresh];
                continue;
            }
            bool next = fresh && !s->last_reduces, last = fresh && !s->reduces;
            double begins = inner->time[fresh] * part_of(s, s->in[j]) + inner->enter[j][fresh] +
                            inner->leave[s->high][fresh];
            double ends = inner->time[last] * part_of(s, s->out[j]) + inner->enter[s->high][last] +
                          inner->leave[j][last];
            around->enter[j][fresh] += tile_time(s, begins, s->move[s->high][next].down, NULL);
            around->leave[j][fresh] += tile_time(s, ends, NULL, s->move[s->high][0].up);
        }
    }
}

static void compute_time(const struct as_quick *quick, struct inner *inner)
{
    int last = quick->mapping->n_levels - 1;
    double points = 1;
    for (int d = 0; d < quick->model->problem.n_dims; d++) {
        const struct as_dim_table *table = &quick->table[last][d];
        const struct as_dim_sums *sums = &table->stays[table->depth];
        points *= (double)sums->first / (double)sums->steps;
    }
    double cycles = points / quick->model->accel.macs_per_cycle, floor = (double)(int64_t)cycles;
    inner->time[0] = inner->time[1] = quick->even && floor < cycles ? floor + 1 : cycles;
    for (int j = 0; j <= quick->nest->n_temporal[last]; j++)
        for (int fresh = 0; fresh < 2; fresh++)
            inner->enter[j][fresh] = inner->leave[j][fresh] = 0;
}

void as_quick_latency(const struct as_quick *quick, struct as_cost *cost)
{
    struct as_lanes lanes[AS_MAX_LEVELS];
    struct inner inner[2];
    int last = quick->mapping->n_levels - 1, now = 0;
    compute_time(quick, &inner[now]);
    for (int l = last; l > 0; l--) {
        struct sequence s;
        s.quick = quick;
        s.level = l;
        as_lanes_of(quick->model, quick->mapping, l, &lanes[l]);
        s.lanes = lanes[l];
        s.low = quick->nest->n_temporal[l - 1];
        s.high = quick->nest->n_temporal[l];
        s.doubled = quick->model->accel.level[l].buffers > 1;
        s.last_reduces = s.high > s.low && !is_output_dim(quick, quick->nest->temporal[s.high - 1].dim);
        count_groups(&s);
        find_moves(&s);
        close(&s, &inner[now], &inner[!now]);
        now = !now;
    }
    cost->cycles = inner[now].time[1] + inner[now].enter[0][1] + inner[now].leave[0][1];
    as_find_bound(quick->model, quick->mapping, lanes, cost);
}
