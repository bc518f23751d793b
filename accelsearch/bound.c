#include "accelsearch/bound.h"
#include "accelsearch/energy.h"
#include "accelsearch/lanes.h"
#include "support/number.h"
#include <math.h>
#include <string.h>

/* ---- computing ---- */

/* The first instance's tile of a dim, summed over the temporal indices; it is the largest. */
static double points_along(const struct as_chain *chain, int cut, int64_t length)
{
    if (cut == chain->n)
        return (double)length;
    int64_t tile = chain->cut[cut].tile, full = length / tile, rest = length % tile;
    if (chain->cut[cut].spatial)
        return points_along(chain, cut + 1, full ? tile : rest);
    return (full ? (double)full * points_along(chain, cut + 1, tile) : 0) +
           (rest ? points_along(chain, cut + 1, rest) : 0);
}

double as_bound_compute(const struct as_model *model, const struct as_nest *nest)
{
    double points = 1;
    for (int d = 0; d < model->problem.n_dims; d++)
        points *= points_along(&nest->chain[d], 0, nest->chain[d].extent);
    return points / model->accel.macs_per_cycle;
}

/* ---- moving ---- */

/* Words of a tensor around one instance of the outer level, in all. At most `moves` steps move any, in which
 * `share` of the computing is done; most: words in one step, or more. first: at the start of the run. */
struct flow {
    double down, up, first, moves, share, most;
};

static bool below_array(const struct as_model *model, const struct as_nest *nest, int l)
{
    for (int d = 0; d < model->problem.n_dims; d++)
        for (int c = 0; c < nest->n_cuts[l][d]; c++)
            if (nest->chain[d].cut[c].spatial)
                return true;
    return false;
}

/* The model of time takes the padding that DRAM leaves out as spread evenly over all tiles but the first one,
 * which has more of it: so many words of the total may be missing in its sum. Below an array it follows the
 * first instance, which may have nothing but padding. */
static double uneven_padding(const struct as_model *model, const struct as_nest *nest, int t, int l)
{
    double first = 1, stored = 1;
    if (nest->n_temporal[l] == 0 && !below_array(model, nest, l))
        return 0;
    for (int i = 0; i < model->tensor[t].n_lines; i++) {
        const struct as_line *line = &model->tensor[t].line[i];
        int64_t most = 1, last = 0;
        if (line->padded && below_array(model, nest, l))
            return INFINITY;
        int64_t coef[2] = {line->a, line->b};
        for (int x = 0; x < 2 && line->dim[x] >= 0; x++) {
            const struct as_chain *chain = &nest->chain[line->dim[x]];
            int n = nest->n_cuts[l][line->dim[x]];
            most += coef[x] * ((n ? chain->cut[n - 1].tile : chain->extent) - 1);
            last += coef[x] * (chain->extent - 1);
        }
        double padding =
            line->padded
                ? (double)((line->low > 0 ? line->low : 0) + (line->high < last ? last - line->high : 0))
                : 0;
        first *= (double)most;
        stored *= (double)most > padding ? (double)most - padding : 0;
    }
    return first - stored;
}

/* Tiles that temporal cuts c .. k - 1 make of a region. */
static double tiles_along(const struct as_chain *chain, int c, int k, int64_t length)
{
    if (c == k)
        return 1;
    if (chain->cut[c].spatial)
        return tiles_along(chain, c + 1, k, length);
    int64_t tile = chain->cut[c].tile, full = length / tile, rest = length % tile;
    return (full ? (double)full * tiles_along(chain, c + 1, k, tile) : 0) +
           (rest ? tiles_along(chain, c + 1, k, rest) : 0);
}

/* A tensor rests while the innermost loops do that it does not use. */
static void find_moves(
    const struct as_model *model, const struct as_nest *nest, int t, int l, struct flow *flow)
{
    int outside[AS_MAX_DIMS], j = nest->n_temporal[l] - 1, last = model->accel.n_levels - 1;
    int64_t tile[AS_MAX_DIMS];
    for (int d = 0; d < model->problem.n_dims; d++)
        outside[d] = nest->n_cuts[l][d];
    for (; j >= 0 && !as_uses(&model->tensor[t], nest->temporal[j].dim); j--)
        outside[nest->temporal[j].dim] = nest->temporal[j].cut;
    flow->moves = flow->share = 1;
    for (int d = 0; d < model->problem.n_dims; d++) {
        const struct as_chain *chain = &nest->chain[d];
        double tiles = tiles_along(chain, 0, outside[d], chain->extent);
        int n = nest->n_cuts[l][d] < chain->n_outside ? nest->n_cuts[l][d] : chain->n_outside;
        tile[d] = n ? chain->cut[n - 1].tile : chain->extent;
        flow->moves *= tiles;
        if (l == last && outside[d] < nest->n_cuts[l][d]) {
            double own = (double)(chain->n ? chain->cut[chain->n - 1].tile : chain->extent) * tiles;
            double points = points_along(chain, 0, chain->extent);
            flow->share *= own < points ? own / points : 1;
        }
    }
    flow->most = (double)as_footprint(&model->problem, t, tile);
}

