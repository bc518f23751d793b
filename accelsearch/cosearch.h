/*
 * cosearch.h: the outer level of NAAS: an accelerator within a budget, searched together with the mapping of
 * every layer.
 *
 * Each generation, an optimiser proposes vectors (hardware.h); those whose bound (least.h) says that they
 * cannot win are dropped and drawn again, as NAAS does with invalid ones; all distinct layers are mapped on
 * each of the accelerators with little effort, then on the better half of them with more. The score is the
 * geometric mean over the networks of the goal's score of energy and cycles summed over layers. Mappings are
 * pure functions of problem, accelerator and options, worked out on all threads and remembered in a database,
 * so the result depends on the options alone: not on the number of threads, not on what the database holds,
 * and not on having been interrupted.
 *
 * Method: NAAS (arXiv 2105.13258), section II; halving the candidates before the full effort is ours.
 */
#ifndef AS_COSEARCH_H
#define AS_COSEARCH_H

#include "accelsearch/farm.h"
#include "accelsearch/hardware.h"
#include "accelsearch/native.h"
#include "accelsearch/workload.h"

/* An accelerator with a mapping of every distinct layer. */
struct as_design {
    struct as_accel accel;
    bool complete; /* every layer fits */
    double score;
    double energy_pj, cycles; /* geometric means over the networks */
    double area_um2;
    struct as_map_result *layer; /* [distinct layer], NULL when only the totals were wanted */
};

/* One candidate as it was judged. */
struct as_candidate {
    struct as_accel accel;
    struct as_key key;
    int generation;
    bool full;                                 /* with the full effort */
    bool optimal;                              /* on the Pareto front of energy, cycles and area */
    double score, energy_pj, cycles, area_um2; /* energy 0: a layer does not fit */
};
/* Which of them are optimal. */
void as_candidates_mark(int n, struct as_candidate *candidate);

struct as_generation {
    double best, mean; /* score: best so far; geometric mean of this generation's complete candidates */
    double sigma;      /* step size of the strategy; 0 for random */
    int distinct;      /* candidates that were not seen before */
};

struct as_cosearch_options {
    struct as_goal goal;
    enum as_strategy strategy;   /* of the hardware: AS_CMA_ES or AS_RANDOM */
    enum as_encoding encoding;   /* of the hardware */
    struct as_map_options map;   /* of the mappings; evaluations is set per stage */
    int64_t screen, full, final; /* evaluations of the model per layer: of every candidate, of the better
                                    half, and of the designs reported */
    int generations, population;
    uint64_t seed;
    bool sizing_only;     /* axes and their dims are the baseline's */
    bool fixed_mapping;   /* the baseline's native dataflow instead of a mapping search */
    int threads;          /* changes nothing but the time */
    struct as_farm *farm; /* where mappings are searched; NULL: on threads of this search */
};
struct as_cosearch_options as_cosearch_defaults(void);

struct as_cosearch {
    const struct as_workload *workload;
    const struct as_budget *budget;
    struct as_cosearch_options options;
    struct as_database *database; /* may be NULL */

    int n_candidates, n_generations;
    int64_t n_dropped;              /* drawn, and ruled out by the bound */
    struct as_candidate *candidate; /* in the order they were met, each accelerator once */
    struct as_generation *generation;
    struct as_native native; /* the baseline's dataflow, once it was asked for */
    bool failed;             /* a mapping could not be searched: no memory, or the farm gave up */
    int64_t mapped;          /* searches for a mapping asked for */
    int64_t evaluations;     /* of the cost model in these, as their results say: also of remembered ones */
};

/* Called after each generation; may be NULL. */
typedef void as_progress(void *context, const struct as_cosearch *search);

/* workload, budget and database are kept. Everything lives in the workload's arena. */
void as_cosearch_init(struct as_cosearch *search, const struct as_workload *workload,
    const struct as_budget *budget, const struct as_cosearch_options *options, struct as_database *database);
/* NAAS_UNSUPPORTED when no candidate can run every layer; NAAS_SYSTEM when the search failed. */
enum naas_status as_cosearch_run(
    struct as_cosearch *search, as_progress *progress, void *context, struct as_design *best);

/* Mappings on a given accelerator, searched with the final effort; what comes out means nothing when the
 * search failed. */
void as_cosearch_map(struct as_cosearch *search, const struct as_accel *accel, struct as_design *design);
/* The baseline with its native dataflow, and with mappings searched as hard as those of the result; these are
 * the dataflow's where the search found none that is better. */
void as_cosearch_baseline(struct as_cosearch *search, struct as_design *searched, struct as_design *native);

#endif
