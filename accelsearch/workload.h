/*
 * workload.h: what an accelerator is searched for: the layers of one or several networks, each distinct
 * problem once.
 */
#ifndef AS_WORKLOAD_H
#define AS_WORKLOAD_H

#include "accelsearch/accelsearch.h"
#include "accelsearch/key.h"

struct as_work {
    struct as_problem problem; /* named as the first layer of its kind */
    struct as_key key;
    int64_t *count; /* [network]: how often it occurs there */
};
struct as_workload {
    struct naas_ctx *ctx;
    int n_networks, n_layers;
    char (*name)[AS_NAME]; /* [network] */
    struct as_work *layer; /* in the order of their first occurrence */
};

/* Everything lives in the arena. */
struct as_workload as_workload_new(struct naas_ctx *ctx, int n_networks, const struct as_network *networks);

/* Totals of a network: energy and cycles of all its layers, one after the other; cost: of each distinct
 * layer. area_um2 is that of any layer; counts stay 0. */
void as_workload_total(const struct as_workload *workload, int network, const struct as_cost *const *cost,
    struct as_cost *total);

/* Geometric mean over the networks of a goal's score: INFINITY when one is beyond a limit. */
double as_workload_score(
    const struct as_workload *workload, const struct as_goal *goal, const struct as_cost *const *cost);

#endif