/* Below two arrays instances differ in what they hold on to, and nothing is said. */
static struct flow flow_of(const struct as_model *model, const struct as_nest *nest, int t, int l, int outer,
    const struct as_counts *count)
{
    struct flow flow = {.down = (double)count->reads};
    if (model->instances[outer] > 1)
        return (struct flow){.share = 1};
    flow.up = t == model->problem.output ? (double)count->updates : 0;
    find_moves(model, nest, t, l, &flow);
    flow.first = l == 1 && t != model->problem.output ? flow.most : 0;
    if (t != model->problem.output && outer == 0 && !model->accel.padding_stored) {
        double missing = uneven_padding(model, nest, t, l);
        flow.down = flow.down > missing ? flow.down - missing : 0;
        flow.first = missing > 0 ? 0 : min(flow.first, flow.down);
    }
    return flow;
}

/* Cycles of the busiest lane: inwards, outwards, together; and before anything else can happen. */
struct busy {
    double down, up, both, first;
};

static struct busy busiest(
    const struct as_model *model, const struct as_lanes *lanes, const struct flow *flow)
{
    struct busy most = {0, 0, 0, 0};
    for (int i = 0; i < lanes->n; i++) {
        const struct as_lane *lane = &lanes->lane[i];
        double down = 0, up = lane->up * flow[model->problem.output].up, first = 0;
        for (int t = 0; t < model->problem.n_tensors; t++) {
            down += lane->down[t] * flow[t].down;
            first += lane->down[t] * flow[t].first;
        }
        most.down = max(most.down, down / lane->words_per_cycle);
        most.up = max(most.up, up / lane->words_per_cycle);
        most.both = max(most.both, (down + up) / lane->words_per_cycle);
        most.first = max(most.first, first / lane->words_per_cycle);
    }
    return most;
}

/* Steps that move tensor t wait for it, the others for another lane. */
static double wait_for_two(
    const struct as_model *model, const struct as_lanes *lanes, const struct flow *flow, int t)
{
    double own = 0, other = 0;
    for (int i = 0; i < lanes->n; i++) {
        const struct as_lane *lane = &lanes->lane[i];
        double down = 0, most = 0;
        for (int u = 0; u < model->problem.n_tensors; u++) {
            down += lane->down[u] * flow[u].down;
            most += lane->down[u] * flow[u].most;
        }
        own = max(own, lane->down[t] * flow[t].down / lane->words_per_cycle);
        other = max(other, (down - flow[t].moves * most) / lane->words_per_cycle);
    }
    return own + other;
}

/* Steps of a double-buffered last level that move tensor t wait for it, the others compute. */
static double wait_or_compute(const struct as_lanes *lanes, const struct flow *flow, double compute)
{
    double wait = 0;
    for (int t = 0; t < AS_MAX_TENSORS; t++)
        for (int i = 0; i < lanes->n; i++) {
            const struct as_lane *lane = &lanes->lane[i];
            double words = max(lane->down[t] * flow[t].down, lane->up * flow[t].up);
            wait = max(wait, compute * (1 - flow[t].share) + words / lane->words_per_cycle);
        }
    return wait;
}

static double least_cycles(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, const struct as_cost *cost)
{
    int n_tensors = model->problem.n_tensors, last = mapping->n_levels - 1;
    double time = as_bound_compute(model, nest);
    for (int l = last; l > 0; l--) {
        struct flow flow[AS_MAX_TENSORS] = {{0, 0, 0, 0, 0, 0}};
        struct as_lanes room;
        const struct as_lanes *lanes = as_lanes_of(model, mapping, l, &room);
        for (int t = 0; t < n_tensors; t++) {
            int outer = as_outer_level(mapping, t, l);
            flow[t].share = 1;
            if (as_keeps(mapping, l, t))
                flow[t] = flow_of(model, nest, t, l, outer, &cost->count[outer][t]);
        }
        struct busy busy = busiest(model, lanes, flow);
        if (model->accel.level[l].buffers < 2) {
            for (int t = 0; t < n_tensors; t++)
                busy.down = max(busy.down, wait_for_two(model, lanes, flow, t));
            time += busy.down + busy.up;
        } else {
            double waits = l == last ? wait_or_compute(lanes, flow, time) : 0;
            time = max(max(time + busy.first, busy.both), waits);
        }
    }
    return time;
}

void as_floor_with(const struct as_model *model, const struct as_mapping *mapping, const struct as_nest *nest,
    struct as_cost *cost, struct as_floor *floor)
{
    cost->cycles = least_cycles(model, mapping, nest, cost);
    as_energy(model, mapping, cost);
    *floor = (struct as_floor){cost->energy_pj, cost->cycles};
}

bool as_floor_of(const struct as_model *model, const struct as_mapping *mapping, struct as_floor *floor)
{
    struct as_nest nest;
    struct as_cost cost;
    if (model->accel.accounting == AS_TIMELOOP) { /* no more work than a bound */
        if (as_model_eval(model, mapping, &cost) != NAAS_OK)
            return false;
        *floor = (struct as_floor){cost.energy_pj, cost.cycles};
        return true;
    }
    if (!as_nest_build(model, mapping, &nest) || !as_model_count(model, mapping, &nest, &cost))
        return false;
    as_floor_with(model, mapping, &nest, &cost, floor);
    return true;
}

static double beyond(double value, double limit)
{
    enum { STEEP = 8 };
    return limit > 0 && value > limit ? pow(value / limit, STEEP) : 1;
}

double as_pressed_score(const struct as_goal *goal, double energy_pj, double cycles, double area_um2)
{
    double score;
    if (goal->energy == 1 && goal->delay == 1 && goal->area == 0)
        score = energy_pj * cycles;
    else
        score = pow(energy_pj, goal->energy) * pow(cycles, goal->delay) * pow(area_um2, goal->area);
    return score * beyond(cycles, goal->max_cycles) * beyond(energy_pj, goal->max_pj);
}
