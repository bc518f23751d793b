/* evolve: subnets on given accelerators: judged by searched mappings, bred, and the front they make. */
#ifndef NAS_EVOLVE_H
#define NAS_EVOLVE_H

#include "nas/search.h"

/* What mapping a layer on an accelerator costs, remembered for the run. */
struct nas_layer_cost {
    struct as_key key; /* of the layer, the accelerator and the options of the mapping search */
    double energy_pj, cycles;
    bool fits;
};
struct nas_engine {
    struct nas_search *search;
    nas_progress *progress;
    void *context;
    int n_costs, capacity, n_slots;
    struct nas_layer_cost *cost;
    int *slot; /* hash table of indices + 1 */
    int front_capacity;
};

/* Subnets of one accelerator. */
struct nas_population {
    int candidate;
    double min_accuracy;
    struct as_random random;
    int n;
    struct nas_point *member; /* best first once judged */
};

/* Scores of points; all layers of all of them on all threads. */
enum naas_status nas_judge(struct nas_engine *engine, int64_t evaluations, int n, struct nas_point **points);

/* Evolves all populations at once, each from the members it has; new ones are drawn where it has too few.
 * members: room for subnet_population of them. A population stays empty when nothing is accurate enough. */
enum naas_status nas_evolve(struct nas_engine *engine, int n, struct nas_population *populations);

/* Puts a judged point on the search's front, unless another is at least as good in both. */
void nas_offer(struct nas_engine *engine, const struct nas_point *point);

#endif
