#include "driver/naas_search.h"
#include "support/json.h"
#include <inttypes.h>

/* ---- totals ---- */

void search_total(
    const struct search_results *results, const struct as_design *design, int network, struct as_cost *total)
{
    const struct as_workload *workload = results->search->workload;
    const struct as_cost **cost = naas_alloc(workload->ctx, (size_t)workload->n_layers, sizeof *cost);
    for (int i = 0; i < workload->n_layers; i++)
        cost[i] = &design->layer[i].cost;
    as_workload_total(workload, network, cost, total);
}

/* ---- text ---- */

static void print_layers(struct naas_buf *out, const struct search_results *results)
{
    const struct as_workload *workload = results->search->workload;
    naas_buf_printf(out, "%-24s %5s %12s %12s %12s %6s  %s\n", "layer", "count", "cycles", "energy (uJ)",
        "EDP (J s)", "util", "EDP: baseline, its own dataflow / this");
    for (int i = 0; i < workload->n_layers; i++) {
        const struct as_work *work = &workload->layer[i];
        const struct as_cost *cost = &results->best.layer[i].cost;
        double clock_hz = results->best.accel.clock_mhz * 1e6;
        int64_t count = 0;
        for (int k = 0; k < workload->n_networks; k++)
            count += work->count[k];
        naas_buf_printf(out, "%-24s %5" PRId64 " %12.0f %12.3f %12.4g %5.1f%%", work->problem.name, count,
            cost->cycles, cost->energy_pj * 1e-6, cost->edp * 1e-12 / clock_hz, 100 * cost->utilisation);
        if (results->baseline.complete)
            naas_buf_printf(out, "  %.2f", results->baseline.layer[i].cost.edp / cost->edp);
        if (results->native.complete)
            naas_buf_printf(out, "  %.2f", results->native.layer[i].cost.edp / cost->edp);
        naas_buf_puts(out, "\n");
    }
}

static void print_total(struct naas_buf *out, const struct search_results *results,
    const struct as_design *design, int network, const char *name)
{
    struct as_cost total, best;
    if (!design->complete) {
        naas_buf_printf(out, "  %-30s does not fit every layer\n", name);
        return;
    }
    search_total(results, &results->best, network, &best);
    search_total(results, design, network, &total);
    naas_buf_printf(out, "  %-30s %14.0f %12.3f %12.4g %5.1f%%  %8.2f %8.2f %8.2f\n", name, total.cycles,
        total.energy_pj * 1e-6, total.edp * 1e-12 / (design->accel.clock_mhz * 1e6), 100 * total.utilisation,
        total.cycles / best.cycles, total.energy_pj / best.energy_pj, total.edp / best.edp);
}

static void print_networks(struct naas_buf *out, const struct search_results *results)
{
    const struct as_workload *workload = results->search->workload;
    for (int k = 0; k < workload->n_networks; k++) {
        naas_buf_printf(out, "\n%-32s %14s %12s %12s %6s  %8s %8s %8s\n", workload->name[k], "cycles",
            "energy (uJ)", "EDP (J s)", "util", "speed-up", "energy", "EDP");
        print_total(out, results, &results->best, k, "found");
        print_total(out, results, &results->baseline, k, "baseline, mappings searched");
        print_total(out, results, &results->native, k, "baseline, own dataflow");
    }
}

void search_report_layers(struct naas_buf *out, const struct search_results *results)
{
    print_layers(out, results);
    print_networks(out, results);
}

static void print_front(struct naas_buf *out, const struct as_cosearch *search)
{
    int n = 0;
    for (int i = 0; i < search->n_candidates; i++)
        n += search->candidate[i].optimal;
    naas_buf_printf(out,
        "\n%d of %d accelerators are on the Pareto front of energy, cycles and area; %" PRId64
        " more were ruled out by bounds\n",
        n, search->n_candidates, search->n_dropped);
}

void search_report(struct naas_buf *out, const struct search_results *results)
{
    const struct as_budget *budget = results->search->budget;
    naas_buf_printf(out, "budget of %s: %" PRId64 " MACs, %" PRId64 " bytes, %g words/cycle on chip\n\n",
        budget->baseline.name, budget->macs, budget->bytes, budget->noc_words);
    as_accel_print(out, &results->best.accel);
    naas_buf_printf(out, "  area %.4g mm2 (baseline %.4g mm2)\n\n", results->best.area_um2 * 1e-6,
        as_accel_area(&budget->baseline) * 1e-6);
    search_report_layers(out, results);
    print_front(out, results->search);
}

/* ---- JSON ---- */

static void member(struct naas_buf *out, const char *key, double value)
{
    naas_buf_printf(out, ", \"%s\": ", key);
    json_write_number(out, value);
}

