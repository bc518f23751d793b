#include "accelsearch/lanes.h"

void as_lanes_of(
    const struct as_model *model, const struct as_mapping *mapping, int level, struct as_lanes *lanes)
{
    lanes->n = 0;
    for (int m = 0; m < level; m++) {
        const struct as_level *above = &model->accel.level[m];
        unsigned passing = 0;
        if (above->n_ports == 0)
            continue;
        for (int t = 0; t < model->problem.n_tensors; t++)
            if (as_keeps(mapping, level, t) && as_outer_level(mapping, t, level) <= m)
                passing |= 1u << t;
        for (int p = 0; p < above->n_ports; p++) {
            struct as_lane lane = {above->port[p].words_per_cycle, 0, 0};
            for (int t = 0; t < model->problem.n_tensors; t++) {
                lane.down |= (above->port[p].down & model->tensor[t].role) ? passing & 1u << t : 0;
                lane.up |= (above->port[p].up & model->tensor[t].role) ? passing & 1u << t : 0;
            }
            if (lane.words_per_cycle > 0 && (lane.down | lane.up))
                lanes->lane[lanes->n++] = lane;
        }
    }
}

/* Rounds a number of cycles up. */
static double whole(double cycles)
{
    if (cycles >= 9e15)
        return cycles;
    double floor = (double)(int64_t)cycles;
    return floor < cycles ? floor + 1 : floor;
}

void as_lanes_cycles(const struct as_lanes *lanes, int n_tensors, const double *down, const double *up,
    struct as_transfer *out)
{
    for (int i = 0; i < lanes->n; i++) {
        const struct as_lane *lane = &lanes->lane[i];
        double words_down = 0, words_up = 0;
        for (int t = 0; t < n_tensors; t++) {
            words_down += lane->down >> t & 1 ? down[t] : 0;
            words_up += lane->up >> t & 1 ? up[t] : 0;
        }
        out->down[i] = words_down > 0 ? whole(words_down / lane->words_per_cycle) : 0;
        out->up[i] = words_up > 0 ? whole(words_up / lane->words_per_cycle) : 0;
    }
}

void as_find_bound(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_lanes lanes[AS_MAX_LEVELS], struct as_cost *cost)
{
    double peak = (double)(model->instances[mapping->n_levels - 1] * model->accel.macs_per_cycle);
    double most = (double)model->macs / peak;
    cost->utilisation = (double)model->macs / (cost->cycles * peak);
    cost->bound = AS_BOUND_COMPUTE;
    for (int l = 1; l < mapping->n_levels; l++) {
        double down[AS_MAX_TENSORS] = {0}, up[AS_MAX_TENSORS] = {0};
        struct as_transfer all;
        for (int t = 0; t < model->problem.n_tensors; t++) {
            if (!as_keeps(mapping, l, t))
                continue;
            int outer = as_outer_level(mapping, t, l);
            double sharers = (double)model->instances[outer];
            down[t] = (double)cost->count[outer][t].reads / sharers;
            up[t] = (double)cost->count[outer][t].updates / sharers;
        }
        as_lanes_cycles(&lanes[l], model->problem.n_tensors, down, up, &all);
        double busy = as_slowest(&lanes[l], all.down, all.up);
        if (busy > most) {
            most = busy;
            cost->bound = AS_BOUND_PORT;
            cost->bound_level = l - 1;
        }
    }
}
