#include "accelsearch/workload.h"
#include <math.h>
#include <string.h>

static int find_layer(const struct as_workload *workload, struct as_key key)
{
    for (int i = 0; i < workload->n_layers; i++)
        if (as_key_equal(workload->layer[i].key, key))
            return i;
    return -1;
}

struct as_workload as_workload_new(struct naas_ctx *ctx, int n_networks, const struct as_network *networks)
{
    struct as_workload workload = {.ctx = ctx, .n_networks = n_networks};
    int n_layers = 0;
    for (int i = 0; i < n_networks; i++)
        n_layers += networks[i].n_layers;
    workload.layer = naas_alloc(ctx, (size_t)n_layers, sizeof *workload.layer);
    workload.name = naas_alloc(ctx, (size_t)n_networks, sizeof *workload.name);
    for (int i = 0; i < n_networks; i++) {
        memcpy(workload.name[i], networks[i].name, AS_NAME);
        for (int k = 0; k < networks[i].n_layers; k++) {
            const struct as_layer *layer = &networks[i].layers[k];
            struct as_key key = as_key_problem(&layer->problem);
            int at = find_layer(&workload, key);
            if (at < 0) {
                at = workload.n_layers++;
                struct as_work *work = &workload.layer[at];
                work->problem = layer->problem;
                work->key = key;
                work->count = naas_alloc(ctx, (size_t)n_networks, sizeof *work->count);
            }
            workload.layer[at].count[i] += layer->count;
        }
    }
    return workload;
}

void as_workload_total(
    const struct as_workload *workload, int network, const struct as_cost *const *cost, struct as_cost *total)
{
    double useful = 0;
    memset(total, 0, sizeof *total);
    for (int i = 0; i < workload->n_layers; i++) {
        int64_t count = workload->layer[i].count[network];
        total->energy_pj += (double)count * cost[i]->energy_pj;
        total->cycles += (double)count * cost[i]->cycles;
        total->macs += count * cost[i]->macs;
        useful += (double)count * cost[i]->cycles * cost[i]->utilisation;
        total->area_um2 = cost[i]->area_um2;
    }
    total->utilisation = total->cycles > 0 ? useful / total->cycles : 0;
    total->edp = total->energy_pj * total->cycles;
}

double as_workload_score(
    const struct as_workload *workload, const struct as_goal *goal, const struct as_cost *const *cost)
{
    double logarithms = 0;
    for (int i = 0; i < workload->n_networks; i++) {
        struct as_cost total;
        as_workload_total(workload, i, cost, &total);
        logarithms += log(as_goal_score(goal, &total));
    }
    return exp(logarithms / workload->n_networks);
}
