/*
 * study: what moves latency, energy and utilisation, and by how much, on some accelerators. Prefix study_.
 *
 * In:  accelerators, ranges of parameters, a seed. Out: for each parameter the rank correlation with each
 *      measure and the elasticity, with confidence intervals, and how accelerators differ in them.
 * Ideas: every sample is a *stage*, some blocks of convolutions, drawn from a Latin hypercube over the neural
 * parameters. It runs on each accelerator as it is (group *neural*), on one whose array, memories and ports
 * are scaled by factors drawn from the same hypercube (*hardware*), and on one whose two axes take two dims
 * drawn from six (*parallel*). The last two are looked at in proportion to the same stage on the accelerator
 * as it is, so that differences between stages do not drown those between accelerators. All accelerators see
 * the same samples, so that differences between them are paired.
 *
 * Spearman's correlation says how reliably a measure moves with a parameter; the elasticity d ln y / d ln x,
 * by least squares over all parameters of a group at once, says how much: 1 is in proportion. For parallel
 * dims, which are there or not, it is the difference of ln y to the mean of the six. Intervals are the middle
 * 95 % of bootstrap resamples (Efron, Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13), which
 * draw whole samples, with all accelerators.
 */
#ifndef STUDY_STUDY_H
#define STUDY_STUDY_H

#include "accelsearch/farm.h"
#include "accelsearch/technology.h"

enum study_group { STUDY_NEURAL, STUDY_HARDWARE, STUDY_PARALLEL, STUDY_GROUPS };
enum {
    STUDY_FACTORS = 6 /* in each group */,
    STUDY_METRICS = 3,
    STUDY_MOST_DESIGNS = 4,
    STUDY_MOST_KERNELS = 8
};
enum { STUDY_IN, STUDY_OUT, STUDY_KERNEL, STUDY_RESOLUTION, STUDY_DEPTH, STUDY_EXPANSION };
enum { STUDY_PES, STUDY_ASPECT, STUDY_L1, STUDY_L2, STUDY_NOC, STUDY_DRAM };
extern const char *const study_group_names[STUDY_GROUPS];
extern const char *const study_factor_names[STUDY_GROUPS][STUDY_FACTORS]; /* for people */
extern const char *const study_factor_keys[STUDY_GROUPS][STUDY_FACTORS];  /* in files */
extern const char *const study_metric_names[STUDY_METRICS];

struct study_design {
    const char *name;
    struct as_accel accel;
    struct as_accel_sources sources;
    int l1, l2; /* levels whose capacity is scaled */
    int array;  /* the level above the array, which has two axes */
};

struct study_range {
    double low, high;
};

/* A sample on one design in one group. */
struct study_point {
    bool valid;              /* every layer fits, on all designs */
    double x[STUDY_FACTORS]; /* as they came out, rounded; hardware: over those of the design */
    double y[STUDY_METRICS]; /* hardware, parallel: over those of the design as it is */
};

struct study_estimate {
    double value, low, high; /* NAN: not known */
};
struct study_cell {
    struct study_estimate spearman, elasticity;
};
typedef struct study_cell study_cells[STUDY_GROUPS][STUDY_FACTORS][STUDY_METRICS];

struct study {
    struct naas_ctx *ctx;
    const char *name;
    uint64_t seed;
    int n_samples, n_resamples;
    struct as_map_options map;
    bool
        inverted; /* blocks are depthwise inside, expanded from their input; else reduced, and dense inside */
    int n_kernels;
    int kernel[STUDY_MOST_KERNELS];
    struct study_range range[2][STUDY_FACTORS]; /* neural, without the kernel; hardware */
    int n_designs;
    struct study_design design[STUDY_MOST_DESIGNS];

    struct study_point *point[STUDY_MOST_DESIGNS][STUDY_GROUPS]; /* [n_samples], in the arena */
    int64_t mapped;                                              /* searches for a mapping asked for */
    int n_valid[STUDY_GROUPS];
    study_cells cell[STUDY_MOST_DESIGNS];
    study_cells difference[STUDY_MOST_DESIGNS]; /* to design 0; of design 0 itself nothing */
};

/* What a new study has that nobody says otherwise of. */
void study_defaults(struct study *study);
/* NULL, or what makes the design unfit for a study. */
const char *study_design_fault(const struct study_design *design);
/* All mapping searches; then the points are there. NAAS_SYSTEM: no memory. */
enum naas_status study_measure(
    struct study *study, struct as_farm *farm, int threads, struct as_database *database);
/* Statistics of the points. */
void study_analyse(struct study *study);

#endif
