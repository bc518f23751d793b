/* lab: one search as the experiments make it, and what came of it. */
#ifndef LAB_H
#define LAB_H

#include "accelsearch/cosearch.h"

enum { MOST_NETWORKS = 3, MOST_GENERATIONS = 64 };

struct lab {
    struct naas_ctx *ctx;
    const char *examples, *output; /* folders */
    double effort;
};

struct outcome {
    int n_networks;
    struct as_cost found[MOST_NETWORKS], baseline[MOST_NETWORKS], native[MOST_NETWORKS];
    bool has_baseline; /* every layer fits the baseline, with searched mappings and with its own dataflow */
    int n_generations;
    struct as_generation generation[MOST_GENERATIONS];
    struct as_accel accel;
};

/* A small search: 5 generations of 6 accelerators. */
struct as_cosearch_options lab_options(const struct lab *lab);
/* networks: names separated by spaces. False, with a message, when something is wrong. */
bool lab_search(const struct lab *lab, const char *budget, const char *networks,
    const struct as_cosearch_options *options, struct outcome *outcome);
/* Geometric mean of the ratio of EDP, a over b. */
double lab_edp_ratio(int n, const struct as_cost *a, const struct as_cost *b);
bool lab_write(const struct lab *lab, const char *name, const struct naas_buf *svg);

bool budgets(const struct lab *lab);
bool budgets_naas(const struct lab *lab);
bool encoding(const struct lab *lab);
bool strategy(const struct lab *lab);
bool ablation(const struct lab *lab);
bool targets(const struct lab *lab);

#endif
