#include "accelsearch/energy.h"

#include "accelsearch/timeloop.h"

int as_serving_level(const struct as_mapping *mapping, int tensor)
{
    int level = mapping->n_levels - 1;
    while (level > 0 && !as_keeps(mapping, level, tensor))
        level--;
    return level;
}

void as_energy(const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost)
{
    const struct as_accel *accel = &model->accel;
    double storage_pj = 0;
    int serving[AS_MAX_TENSORS];
    cost->noc_pj = 0;
    for (int t = 0; t < model->problem.n_tensors; t++)
        serving[t] = as_serving_level(mapping, t);
    for (int l = 0; l < accel->n_levels; l++) {
        const struct as_level *level = &accel->level[l];
        cost->noc_pj += (double)(cost->deliveries[l] + cost->adds[l]) * level->hop_pj;
        for (int t = 0; t < model->problem.n_tensors; t++) {
            const struct as_counts *count = &cost->count[l][t];
            int64_t reads = count->reads + (accel->accounting == AS_TIMELOOP ? 0 : count->drains);
            int64_t writes = count->fills + count->updates;
            if (l == serving[t]) {
                int64_t served =
                    accel->accounting == AS_TIMELOOP ? as_timeloop_served(model, mapping, t, l) : cost->macs;
                reads += served;
                writes += t == model->problem.output ? served : 0;
            }
            cost->level_pj[l][t] = (double)reads * level->read_pj + (double)writes * level->write_pj;
            storage_pj += cost->level_pj[l][t];
        }
    }
    cost->mac_pj = (double)cost->macs * accel->mac_pj;
    cost->finish_pj = (double)model->problem.finish_reads * accel->level[0].read_pj;
    /* mW x us = 1000 pJ */
    cost->leakage_pj = accel->clock_mhz > 0 ? accel->leakage_mw * cost->cycles / accel->clock_mhz * 1000 : 0;
    cost->energy_pj = storage_pj + cost->noc_pj + cost->mac_pj + cost->finish_pj + cost->leakage_pj;
    cost->edp = cost->energy_pj * cost->cycles;
}
