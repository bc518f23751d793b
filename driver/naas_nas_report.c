#include "driver/naas_nas.h"
#include "show/page.h"
#include "support/json.h"
#include <inttypes.h>
#include <math.h>

static double joule_seconds(double edp, double clock_mhz)
{
    return edp * 1e-12 / (clock_mhz * 1e6);
}

/* ---- text ---- */

static void print_accuracy(struct naas_buf *out, double top1, double error)
{
    if (isnan(top1))
        naas_buf_printf(out, "%7s        ", "-");
    else if (isnan(error))
        naas_buf_printf(out, "%7.2f        ", top1);
    else
        naas_buf_printf(out, "%7.2f +- %-4.2f", top1, error);
}

static void print_subnet(struct naas_buf *out, const struct nas_results *results)
{
    const struct nas_space *space = results->search->space;
    const struct nas_point *best = &results->best;
    char code[NAS_CODE];
    nas_code(space, &best->subnet, code);
    naas_buf_printf(out, "subnet %s of %s, %.4g subnets in all\n", code, space->name, nas_count(space));
    naas_buf_printf(
        out, "  %.4g M MACs, %.4g M parameters\n", best->size.macs * 1e-6, best->size.parameters * 1e-6);
    naas_buf_puts(out, "  predicted top-1 accuracy (%):");
    print_accuracy(out, best->accuracy.top1, best->accuracy.error);
    naas_buf_printf(out, "\n  accuracies here are %s\n", nas_oracle_words(results->search->oracle));
    for (int g = 0; g < space->n_genes; g++)
        if (space->gene[g].n > 1 && space->gene[g].block < 0)
            naas_buf_printf(out, "  %s %g", space->gene[g].name, nas_choice(space, &best->subnet, g));
    naas_buf_puts(out, "\n\n");
}

static void print_front(struct naas_buf *out, const struct nas_results *results)
{
    const struct nas_search *search = results->search;
    char code[NAS_CODE];
    naas_buf_printf(out, "\nPareto front of accuracy and score\n%-16s %12s %12s %12s  %s\n", "top-1 (%)",
        "EDP (J s)", "energy (uJ)", "cycles", "subnet");
    for (int i = search->n_front - 1; i >= 0; i--) {
        const struct nas_point *point = &search->front[i];
        double clock = search->candidate[point->candidate].accel.clock_mhz;
        nas_code(search->space, &point->subnet, code);
        print_accuracy(out, point->accuracy.top1, point->accuracy.error);
        naas_buf_printf(out, "  %12.4g %12.3f %12.0f  %s\n",
            joule_seconds(point->energy_pj * point->cycles, clock), point->energy_pj * 1e-6, point->cycles,
            code);
    }
}

static void print_rows(struct naas_buf *out, const struct nas_results *results)
{
    if (results->n_rows == 0)
        return;
    const struct nas_row *first = &results->row[0];
    naas_buf_printf(out, "\n%-36s %-16s %12s %12s %12s %8s\n", "compared", "  top-1 (%)", "EDP (J s)",
        "energy (uJ)", "cycles", "EDP /");
    for (int i = 0; i < results->n_rows; i++) {
        const struct nas_row *row = &results->row[i];
        naas_buf_printf(out, "%-36s ", row->name);
        print_accuracy(out, row->top1, row->error);
        if (row->complete)
            naas_buf_printf(out, "  %12.4g %12.3f %12.0f %8.2f\n", joule_seconds(row->edp, row->clock_mhz),
                row->energy_pj * 1e-6, row->cycles,
                first->complete
                    ? joule_seconds(first->edp, first->clock_mhz) / joule_seconds(row->edp, row->clock_mhz)
                    : NAN);
        else
            naas_buf_puts(out, "  does not fit every layer\n");
    }
    const struct nas_row *last = &results->row[results->n_rows - 1];
    if (!isnan(first->top1))
        naas_buf_printf(out, "accuracy: %+.2f points, a published figure against a predicted one\n",
            last->top1 - first->top1);
}

