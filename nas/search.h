/*
 * search.h: accelerator, network and mappings searched in one loop.
 *
 * Each generation an evolution strategy proposes accelerators within the budget. On each of them subnets of
 * the space evolve that are accurate enough: the best quarter by the goal's score (EDP) are parents, half of
 * the children mutate (a gene in ten, the resolution every second time), half mix two parents, and what is
 * not accurate enough is drawn again. A subnet is judged by the mappings searched for its layers, each
 * distinct shape once. The best subnet's score is the accelerator's.
 *
 * The result depends on the options alone: not on the number of threads, not on what the database holds.
 *
 * Method: NAAS (arXiv 2105.13258), section II, third level. Ours: the first subnets on an accelerator include
 * the best one found before, and the front continues on the accelerator found with rising accuracy.
 */
#ifndef NAS_SEARCH_H
#define NAS_SEARCH_H

#include "accelsearch/cosearch.h"
#include "nas/accuracy.h"

struct nas_options {
    struct as_goal goal;
    enum as_strategy strategy; /* of the hardware: AS_CMA_ES or AS_RANDOM */
    enum as_encoding encoding;
    struct as_map_options map;   /* of the mappings; evaluations is set per stage */
    int64_t evaluations, final;  /* of the model per layer: while searching; of the designs reported */
    int generations, population; /* of accelerators */
    int subnet_generations, subnet_population; /* on each accelerator */
    int front_steps;                           /* accuracies that the front goes on to */
    double min_accuracy;                       /* percent */
    bool sizing_only;
    uint64_t seed;
    int threads;
    struct as_farm *farm; /* as in struct as_cosearch_options */
};

/* A subnet on an accelerator. */
struct nas_point {
    struct nas_subnet subnet;
    struct nas_size size;
    struct nas_accuracy accuracy;
    int candidate;                   /* of the search */
    double energy_pj, cycles, score; /* INFINITY: a layer does not fit, or a limit is broken */
};

struct nas_candidate {
    struct as_accel accel;
    struct as_key key;
    int generation;
    struct nas_point best;
};

struct nas_generation {
    double best, mean; /* score: best so far; geometric mean of this generation's candidates */
    int distinct;      /* candidates not seen before */
};

struct nas_search {
    struct naas_ctx *ctx;
    const struct nas_space *space;
    const struct nas_oracle *oracle;
    const struct as_budget *budget;
    struct nas_options options;
    struct as_database *database; /* may be NULL */

    int n_candidates, n_generations, n_front;
    int subnet_generation; /* of the evolution that is running */
    struct nas_candidate *candidate;
    struct nas_generation *generation;
    struct nas_point
        *front; /* accuracy against score, falling scores; in the end judged with the final effort */
    int64_t subnets, layers, mapped; /* judged; their layers; searches for a mapping made for them */
};

/* Called after each generation of subnets; may be NULL. */
typedef void nas_progress(void *context, const struct nas_search *search);

/* What the pointers show is kept. */
void nas_search_init(struct nas_search *search, struct naas_ctx *ctx, const struct nas_space *space,
    const struct nas_oracle *oracle, const struct as_budget *budget, const struct nas_options *options,
    struct as_database *database);
/* best: the best of the finalists, judged with the final effort. NAAS_UNSUPPORTED when no subnet is accurate
 * enough or nothing fits; a diagnostic says which. */
enum naas_status nas_search_run(
    struct nas_search *search, nas_progress *progress, void *context, struct nas_point *best);

#endif
