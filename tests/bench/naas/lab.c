#include "tests/bench/naas/lab.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct as_cosearch_options lab_options(const struct lab *lab)
{
    struct as_cosearch_options options = as_cosearch_defaults();
    options.generations = 5;
    options.population = 6;
    options.screen = (int64_t)fmax(1, 60 * lab->effort);
    options.full = (int64_t)fmax(1, 250 * lab->effort);
    options.final = (int64_t)fmax(1, 1000 * lab->effort);
    return options;
}

static void totals_of(
    const struct as_workload *workload, const struct as_design *design, struct as_cost *total)
{
    const struct as_cost **cost = naas_alloc(workload->ctx, (size_t)workload->n_layers, sizeof *cost);
    for (int i = 0; i < workload->n_layers; i++)
        cost[i] = &design->layer[i].cost;
    for (int k = 0; k < workload->n_networks; k++)
        as_workload_total(workload, k, cost, &total[k]);
}

static enum naas_status read_inputs(const struct lab *lab, struct naas_ctx *ctx, const char *budget,
    const char *names, struct as_budget *out, struct as_workload *workload)
{
    struct as_network networks[MOST_NETWORKS];
    char list[256], *next = list, *name;
    int n = 0;
    snprintf(list, sizeof list, "%s", names);
    enum naas_status status =
        as_budget_from_json(ctx, naas_format(ctx, "%s/accelerators/%s.json", lab->examples, budget), out);
    while (status == NAAS_OK && n < MOST_NETWORKS && (name = strsep(&next, " ")))
        status = as_network_from_json(
            ctx, naas_format(ctx, "%s/networks/%s.json", lab->examples, name), &networks[n++]);
    if (status == NAAS_OK)
        *workload = as_workload_new(ctx, n, networks);
    return status;
}

static enum naas_status search_all(struct as_cosearch *search, struct outcome *outcome)
{
    struct as_design best, baseline, native;
    enum naas_status status = as_cosearch_run(search, NULL, NULL, &best);
    if (status != NAAS_OK)
        return status;
    as_cosearch_baseline(search, &baseline, &native);
    *outcome = (struct outcome){.n_networks = search->workload->n_networks,
        .has_baseline = baseline.complete && native.complete,
        .accel = best.accel,
        .n_generations = search->n_generations};
    memcpy(
        outcome->generation, search->generation, (size_t)search->n_generations * sizeof *outcome->generation);
    totals_of(search->workload, &best, outcome->found);
    totals_of(search->workload, &baseline, outcome->baseline);
    totals_of(search->workload, &native, outcome->native);
    return status;
}

bool lab_search(const struct lab *lab, const char *budget, const char *networks,
    const struct as_cosearch_options *options, struct outcome *outcome)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget *read = naas_alloc(ctx, 1, sizeof *read);
    struct as_workload workload;
    struct as_cosearch search;
    enum naas_status status = read_inputs(lab, ctx, budget, networks, read, &workload);
    if (status == NAAS_OK) {
        as_cosearch_init(&search, &workload, read, options, NULL);
        status = search_all(&search, outcome);
    }
    naas_diags_print(ctx, stderr, false);
    naas_ctx_free(ctx);
    if (status != NAAS_OK)
        fprintf(stderr, "no search of %s within %s\n", networks, budget);
    return status == NAAS_OK;
}

double lab_edp_ratio(int n, const struct as_cost *a, const struct as_cost *b)
{
    double logarithm = 0;
    for (int i = 0; i < n; i++)
        logarithm += log(a[i].edp / b[i].edp);
    return exp(logarithm / n);
}

bool lab_write(const struct lab *lab, const char *name, const struct naas_buf *svg)
{
    const char *path = naas_format(lab->ctx, "%s/%s", lab->output, name);
    bool fine = naas_write_file(lab->ctx, path, svg->text, svg->length) == NAAS_OK;
    naas_diags_print(lab->ctx, stderr, false);
    return fine;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        bool (*run)(const struct lab *lab);
    } experiments[] = {{"budgets", budgets}, {"budgets-naas", budgets_naas}, {"encoding", encoding},
        {"strategy", strategy}, {"ablation", ablation}, {"targets", targets}};
    if (argc != 5 || atof(argv[4]) <= 0) {
        fputs("usage: experiments EXPERIMENT EXAMPLES_FOLDER OUTPUT_FOLDER EFFORT\n", stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct lab lab = {naas_ctx_new(), argv[2], argv[3], atof(argv[4])};
    for (size_t i = 0; i < sizeof experiments / sizeof experiments[0]; i++)
        if (strcmp(argv[1], experiments[i].name) == 0) {
            bool fine = experiments[i].run(&lab);
            naas_ctx_free(lab.ctx);
            return !fine;
        }
    fprintf(stderr, "no experiment '%s'\n", argv[1]);
    return 2;
}