void nas_report(struct naas_buf *out, const struct nas_results *results)
{
    const struct nas_search *search = results->search;
    const struct as_budget *budget = search->budget;
    naas_buf_printf(out, "budget of %s: %" PRId64 " MACs, %" PRId64 " bytes, %g words/cycle on chip\n\n",
        budget->baseline.name, budget->macs, budget->bytes, budget->noc_words);
    print_subnet(out, results);
    as_accel_print(out, &results->design.best.accel);
    naas_buf_puts(out, "\n");
    search_report_layers(out, &results->design);
    print_front(out, results);
    print_rows(out, results);
    naas_buf_printf(out,
        "\n%d accelerators, %" PRId64 " subnets on them, %" PRId64 " layers, of which %" PRId64
        " were mapped\n",
        search->n_candidates, search->subnets, search->layers, search->mapped);
}

/* ---- JSON ---- */

static void number(struct naas_buf *out, const char *key, double value)
{
    naas_buf_printf(out, ", \"%s\": ", key);
    json_write_number(out, value);
}

static void point_json(struct naas_buf *out, const struct nas_search *search, const struct nas_point *point)
{
    char code[NAS_CODE];
    nas_code(search->space, &point->subnet, code);
    naas_buf_printf(out, "{\"code\": \"%s\"", code);
    number(out, "predicted_top1", point->accuracy.top1);
    number(out, "error", point->accuracy.error);
    number(out, "macs", point->size.macs);
    number(out, "parameters", point->size.parameters);
    number(out, "energy_pj", point->energy_pj);
    number(out, "cycles", point->cycles);
    number(out, "edp", point->energy_pj * point->cycles);
    naas_buf_printf(out, ", \"candidate\": %d}", point->candidate);
}

static void rows_json(struct naas_buf *out, const struct nas_results *results)
{
    naas_buf_puts(out, ",\n  \"compared\": [");
    for (int i = 0; i < results->n_rows; i++) {
        const struct nas_row *row = &results->row[i];
        naas_buf_puts(out, i ? ",\n    {\"name\": " : "\n    {\"name\": ");
        json_write_string(out, row->name);
        number(out, "top1", row->top1);
        number(out, "error", row->error);
        number(out, "energy_pj", row->complete ? row->energy_pj : NAN);
        number(out, "cycles", row->complete ? row->cycles : NAN);
        number(out, "edp", row->complete ? row->edp : NAN);
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, "]");
}

void nas_record(struct naas_buf *out, const struct search_run *run, const struct team *team,
    const struct nas_results *results)
{
    const struct nas_search *search = results->search;
    const struct nas_space *space = search->space;
    search_record_asked(out, "nas", run->argc, run->argv, run->folder, true);
    naas_buf_printf(out, ",\n  \"space\": ");
    json_write_string(out, space->name);
    number(out, "space_size", nas_count(space));
    naas_buf_puts(out, ",\n  \"accuracy_source\": ");
    json_write_string(out, nas_oracle_words(search->oracle));
    naas_buf_printf(out,
        ",\n  \"accelerators\": %d, \"subnets\": %" PRId64 ", \"layers\": %" PRId64
        ", \"mappings\": %" PRId64,
        search->n_candidates, search->subnets, search->layers, search->mapped);
    if (team)
        team_json(out, team);
    naas_buf_puts(out, ",\n  \"subnet\": ");
    point_json(out, search, &results->best);
    naas_buf_puts(out, ",\n  \"choices\": {");
    bool first = true;
    for (int g = 0; g < space->n_genes; g++)
        if (space->gene[g].n > 1 && nas_used(space, &results->best.subnet, g)) {
            naas_buf_printf(out, "%s\"%s\": %g", first ? "" : ", ", space->gene[g].name,
                nas_choice(space, &results->best.subnet, g));
            first = false;
        }
    naas_buf_puts(out, "}");
    search_design_json(out, &results->design, &results->design.best, "found");
    search_design_json(out, &results->design, &results->design.baseline, "baseline");
    search_design_json(out, &results->design, &results->design.native, "native");
    naas_buf_puts(out, ",\n  \"front\": [");
    for (int i = search->n_front - 1; i >= 0; i--) {
        naas_buf_puts(out, i < search->n_front - 1 ? ",\n    " : "\n    ");
        point_json(out, search, &search->front[i]);
    }
    naas_buf_puts(out, "]");
    rows_json(out, results);
    naas_buf_puts(out, "}\n");
}

