#include "accelsearch/lanes.h"
#include "support/number.h"

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
            struct as_lane lane = {above->port[p].words_per_cycle, {0}, 0};
            bool used = false;
            for (int t = 0; t < model->problem.n_tensors; t++) {
                unsigned role = passing >> t & 1 ? (unsigned)model->tensor[t].role : 0;
                lane.down[t] = (above->port[p].down & role) != 0;
                if (t == model->problem.output)
                    lane.up = (above->port[p].up & role) != 0;
                used = used || lane.down[t] > 0 || lane.up > 0;
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

/* Words of a tensor that pass a port of the level, around one instance of the level that hands them down. */
static double words_on(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_port *port, int level, int t, const struct as_cost *cost)
{
    int inner = level + 1, outer = level;
    unsigned role = (unsigned)model->tensor[t].role;
    while (inner < mapping->n_levels && !as_keeps(mapping, inner, t))
        inner++;
    if (inner == mapping->n_levels)
        return 0;
    while (outer > 0 && !as_keeps(mapping, outer, t))
        outer--;
    double down = port->down & role ? (double)cost->count[outer][t].reads : 0;
    double up = port->up & role ? (double)cost->count[outer][t].updates : 0;
    return (down + up) / (double)model->instances[outer];
}

void as_find_bound(const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost)
{
    double peak = (double)(model->instances[mapping->n_levels - 1] * model->accel.macs_per_cycle);
    double most = (double)model->macs / peak;
    cost->bound = AS_BOUND_COMPUTE;
    for (int l = 0; l < mapping->n_levels - 1; l++)
        for (int p = 0; p < model->accel.level[l].n_ports; p++) {
            const struct as_port *port = &model->accel.level[l].port[p];
            double words = 0;
            if (port->words_per_cycle <= 0)
                continue;
            for (int t = 0; t < model->problem.n_tensors; t++)
                words += words_on(model, mapping, port, l, t, cost);
            double busy = as_whole(words / port->words_per_cycle);
            cost->cycles = max(cost->cycles, busy);
            if (busy > most) {
                most = busy;
                cost->bound = AS_BOUND_PORT;
                cost->bound_level = l;
            }
        }
    cost->utilisation = (double)model->macs / (cost->cycles * peak);
}
