#include "accelsearch/bound.h"
#include "accelsearch/energy.h"
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

/* Words of a tensor around one instance of the outer level: in all, and at the ends of sequences. */
struct flow {
    double down, up, end_down, end_up;
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

/* Below two arrays instances differ in what they hold on to, and nothing is said. */
static struct flow flow_of(const struct as_model *model, const struct as_nest *nest, int t,
    const struct as_traffic *traffic, const struct as_cost *cost)
{
    int l = traffic->level, first_own = nest->n_temporal[l - 1];
    const struct as_counts *count = &cost->count[traffic->outer][t];
    struct flow flow = {(double)count->reads, (double)count->updates, 0, 0};
    double taken = 0, left = 0;
    if (model->instances[traffic->outer] > 1)
        return (struct flow){0, 0, 0, 0};
    for (int j = first_own; j < traffic->n; j++) {
        taken += (double)traffic->step[j].taken;
        left += (double)traffic->step[j].left;
    }
    if (t == model->problem.output)
        flow.end_up = flow.up - left;
    else
        flow.end_down = flow.down - taken;
    if (t != model->problem.output && traffic->outer == 0 && !model->accel.padding_stored) {
        double missing = uneven_padding(model, nest, t, l);
        flow.down = flow.down > missing ? flow.down - missing : 0;
        if ((l > 1 && missing > 0) || isinf(missing))
            flow.end_down = 0;
    }
    return flow;
}

/* Cycles of the busiest port between level l and what hands it tensors: over the run, and at the ends. */
struct busy {
    double all, ends;
};

static struct busy busiest(
    const struct as_model *model, const struct as_mapping *mapping, int l, const struct flow *flow)
{
    struct busy most = {0, 0};
    for (int m = 0; m < l; m++) {
        const struct as_level *level = &model->accel.level[m];
        for (int p = 0; p < level->n_ports; p++) {
            const struct as_port *port = &level->port[p];
            double all = 0, ends = 0;
            if (port->words_per_cycle <= 0)
                continue;
            for (int t = 0; t < model->problem.n_tensors; t++) {
                unsigned role = (unsigned)model->tensor[t].role;
                if (!as_keeps(mapping, l, t) || as_outer_level(mapping, t, l) > m)
                    continue;
                all += (port->down & role ? flow[t].down : 0) + (port->up & role ? flow[t].up : 0);
                ends += (port->down & role ? flow[t].end_down : 0) + (port->up & role ? flow[t].end_up : 0);
            }
            all /= port->words_per_cycle;
            ends /= port->words_per_cycle;
            most.all = all > most.all ? all : most.all;
            most.ends = ends > most.ends ? ends : most.ends;
        }
    }
    return most;
}

static double least_cycles(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    const struct as_cost *cost)
{
    double time = as_bound_compute(model, nest);
    for (int l = mapping->n_levels - 1; l > 0; l--) {
        struct flow flow[AS_MAX_TENSORS] = {{0, 0, 0, 0}};
        for (int t = 0; t < model->problem.n_tensors; t++)
            if (as_keeps(mapping, l, t))
                flow[t] = flow_of(model, nest, t, &traffic[l][t], cost);
        struct busy busy = busiest(model, mapping, l, flow);
        if (model->accel.level[l].buffers < 2)
            time += busy.all;
        else if (time + busy.ends > busy.all)
            time += busy.ends;
        else
            time = busy.all;
    }
    return time;
}

bool as_floor_of(const struct as_model *model, const struct as_mapping *mapping, struct as_floor *floor)
{
    struct as_nest nest;
    struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS];
    struct as_cost cost;
    if (model->accel.accounting == AS_TIMELOOP) { /* no more work than a bound */
        if (as_model_eval(model, mapping, &cost) != NAAS_OK)
            return false;
        *floor = (struct as_floor){cost.energy_pj, cost.cycles};
        return true;
    }
    memset(&cost, 0, sizeof cost);
    cost.macs = model->macs;
    if (!model->covered || !as_nest_build(model, mapping, &nest) ||
        !as_model_counts(model, mapping, &nest, true, traffic, &cost))
        return false;
    cost.cycles = least_cycles(model, mapping, &nest, traffic, &cost);
    as_energy(model, mapping, &cost);
    floor->energy_pj = cost.energy_pj;
    floor->cycles = cost.cycles;
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