/* ---- tables and picture ---- */

void nas_front_csv(struct naas_buf *out, const struct nas_search *search)
{
    char code[NAS_CODE];
    naas_buf_puts(out, "code,predicted_top1,error,macs,parameters,energy_pj,cycles,edp,candidate\n");
    for (int i = search->n_front - 1; i >= 0; i--) {
        const struct nas_point *point = &search->front[i];
        nas_code(search->space, &point->subnet, code);
        naas_buf_printf(out, "%s,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%d\n", code, point->accuracy.top1,
            point->accuracy.error, point->size.macs, point->size.parameters, point->energy_pj, point->cycles,
            point->energy_pj * point->cycles, point->candidate);
    }
}

void nas_history_csv(struct naas_buf *out, const struct nas_search *search)
{
    naas_buf_puts(out, "generation,best,mean,new\n");
    for (int i = 0; i < search->n_generations; i++)
        naas_buf_printf(out, "%d,%.17g,%.17g,%d\n", i, search->generation[i].best, search->generation[i].mean,
            search->generation[i].distinct);
}

/* Those whose layers all fit, on the Pareto front of energy, cycles and area as those of naas search are. */
void nas_candidates_csv(struct naas_buf *out, const struct nas_search *search)
{
    int n = search->n_candidates;
    struct as_candidate *candidates = naas_alloc(out->ctx, (size_t)n + 1, sizeof *candidates);
    for (int i = 0; i < n; i++) {
        const struct nas_candidate *from = &search->candidate[i];
        bool fits = isfinite(from->best.score);
        candidates[i] = (struct as_candidate){.accel = from->accel,
            .key = from->key,
            .generation = from->generation,
            .score = from->best.score,
            .energy_pj = fits ? from->best.energy_pj : 0,
            .cycles = fits ? from->best.cycles : 0,
            .area_um2 = as_accel_area(&from->accel)};
    }
    as_candidates_mark(n, candidates);
    search_candidates_csv(out, n, candidates);
}

void nas_front_svg(struct naas_buf *out, const struct nas_results *results)
{
    const struct nas_search *search = results->search;
    struct show_subnet *front = naas_alloc(out->ctx, (size_t)search->n_front + 1, sizeof *front);
    struct show_subnet compared[NAS_ROWS];
    for (int i = 0; i < search->n_front; i++) {
        const struct nas_point *point = &search->front[search->n_front - 1 - i];
        char *code = naas_alloc(out->ctx, NAS_CODE, 1);
        nas_code(search->space, &point->subnet, code);
        front[i] = (struct show_subnet){.name = code,
            .top1 = point->accuracy.top1,
            .error = point->accuracy.error,
            .edp_js = joule_seconds(
                point->energy_pj * point->cycles, search->candidate[point->candidate].accel.clock_mhz),
            .macs = point->size.macs,
            .candidate = point->candidate};
    }
    for (int i = 0; i < results->n_rows; i++) {
        const struct nas_row *row = &results->row[i];
        compared[i] = (struct show_subnet){.name = row->name,
            .top1 = row->top1,
            .edp_js = row->complete ? joule_seconds(row->edp, row->clock_mhz) : NAN};
    }
    struct show_subnets subnets = {.title = naas_format(out->ctx, "%s within the budget of %s",
                                       search->space->name, search->budget->baseline.name),
        .n_front = search->n_front,
        .front = front,
        .n_compared = results->n_rows,
        .compared = compared};
    show_subnets_chart(out, &subnets, true);
}
