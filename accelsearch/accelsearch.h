/*
 * accelsearch: problem and accelerator (or a budget for one) in, mapping (and accelerator) with their cost
 * out. Prefix as_.
 *
 * In:  struct as_problem from polyhedral or a table, struct as_accel from JSON.
 * Out: struct as_mapping, struct as_cost.
 * Ideas: counts are defined by execution and computed in closed form, element for element; the model
 * allocates nothing and knows no C source and no isl: which loops may be permuted or laid out in space is
 * already written in the problem (band, spatial).
 */
#ifndef AS_ACCELSEARCH_H
#define AS_ACCELSEARCH_H

#include "accelsearch/types.h"

/* ---- problems ---- */

/* What is wrong with the problem: the invariants of types.h, and that no product of extents overflows. NULL:
 * nothing. */
const char *as_problem_fault(struct naas_ctx *ctx, const struct as_problem *problem);
/* Fills in what follows from the rest (conv letters) and checks it; loc is where to say what is wrong. */
enum naas_status as_problem_finish(struct naas_ctx *ctx, struct as_problem *problem, struct naas_loc loc);
enum naas_status as_problem_from_json(struct naas_ctx *ctx, const char *path, struct as_problem *problem);
void as_problem_json(struct naas_buf *out, const struct as_problem *problem);
void as_problem_print(struct naas_buf *out, const struct as_problem *problem);
/* MACs: product of the extents. */
int64_t as_problem_macs(const struct as_problem *problem);
/* Bytes of one element of tensor t as a storage level holds it (partial sums for the output). */
int64_t as_element_bytes(const struct as_problem *problem, const struct as_accel *accel, int t);

/* A convolution layer over square or rectangular images: C and K of all groups together, H x W the input
 * without padding. weights: false for pooling, whose channels are C = K = groups. */
struct as_conv {
    int64_t N, K, C, H, W, R, S, groups;
    int64_t stride[2], pad[2], dilation[2]; /* of rows, of columns */
    bool weights;
};

/* The problem of a layer, elements in the accelerator's words; dims of extent 1 are left out, unless all are.
 */
enum naas_status as_problem_conv(struct naas_ctx *ctx, const char *name, const struct as_conv *conv,
    struct naas_loc loc, struct as_problem *problem);
/* out[M][N] = sum over K of left[M][K] * right[K][N], `batch` times; batch > 1 makes a dim of it. */
enum naas_status as_problem_gemm(struct naas_ctx *ctx, const char *name, int64_t batch, int64_t M, int64_t N,
    int64_t K, struct naas_loc loc, struct as_problem *problem);

/* ---- networks ---- */

struct as_layer {
    struct as_problem problem; /* named as the layer */
    int64_t count;             /* how often it occurs */
    int64_t parameters; /* of one occurrence: weights, and biases or normalisations as the table tells */
};
struct as_network {
    char name[AS_NAME];
    int n_layers;
    struct as_layer *layers; /* in the arena */
};
enum naas_status as_network_from_json(struct naas_ctx *ctx, const char *path, struct as_network *network);

/* ---- accelerators ---- */

enum naas_status as_accel_from_json(struct naas_ctx *ctx, const char *path, struct as_accel *accel);
/* From a text of that name, as files have one. */
enum naas_status as_accel_from_text(
    struct naas_ctx *ctx, const char *name, const char *text, struct as_accel *accel);
void as_accel_json(struct naas_buf *out, const struct as_accel *accel);
void as_accel_print(struct naas_buf *out, const struct as_accel *accel);
/* Number of instances of a level: the product of the arrays above it. */
int64_t as_instances(const struct as_accel *accel, int level);
/* Bytes from a number with a unit, such as "108 KiB" or "64KiB"; 0 when it is none. */
int64_t as_bytes_of(const char *text);

/* ---- mappings ---- */

/* Names of dims, levels and tensors in the file are those of the problem and the accelerator. */
enum naas_status as_mapping_from_json(struct naas_ctx *ctx, const char *path,
    const struct as_problem *problem, const struct as_accel *accel, struct as_mapping *mapping);
void as_mapping_json(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping);
void as_mapping_print(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping);
/* Is it one? Loops well formed, arrays and storage large enough, bands in order. NULL when it is; else a
 * message in the arena that names the level, dim or tensor. */
const char *as_mapping_fault(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping);
/* Largest number of elements of tensor t in a tile of level l. Gaps of a strided footprint are not counted.
 */
int64_t as_footprint(const struct as_problem *problem, int t, const int64_t tile[AS_MAX_DIMS]);
/* Largest tile of a level: extent per dim. */
void as_level_tile(
    const struct as_problem *problem, const struct as_mapping *mapping, int level, int64_t tile[AS_MAX_DIMS]);