void search_design_json(struct naas_buf *out, const struct search_results *results,
    const struct as_design *design, const char *key)
{
    const struct as_workload *workload = results->search->workload;
    naas_buf_printf(out, ",\n  \"%s\": {\"accelerator\": ", key);
    json_write_string(out, design->accel.name);
    naas_buf_printf(out, ", \"complete\": %s", design->complete ? "true" : "false");
    member(out, "score", design->score);
    member(out, "area_um2", design->area_um2);
    naas_buf_puts(out, ", \"networks\": [");
    for (int k = 0; design->complete && k < workload->n_networks; k++) {
        struct as_cost total;
        search_total(results, design, k, &total);
        naas_buf_puts(out, k ? ", {\"name\": " : "{\"name\": ");
        json_write_string(out, workload->name[k]);
        member(out, "cycles", total.cycles);
        member(out, "energy_pj", total.energy_pj);
        member(out, "edp", total.edp);
        member(out, "utilisation", total.utilisation);
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, "],\n    \"layers\": [");
    for (int i = 0; design->complete && i < workload->n_layers; i++) {
        const struct as_map_result *layer = &design->layer[i];
        naas_buf_puts(out, i ? ",\n      {\"name\": " : "\n      {\"name\": ");
        json_write_string(out, workload->layer[i].problem.name);
        member(out, "cycles", layer->cost.cycles);
        member(out, "energy_pj", layer->cost.energy_pj);
        member(out, "edp", layer->cost.edp);
        member(out, "utilisation", layer->cost.utilisation);
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, "]}");
}

void search_record_asked(struct naas_buf *out, const char *kind, int argc, const char *const *argv,
    const char *folder, bool complete)
{
    naas_buf_printf(out, "{\"format\": 1, \"kind\": \"%s\",\n  \"folder\": ", kind);
    json_write_string(out, folder);
    naas_buf_puts(out, ",\n  \"arguments\": [");
    for (int i = 0; i < argc; i++) {
        naas_buf_puts(out, i ? ", " : "");
        json_write_string(out, argv[i]);
    }
    naas_buf_printf(
        out, "],\n  \"model\": \"%s\", \"complete\": %s", as_model_version(), complete ? "true" : "false");
}

void search_record(struct naas_buf *out, int argc, const char *const *argv, const char *folder,
    const struct team *team, const struct search_results *results)
{
    search_record_asked(out, "search", argc, argv, folder, true);
    const struct as_cosearch *search = results->search;
    naas_buf_printf(out, ",\n  \"inputs\": \"%s\"",
        search_inputs_key(search->workload->ctx, search->workload, search->budget));
    naas_buf_printf(out, ",\n  \"generations\": %d, \"accelerators\": %d, \"mappings\": %" PRId64,
        search->n_generations, search->n_candidates, search->mapped);
    if (team)
        team_json(out, team);
    search_design_json(out, results, &results->best, "found");
    search_design_json(out, results, &results->baseline, "baseline");
    search_design_json(out, results, &results->native, "native");
    naas_buf_puts(out, "}\n");
}

/* ---- tables ---- */

void search_candidates_csv(struct naas_buf *out, int n, const struct as_candidate *candidates)
{
    naas_buf_puts(out,
        "candidate,generation,optimal,full,score,energy_pj,cycles,area_um2,pes,l1_bytes,l2_bytes,"
        "words_per_cycle,axes\n");
    for (int i = 0; i < n; i++) {
        const struct as_candidate *candidate = &candidates[i];
        const struct as_accel *accel = &candidate->accel;
        const struct as_level *l2 = &accel->level[1];
        naas_buf_printf(out, "%d,%d,%d,%d,%.17g,%.17g,%.17g,%.17g,%" PRId64 ",%" PRId64 ",%" PRId64 ",%g,", i,
            candidate->generation, candidate->optimal, candidate->full, candidate->score,
            candidate->energy_pj, candidate->cycles, candidate->area_um2,
            as_instances(accel, accel->n_levels - 1), accel->level[2].partition[0].bytes,
            l2->partition[0].bytes, l2->port[0].words_per_cycle);
        for (int a = 0; a < l2->n_axes; a++)
            naas_buf_printf(out, "%s%d %s", a ? " x " : "", l2->axis[a].size, l2->axis[a].dims);
        naas_buf_puts(out, "\n");
    }
}

void search_history_csv(struct naas_buf *out, const struct as_cosearch *search)
{
    naas_buf_puts(out, "generation,best,mean,sigma,new\n");
    for (int i = 0; i < search->n_generations; i++)
        naas_buf_printf(out, "%d,%.17g,%.17g,%.17g,%d\n", i, search->generation[i].best,
            search->generation[i].mean, search->generation[i].sigma, search->generation[i].distinct);
}
