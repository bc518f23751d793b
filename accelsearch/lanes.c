#include "accelsearch/lanes.h"

static void find_lanes(
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
            struct as_lane lane = {above->port[p].words_per_cycle, {0}, {0}};
            bool used = false;
            for (int t = 0; t < model->problem.n_tensors; t++) {
                unsigned role = passing >> t & 1 ? (unsigned)model->tensor[t].role : 0;
                lane.down[t] = (above->port[p].down & role) != 0;
                lane.up[t] = (above->port[p].up & role) != 0;
                used = used || lane.down[t] > 0 || lane.up[t] > 0;
            }
            if (lane.words_per_cycle > 0 && used)
                lanes->lane[lanes->n++] = lane;
        }
    }
}

void as_lanes_prepare(struct as_model *model)
{
    struct as_mapping mapping;
    mapping.n_levels = model->accel.n_levels;
    for (int l = 0; l < mapping.n_levels; l++)
        mapping.level[l].keeps = (1u << model->problem.n_tensors) - 1;
    for (int l = 1; l < mapping.n_levels; l++)
        find_lanes(model, &mapping, l, &model->all_kept[l]);
}

const struct as_lanes *as_lanes_of(
    const struct as_model *model, const struct as_mapping *mapping, int level, struct as_lanes *room)
{
    unsigned all = (1u << model->problem.n_tensors) - 1, kept = all;
    for (int l = 1; l <= level; l++)
        kept &= mapping->level[l].keeps;
    if (kept == all)
        return &model->all_kept[level];
    find_lanes(model, mapping, level, room);
    return room;
}

void as_find_bound(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_lanes *const lanes[AS_MAX_LEVELS], struct as_cost *cost)
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
        as_lanes_cycles(lanes[l], down, up, &all);
        double busy = as_slowest(lanes[l], all.down, all.up);
        if (busy > most) {
            most = busy;
            cost->bound = AS_BOUND_PORT;
            cost->bound_level = l - 1;
        }
    }
}
