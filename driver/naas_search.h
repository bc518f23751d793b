/*
 * naas search: an accelerator within a budget, and mappings, for networks (accelsearch/cosearch.h). Reads its
 * options from a table of its own, searches, prints a summary and, with -o, writes a folder of results.
 */
#ifndef DRIVER_NAAS_SEARCH_H
#define DRIVER_NAAS_SEARCH_H

#include "accelsearch/cosearch.h"
#include "driver/naas.h"
#include "driver/settings.h"

struct search_request {
    struct settings_list network;
    const char *budget, *output, *resume, *database, *objective;
    double max_area_mm2, max_energy_uj, max_cycles; /* 0: none */
    int64_t evaluations;
    bool quiet, json, help;
    struct as_cosearch_options options;
};

void search_options_default(struct search_request *request);
/* Reads argv[0..argc). NULL, or what is wrong with it. */
const char *search_options_read(
    struct naas_ctx *ctx, struct search_request *request, int argc, const char *const *argv);
void search_options_help(FILE *out);

/* What came out. */
struct search_results {
    const struct as_cosearch *search;
    struct as_design best, baseline, native; /* the baseline: mappings searched, and its own dataflow */
};

void search_report(struct naas_buf *out, const struct search_results *results);
/* Members of an object: what was asked (arguments, folder), and, unless results is NULL, what came out. */
void search_record(struct naas_buf *out, int argc, const char *const *argv, const char *folder,
    const struct search_results *results);
void search_pareto_csv(struct naas_buf *out, const struct as_cosearch *search);
void search_history_csv(struct naas_buf *out, const struct as_cosearch *search);

/* The file of a layer's mapping in the folder of results: mappings/NN-layer.json, with what file names cannot
 * hold replaced. */
const char *search_mapping_name(struct naas_ctx *ctx, int number, const char *layer);

/* The program behind `naas search`; argv: what stands behind the word search. An exit status. */
int naas_search(const struct naas_request *paths, int argc, const char *const *argv);

#endif
