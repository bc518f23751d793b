/*
 * naas search: an accelerator within a budget, and mappings, for networks (accelsearch/cosearch.h). Reads its
 * options from a table of its own, searches, prints a summary and, with -o, writes a folder of results.
 */
#ifndef DRIVER_NAAS_SEARCH_H
#define DRIVER_NAAS_SEARCH_H

#include "accelsearch/cosearch.h"
#include "driver/naas.h"
#include "driver/settings.h"
#include "driver/team.h"
#include "nas/search.h"

struct search_request {
    struct settings_list network;
    const char *budget, *output, *resume, *database, *objective;
    double max_area_mm2, max_energy_uj, max_cycles; /* 0: none */
    int64_t evaluations;
    bool quiet, json, help;
    struct team team;
    struct as_cosearch_options options;

    bool nas; /* naas nas: the network is searched, too */
    const char *space, *accuracy, *compare;
    double min_accuracy, compare_accuracy; /* percent */
    int subnet_generations, subnet_population, front_steps;
};

/* nas: those of naas nas. */
void search_options_default(struct search_request *request, bool nas);
/* Reads argv[0..argc). NULL, or what is wrong with it. */
const char *search_options_read(
    struct naas_ctx *ctx, struct search_request *request, int argc, const char *const *argv);
void search_options_help(FILE *out, bool nas);

/* What came out. */
struct search_results {
    const struct as_cosearch *search;
    struct as_design best, baseline, native; /* the baseline: mappings searched, and its own dataflow */
};

void search_report(struct naas_buf *out, const struct search_results *results);
/* An object: what was asked (arguments, folder), and what came out. team: what its ranks did, too, or NULL.
 */
void search_record(struct naas_buf *out, int argc, const char *const *argv, const char *folder,
    const struct team *team, const struct search_results *results);
void search_candidates_csv(struct naas_buf *out, int n, const struct as_candidate *candidates);
void search_history_csv(struct naas_buf *out, const struct as_cosearch *search);

/* The file of a layer's mapping in the folder of results: mappings/NN-layer.json, with what file names cannot
 * hold replaced. */
const char *search_mapping_name(struct naas_ctx *ctx, int number, const char *layer);

/* ---- a run of naas search or naas nas ---- */

struct search_run {
    struct naas_ctx *ctx;
    const struct naas_request *paths;
    struct search_request request;
    int argc; /* as recorded, without those of --resume */
    const char *const *argv;
    const char *folder; /* from which relative names are looked up */
    struct team *team;  /* NULL: one of its own, request.team */
    struct as_database *database;
    const char *database_path;
    bool shares_database; /* it was open before, and stays so */
    const char *row;      /* of a campaign, for the progress; NULL: a run alone */
    /* Networks and budget, where they have been read before; else NULL. */
    const struct as_workload *workload;
    const struct as_budget *budget;
    double started;
    bool terminal;
};
/* Seconds since the clock was started. */
void search_start_clock(struct search_run *run);
double search_seconds(const struct search_run *run);
/* Writes a file of the folder of results. */
enum naas_status search_write(struct search_run *run, const char *name, const struct naas_buf *text);
/* The mappings of the best design, in its folder mappings. */
enum naas_status search_write_mappings(struct search_run *run, const struct search_results *results);
/* What comes before searching: the record that --resume reads, the database, and who searches mappings, which
 * goes into the options. */
enum naas_status search_begin(struct search_run *run);
/* Says why a search came to no end, and how to go on: none, when nothing was found, or the system failed. */
void search_explain(struct search_run *run, enum naas_status status, const char *none);
/* After files of results were written with this status: a hint, if they could not be. */
enum naas_status search_written(struct search_run *run, enum naas_status status);
/* Says when it failed. */
void search_check_database(struct search_run *run);
/* Members of the record that say what was asked; the object stays open. */
void search_record_asked(struct naas_buf *out, const char *kind, int argc, const char *const *argv,
    const char *folder, bool complete);
/* A design's totals for a network, and its JSON under a key. */
void search_total(
    const struct search_results *results, const struct as_design *design, int network, struct as_cost *total);
void search_design_json(struct naas_buf *out, const struct search_results *results,
    const struct as_design *design, const char *key);
/* Layers of the best design, and totals of it and the baselines. */
void search_report_layers(struct naas_buf *out, const struct search_results *results);

/* The working folder. */
const char *search_here(struct naas_ctx *ctx);
/* Networks and budget of the request. */
enum naas_status search_read_inputs(
    struct search_run *run, struct as_workload *workload, struct as_budget *budget);
/* A name of what the networks and the budget hold: another one when something in their files changes that may
 * change the result. In the arena. */
const char *search_inputs_key(
    struct naas_ctx *ctx, const struct as_workload *workload, const struct as_budget *budget);
/* The whole of a search that the request asks for: reads, searches, writes the folder, prints to out. The
 * database stays open. */
enum naas_status search_perform(struct search_run *run, struct naas_buf *out);
/* NULL when the command takes the option with this value (NULL: a switch), else what is wrong. */
const char *search_option_fault(struct naas_ctx *ctx, const char *name, const char *value);

/* What naas nas does instead of a search for given networks. */
enum naas_status naas_nas_run(struct search_run *run, struct naas_buf *out);

/* The programs behind `naas search` and `naas nas`; argv: what stands behind that word. An exit status. */
int naas_search(const struct naas_request *paths, int argc, const char *const *argv);
int naas_nas(const struct naas_request *paths, int argc, const char *const *argv);

#endif
