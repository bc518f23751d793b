/*
 * page.h: pages of HTML that need nothing but themselves. Their templates are in assets/, with {{names}}
 * where text goes.
 */
#ifndef SHOW_PAGE_H
#define SHOW_PAGE_H

#include "show/mapping.h"

struct show_field {
    const char *name, *text; /* text is put in as it is: svg_escape is the caller's */
};
/* The template with its fields. */
void show_fill(struct naas_buf *out, const char *template, int n, const struct show_field *fields);
/* Up to the start of the body: style sheets and script. */
void show_page_head(struct naas_buf *out, const char *title);
/* Text with what marks up replaced. In the arena. */
const char *show_escaped(struct naas_ctx *ctx, const char *text);

/* ---- layers ---- */

struct show_layer {
    const struct as_problem *problem;
    const struct as_mapping *mapping;
    const struct as_cost *cost;
    int64_t count; /* how often it occurs */
};
/* Layers on one accelerator. Points and details of layer i have the id "<prefix>l<i>". */
struct show_layers {
    const struct as_accel *accel;
    int n;
    const struct show_layer *layer;
    const char *prefix;
};
/* Energy, by level and what else takes some; cycles, by what they wait for; MACs per cycle over MACs per
 * word of DRAM. All occurrences of a layer together. */
void show_energy_chart(struct naas_buf *out, const struct show_layers *layers);
void show_cycles_chart(struct naas_buf *out, const struct show_layers *layers);
void show_roofline(struct naas_buf *out, const struct show_layers *layers);
/* Loop nest and pictures of each layer. */
void show_layer_details(struct naas_buf *out, const struct show_layers *layers);

/* ---- a run of naas search ---- */

struct show_generation {
    double best, mean; /* score */
};
struct show_candidate {
    int number, generation;
    bool optimal;
    double energy_pj, cycles, area_um2, pes, l1_bytes, l2_bytes, words_per_cycle;
    const char *axes;
};
/* Totals of a network on an accelerator, named by who: "found", ... */
struct show_total {
    const char *network, *who;
    double cycles, energy_pj, edp, utilisation; /* edp: pJ x cycles */
};
struct show_search {
    int n_generations, n_candidates, n_totals;
    const struct show_generation *generation;
    const struct show_candidate *candidate;
    const struct show_total *total; /* of every network the one found comes first */
    double mappings;                /* searches for one */
    const char *prefix; /* NULL; or one of several on a page: accelerator i has the id "<prefix>c<i>" */
};
/* Convergence, and all accelerators. */
void show_search(struct naas_buf *out, const struct show_search *search);

/* ---- what naas nas adds ---- */

/* A subnet by its code, or a network on an accelerator by what is compared. */
struct show_subnet {
    const char *name;
    double top1, error;               /* percent; NAN: not known */
    double edp_js, energy_pj, cycles; /* NAN: a layer does not fit */
    double macs, parameters;
    int candidate;
};
struct show_subnets {
    const char *title, *best, *source; /* of the chart; the best one in words; what the accuracies are */
    int n_front, n_compared;
    const struct show_subnet *front, *compared; /* the first of compared is what the others are set against */
};
/* Accuracy against EDP; alone: see svg_begin. */
void show_subnets_chart(struct naas_buf *out, const struct show_subnets *subnets, bool alone);
/* The same with tables, as a section of a page. */
void show_subnets_section(struct naas_buf *out, const struct show_subnets *subnets);

/* ---- processes that searched together ---- */

struct show_rank {
    double threads, searches, busy_s, idle_s, messages, bytes; /* as in run.json */
};
struct show_ranks {
    double seconds, passing_s, keeping_s;
    int n;
    const struct show_rank *rank;
};
void show_ranks_section(struct naas_buf *out, const struct show_ranks *ranks);

struct show_run {
    const char *title, *subtitle;
    struct show_layers layers; /* on the accelerator found */
    struct show_search search;
    const struct show_subnets *subnets; /* NULL: the networks were given */
    const struct show_ranks *ranks;     /* NULL: it was one process */
};
void show_run_page(struct naas_buf *out, const struct show_run *run);
/* All of it but the loop nests, to be folded in among others: prefixes tell their ids apart. */
void show_run_details(struct naas_buf *out, const struct show_run *run, const char *id);

/* ---- a campaign ---- */

/* What a network gains over a baseline: of a row, or a mean of many. */
struct show_gain {
    const char *budget, *network, *of; /* of: what else tells the row apart */
    const char *over;
    const char *id; /* of the details of the row; NULL: a mean */
    bool charted;   /* a bar of the chart */
    double speed_up, energy, edp;
};
struct show_campaign {
    const char *title, *subtitle;
    int n_gains, n_runs, n_missing;
    const struct show_gain *gain;
    const struct show_run *run;     /* the id of run i is r<i> */
    const struct show_ranks *ranks; /* NULL: it was one process */
};
void show_campaign_page(struct naas_buf *out, const struct show_campaign *campaign);

/* ---- a study ---- */

enum { SHOW_MOST_DESIGNS = 4 };
struct show_estimate {
    double value, low, high; /* NAN: not known */
};
/* How a measure moves with a parameter on each design; less: the difference to the first design. */
struct show_effect {
    const char *group, *parameter, *measure;
    struct show_estimate spearman[SHOW_MOST_DESIGNS], elasticity[SHOW_MOST_DESIGNS];
    struct show_estimate spearman_less[SHOW_MOST_DESIGNS], elasticity_less[SHOW_MOST_DESIGNS];
    int n; /* samples */
};
struct show_study {
    const char *title, *subtitle;
    int n_designs, n_measures, n_effects;
    const char *design[SHOW_MOST_DESIGNS];
    const struct show_effect *effect; /* measures of a parameter side by side, groups of as many parameters */
    int parameters_together;
};
/* Value and interval, for people. In the arena. */
const char *show_estimate_text(struct naas_ctx *ctx, const struct show_estimate *estimate);
/* What differs most between the first design and another one, the largest first: which[0..n), of those whose
 * interval leaves out 0. */
int show_study_differences(const struct show_study *study, int design, bool elasticity, int n, int *which);
/* How many differences leave out 0, of how many. */
int show_study_clear(const struct show_study *study, int design, bool elasticity, int *of);
void show_study_heat(struct naas_buf *out, const struct show_study *study, bool elasticity, bool alone);
void show_study_page(struct naas_buf *out, const struct show_study *study);

/* ---- nests compiled by naascc ---- */

struct show_nest {
    const char *file, *name, *target;
    int line;                     /* of the first line of source */
    const char *source, *emitted; /* C */
    struct show_layers parts;     /* none where the target has no use for a mapping */
};
/* The page with the nest: page is what it was before, or NULL for a new one. An article about the same nest
 * is replaced. */
void show_nest_add(struct naas_buf *out, const char *page, const struct show_nest *nest);
/* The same for the search of a program's accelerator. */
void show_search_add(struct naas_buf *out, const char *page, const struct show_search *search);

#endif
