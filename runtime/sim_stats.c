/*
 * The table that NAAS_RT_STATS=1 asks for.
 */
#include "sim.h"

#include <stdio.h>

/* Share of the cycles in which all MACs of all PEs would do the same work. */
static double utilisation(const naas_rt *rt)
{
    double peak = (double)rt->n_instances[rt->accel->n_levels - 1] * rt->accel->macs_per_cycle;
    return rt->counters.cycles ? (double)rt->counters.macs / ((double)rt->counters.cycles * peak) : 0;
}

void naas_rt_sim_statistics(const naas_rt *rt)
{
    const struct naas_rt_sim_state *sim = rt->state;
    const naas_rt_counters *counters = &rt->counters;
    fprintf(stderr, "naas: %s on %s (sim): %lld cycles, %lld MACs, utilisation %.1f %%\n", rt->problem->name,
        rt->accel->name, counters->cycles, counters->macs, 100 * utilisation(rt));
    fprintf(stderr, "  %-8s %-8s %14s %14s %14s %14s\n", "level", "tensor", "reads", "fills", "drains",
        "updates");
    for (int l = 0; l < sim->n_levels; l++) {
        for (int t = 0; t < sim->n_tensors; t++) {
            const naas_rt_count *count = &counters->count[l][t];
            if (sim->store[l][t].kept)
                fprintf(stderr, "  %-8s %-8s %14lld %14lld %14lld %14lld\n", rt->accel->level[l].name,
                    rt->problem->tensor[t].name, count->reads, count->fills, count->drains, count->updates);
        }
        if (l < sim->n_levels - 1)
            fprintf(stderr, "  %-8s network: %lld deliveries, %lld adds\n", rt->accel->level[l].name,
                counters->deliveries[l], counters->adds[l]);
    }
}
