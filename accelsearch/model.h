/*
 * model: problem and accelerator, compiled once for many evaluations.
 *
 * as_model_init works out what no mapping changes; as_model_eval(model, mapping, cost) then allocates nothing
 * and equals as_evaluate. as_explain says which loop causes which traffic.
 */
#ifndef AS_MODEL_H
#define AS_MODEL_H

#include "accelsearch/accelsearch.h"
#include "accelsearch/cost_axis.h"

enum { AS_MAX_WINDOWS = 4 }; /* of the quick way */

struct as_tensor_plan {
    enum as_role role;
    int n_lines;
    struct as_line line[AS_MAX_RANK];
    int n_singles, n_windows;   /* lines of one term, of two */
    int single[AS_MAX_RANK];    /* the dim */
    int window[AS_MAX_RANK];    /* the line */
    bool padded_single;         /* some line of one term is */
    unsigned dims;              /* in its subscripts: bit d */
    int window_of[AS_MAX_DIMS]; /* 2 * index in window[], + 1 for the line's second dim; -1: none */
    int64_t touched;            /* elements of the output (its axes have one dim each) */
};

static inline bool as_uses(const struct as_tensor_plan *plan, int dim)
{
    return plan->dims >> dim & 1;
}

enum { AS_MAX_LANES = (AS_MAX_LEVELS - 1) * AS_MAX_PORTS };

/* A port that level `l`'s transfers pass: those of the levels between l and the outermost that hands it a
 * tensor. */
struct as_lane {
    double words_per_cycle;
    double down[AS_MAX_TENSORS], up; /* 1: the tensor passes, 0: it does not; up: the output */
};
struct as_lanes {
    int n;
    struct as_lane lane[AS_MAX_LANES];
};

struct as_model {
    struct as_problem problem;
    struct as_accel accel;
    struct as_tensor_plan tensor[AS_MAX_TENSORS];
    int64_t instances[AS_MAX_LEVELS];
    int64_t macs;
    double area_um2;
    int n_windows;                           /* axes with two terms, of all tensors */
    struct as_lanes all_kept[AS_MAX_LEVELS]; /* where every level keeps all tensors */
    bool covered;                            /* the closed form covers the problem */
};

/* ---- one mapping, flattened ---- */

enum { AS_MAX_TEMPORAL = 64 }; /* loops that divide: more have too many steps to count, or hardly divide */

struct as_temporal {
    int dim, cut; /* of the dim's chain */
    int level;
};

/* Loops that divide their dim, of all levels but the last, outermost first. n_temporal[l], n_cuts[l][d]:
 * those of levels < l. */
struct as_nest {
    struct as_chain chain[AS_MAX_DIMS];
    struct as_temporal temporal[AS_MAX_TEMPORAL];
    int n_temporal[AS_MAX_LEVELS];
    int n_cuts[AS_MAX_LEVELS][AS_MAX_DIMS];
};

/* What a tensor moves between level `outer` and the next level that keeps it, `level`, summed over the steps
 * into which one temporal loop advances, and over the instances of outer. */
struct as_move {
    int64_t steps; /* counted once for every instance of outer that is active */
    int64_t taken; /* words, once for all that take them in a step */
    int64_t left;  /* output words drained, added up on the array */
};
struct as_traffic {
    int outer, level;
    int64_t reads, copies; /* taken in all; the same, once for every taker */
    int n;                 /* temporal loops outside the level */
    struct as_move step[AS_MAX_TEMPORAL];
};

void as_model_init(struct as_model *model, const struct as_problem *problem, const struct as_accel *accel);
static inline bool as_keeps(const struct as_mapping *mapping, int level, int tensor)
{
    return mapping->level[level].keeps >> tensor & 1;
}
/* The nearest outer level that keeps the tensor. */
int as_outer_level(const struct as_mapping *mapping, int tensor, int level);
/* False when a dim is cut by more loops than AS_MAX_CUTS, or there are more than AS_MAX_TEMPORAL in all. */
bool as_nest_build(const struct as_model *model, const struct as_mapping *mapping, struct as_nest *nest);
/* every_loop: step[] is wanted for all loops; else it may end where nothing is held on to any more. */
bool as_traffic(const struct as_model *model, const struct as_nest *nest, int tensor, int outer, int level,
    bool every_loop, struct as_traffic *traffic);
/* All counts of a mapping, and the traffic they are made of; cost is zero but for macs. False for what the
 * closed form does not cover. */
bool as_model_counts(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, bool every_loop, struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    struct as_cost *cost);
/* The counts alone, in the quickest way there is. */
bool as_model_count(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_cost *cost);
/* Adds the counts of level l alone to those of the levels around it, cost being begun. quick: set up for a
 * mapping that differs in orders of temporal loops at most, or NULL. */
struct as_quick;
void as_model_begin(const struct as_model *model, struct as_cost *cost);
bool as_model_count_level(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_quick *quick, int l, struct as_cost *cost);
enum naas_status as_model_eval(
    const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost);
/* The same by one way only, NAAS_UNSUPPORTED where it does not apply: for tests. */
enum as_way { AS_EVEN, AS_QUICK, AS_GENERAL };
enum naas_status as_model_eval_by(
    const struct as_model *model, const struct as_mapping *mapping, enum as_way way, struct as_cost *cost);
/* n mappings one after the other; returns how many are covered. The cycles of one that is not are INFINITY,
 * as is all that follows from them. */
int as_model_eval_batch(
    const struct as_model *model, int n, const struct as_mapping *mappings, struct as_cost *costs);

#endif