/* ---- cost ---- */

/* The cost of a legal mapping (as_mapping_fault: NULL). Allocates nothing. NAAS_UNSUPPORTED for what the
 * closed form does not cover. */
enum naas_status as_evaluate(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, struct as_cost *cost);

/* ---- explaining ---- */

/* Words that cross a boundary because one temporal loop advances. */
struct as_cause {
    int dim, level; /* the loop: of dim, under level */
    int64_t advances, words;
    bool indexes; /* the dim stands in the tensor's subscripts; if not, the loops inside it start over */
};
/* What tensor moves between level and the next level outwards that keeps it: inputs and weights inwards
 * (reads of outer), the output outwards (updates of outer). rest: words of the first tile (of the output: of
 * the last one). */
struct as_explanation {
    int tensor, outer, level;
    int64_t words, rest;
    int n;
    struct as_cause cause[AS_MAX_LOOPS * AS_MAX_LEVELS];
};
/* level keeps the tensor. NAAS_UNSUPPORTED as as_evaluate. */
enum naas_status as_explain(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, int tensor, int level, struct as_explanation *explanation);
/* What the run's cycles go to: cycles[l] what the ports of level l add to computing and the levels inside it,
 * those of the last level computing alone. They add up to the cost's. NAAS_UNSUPPORTED as as_evaluate. */
enum naas_status as_waits(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, double cycles[AS_MAX_LEVELS]);
/* Words that a port of a level carries in both directions, over all instances of the level. */
double as_port_words(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct as_cost *cost, int level, int port);

/* ---- searching for a mapping ---- */

/* What is best: the least energy^energy x delay^delay x area^area (exponents; pJ, cycles, um2) within the
 * limits (0: none). */
struct as_goal {
    double energy, delay, area;
    double max_cycles, max_pj, max_um2;
};
/* INFINITY beyond a limit. */
double as_goal_score(const struct as_goal *goal, const struct as_cost *cost);

enum as_strategy {
    AS_CMA_ES, /* NAAS */
    AS_RANDOM, /* uniform vectors */
    AS_LOCAL,  /* descent and annealing over plans (plan.h) */
    AS_MIX,    /* what wins by measurement: tests/bench/map */
    AS_EXACT,  /* AS_MIX, then branch and bound over plans: a lower bound, and a proof when it meets the score
                */
};
/* AS_SPACE_FULL: folding (two dims on one axis), any problem dim in space, levels may be passed.
 * AS_SPACE_NAAS: the paper's: one of K C P Q R S per axis, every level keeps what it can. */
enum as_space_kind { AS_SPACE_FULL, AS_SPACE_NAAS };
/* How a vector in [0,1]^n says an order: one importance per dim, or the number of the permutation. */
enum as_encoding { AS_IMPORTANCE, AS_INDEX };

struct as_map_options {
    struct as_goal goal;
    enum as_strategy strategy;
    enum as_space_kind space;
    enum as_encoding encoding;
    int64_t evaluations; /* of the cost model, at most; what is cheaper counts as a part of one */
    uint64_t seed;
    int64_t nodes; /* AS_EXACT: of the tree, at most */
    int threads;   /* AS_EXACT: of its own, 0 or 1: none; they change nothing but the time */
};
struct as_map_result {
    struct as_mapping mapping;
    struct as_cost cost;
    double score;
    int64_t evaluations;
    double lower_bound; /* AS_EXACT: no plan (plan.h) has a lower score; else 0 */
    bool proven;        /* the score is the lower bound */
    int64_t nodes;      /* AS_EXACT: of the tree, visited */
};

/* EDP, AS_MIX, the full space, importance encoding, the default effort, seed 1. */
struct as_map_options as_map_defaults(void);
/* The result depends on the arguments alone. NAAS_UNSUPPORTED when no mapping fits (as_map says which level
 * is too small) or none keeps the goal's limits. */
enum naas_status as_map_search(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_map_options *options, struct as_map_result *result);
/* The same for n problems, by a farm (farm.h); NULL: on at most `threads` threads (0: all processors). */
struct as_farm;
void as_map_search_all(int n, const struct as_problem *const *problem, const struct as_accel *accel,
    const struct as_map_options *options, struct as_farm *farm, int threads, struct as_map_result *result,
    enum naas_status *status);
/* Says at loc why there is none; a lack of memory is an error in any case. */
void as_map_explain(struct naas_ctx *ctx, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_map_options *options, enum naas_status status, enum naas_severity severity,
    struct naas_loc loc);

/* as_map_search with words: NAAS_UNSUPPORTED comes with a warning at loc that says why nothing fits. */
enum naas_status as_map(struct naas_ctx *ctx, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_map_options *options, struct naas_loc loc, struct as_map_result *result);

#endif
