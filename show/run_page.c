/* The page of a run of naas search. */
#include "show/chart.h"
#include "show/page.h"
#include "show_assets.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void convergence(struct naas_buf *out, const struct show_run *run)
{
    size_t n = (size_t)run->n_generations + 1;
    double *x = naas_alloc(out->ctx, n, sizeof *x), *best = naas_alloc(out->ctx, n, sizeof *best),
           *mean = naas_alloc(out->ctx, n, sizeof *mean);
    for (int i = 0; i < run->n_generations; i++) {
        x[i] = i;
        best[i] = run->generation[i].best;
        mean[i] = run->generation[i].mean;
    }
    struct chart_series series[] = {
        {.name = "best so far", .n = run->n_generations, .x = x, .y = best, .line = true, .points = true},
        {.name = "mean of the generation",
            .n = run->n_generations,
            .x = x,
            .y = mean,
            .line = true,
            .points = true,
            .color = 1}};
    struct chart chart = {.title = "Convergence",
        .x_label = "generation",
        .y_label = "score (less is better)",
        .y_log = true,
        .n_series = 2,
        .series = series};
    chart_xy(out, &chart);
}

/* ---- accelerators ---- */

struct cloud {
    int n;
    double *x, *y;
    const char **label, **id;
};

static struct cloud cloud_new(struct naas_ctx *ctx, int n)
{
    size_t room = (size_t)n + 1;
    return (struct cloud){0, naas_alloc(ctx, room, sizeof(double)), naas_alloc(ctx, room, sizeof(double)),
        naas_alloc(ctx, room, sizeof(char *)), naas_alloc(ctx, room, sizeof(char *))};
}

static void add_point(struct cloud *cloud, double cycles, double energy_pj, const char *label, const char *id)
{
    cloud->x[cloud->n] = cycles;
    cloud->y[cloud->n] = energy_pj * 1e-6;
    cloud->label[cloud->n] = label;
    cloud->id[cloud->n++] = id;
}

static const char *describe(struct naas_ctx *ctx, const struct show_candidate *c)
{
    return naas_format(ctx,
        "accelerator %d, generation %d%s\n%s cycles, %sJ, %.3g mm2\n%.0f PEs: %s\nL1 %s, L2 %s, %g words "
        "a cycle",
        c->number, c->generation, c->optimal ? ", on the Pareto front" : "", chart_number(ctx, c->cycles),
        chart_number(ctx, c->energy_pj * 1e-12), c->area_um2 * 1e-6, c->pes, c->axes,
        show_bytes(ctx, c->l1_bytes), show_bytes(ctx, c->l2_bytes), c->words_per_cycle);
}

static struct chart_series series_of(const char *name, const struct cloud *cloud, int color, bool faint)
{
    return (struct chart_series){.name = name,
        .n = cloud->n,
        .x = cloud->x,
        .y = cloud->y,
        .points = true,
        .label = cloud->label,
        .id = cloud->id,
        .color = color,
        .faint = faint};
}

/* Geometric mean over the networks, as the candidates' own numbers are. */
static void add_total(struct naas_ctx *ctx, struct cloud *cloud, const struct show_run *run, const char *who)
{
    double cycles = 0, energy = 0;
    int n = 0;
    for (int i = 0; i < run->n_totals; i++)
        if (strcmp(run->total[i].who, who) == 0) {
            cycles += log(run->total[i].cycles);
            energy += log(run->total[i].energy_pj);
            n++;
        }
    if (n > 0)
        add_point(cloud, exp(cycles / n), exp(energy / n),
            naas_format(ctx, "%s\n%s cycles, %sJ", who, chart_number(ctx, exp(cycles / n)),
                chart_number(ctx, exp(energy / n) * 1e-12)),
            NULL);
}

static void front(struct naas_buf *out, const struct show_run *run)
{
    struct naas_ctx *ctx = out->ctx;
    struct cloud others = cloud_new(ctx, run->n_candidates), best = cloud_new(ctx, run->n_candidates),
                 totals = cloud_new(ctx, run->n_totals);
    for (int i = 0; i < run->n_candidates; i++) {
        const struct show_candidate *c = &run->candidate[i];
        add_point(c->optimal ? &best : &others, c->cycles, c->energy_pj, describe(ctx, c),
            naas_format(ctx, "c%d", c->number));
    }
    for (int i = 0; i < run->n_totals; i++)
        if (i == 0 || strcmp(run->total[i].network, run->total[0].network) == 0)
            add_total(ctx, &totals, run, run->total[i].who);
    struct chart_series series[] = {series_of("others", &others, 6, true),
        series_of("Pareto front (with area)", &best, 0, false),
        series_of("found, and baselines", &totals, 3, false)};
    struct chart chart = {.title = "Accelerators",
        .x_label = "cycles",
        .y_label = "energy (uJ)",
        .x_log = true,
        .y_log = true,
        .width = 680,
        .height = 420,
        .n_series = 3,
        .series = series};
    chart_xy(out, &chart);
}

static int by_cycles(const void *a, const void *b)
{
    const struct show_candidate *const *x = a, *const *y = b;
    return ((*x)->cycles > (*y)->cycles) - ((*x)->cycles < (*y)->cycles);
}

static int front_rows(struct naas_buf *out, const struct show_run *run)
{
    const struct show_candidate **best = naas_alloc(out->ctx, (size_t)run->n_candidates + 1, sizeof *best);
    int n = 0;
    for (int i = 0; i < run->n_candidates; i++)
        if (run->candidate[i].optimal)
            best[n++] = &run->candidate[i];
    qsort(best, (size_t)n, sizeof *best, by_cycles);
    for (int i = 0; i < n; i++) {
        const struct show_candidate *c = best[i];
        naas_buf_printf(out,
            "<tr data-id=\"c%d\"><th>%d</th><td class=\"n\">%.0f</td><td class=\"n\">%.4g</td><td "
            "class=\"n\">%.3g</td>"
            "<td class=\"n\">%.0f</td><td class=\"n\">%.0f</td><td class=\"n\">%.0f</td><td "
            "class=\"n\">%g</td><td>%s</td></tr>\n",
            c->number, c->number, c->cycles, c->energy_pj * 1e-6, c->area_um2 * 1e-6, c->pes, c->l1_bytes,
            c->l2_bytes, c->words_per_cycle, show_escaped(out->ctx, c->axes));
    }
    return n;
}

/* ---- totals ---- */

static void totals(struct naas_buf *out, const struct show_run *run)
{
    const struct show_total *found = NULL;
    double clock_hz = run->layers.accel->clock_mhz * 1e6;
    for (int i = 0; i < run->n_totals; i++) {
        const struct show_total *total = &run->total[i];
        if (!found || strcmp(found->network, total->network) != 0)
            found = total;
        naas_buf_printf(out,
            "<tr><th>%s: %s</th><td class=\"n\">%.0f</td><td class=\"n\">%.4g</td><td "
            "class=\"n\">%.4g</td><td class=\"n\">%.1f %%</td>"
            "<td class=\"n\">%.2f</td><td class=\"n\">%.2f</td><td class=\"n\">%.2f</td></tr>\n",
            show_escaped(out->ctx, total->network), total->who, total->cycles, total->energy_pj * 1e-6,
            total->edp * 1e-12 / clock_hz, 100 * total->utilisation, total->cycles / found->cycles,
            total->energy_pj / found->energy_pj, total->edp / found->edp);
    }
}

void show_run_page(struct naas_buf *out, const struct show_run *run)
{
    struct naas_ctx *ctx = out->ctx;
    enum { TOTALS, ACCEL, CONVERGENCE, FRONT, ROWS, ENERGY, CYCLES, ROOFLINE, MAPPINGS, N_PARTS };
    struct naas_buf part[N_PARTS];
    for (int i = 0; i < N_PARTS; i++)
        part[i] = naas_buf_new(ctx);
    totals(&part[TOTALS], run);
    as_accel_print(&part[ACCEL], run->layers.accel);
    convergence(&part[CONVERGENCE], run);
    front(&part[FRONT], run);
    int n = front_rows(&part[ROWS], run);
    show_energy_chart(&part[ENERGY], &run->layers);
    show_cycles_chart(&part[CYCLES], &run->layers);
    show_roofline(&part[ROOFLINE], &run->layers);
    show_layer_details(&part[MAPPINGS], &run->layers);
    const struct show_field fields[] = {{"title", show_escaped(ctx, run->title)},
        {"subtitle", show_escaped(ctx, run->subtitle)}, {"totals", part[TOTALS].text},
        {"accelerator", show_escaped(ctx, part[ACCEL].text)},
        {"effort", naas_format(ctx, "%d generations, %d accelerators, %.0f searches for a mapping",
                       run->n_generations, run->n_candidates, run->mappings)},
        {"convergence", part[CONVERGENCE].text}, {"front", part[FRONT].text},
        {"front_summary",
            naas_format(ctx, "%d of %d accelerators are on the Pareto front of energy, cycles and area", n,
                run->n_candidates)},
        {"front_rows", part[ROWS].text}, {"energy", part[ENERGY].text}, {"cycles", part[CYCLES].text},
        {"roofline", part[ROOFLINE].text}, {"mappings", part[MAPPINGS].text}};
    show_page_head(out, run->title);
    show_fill(out, asset_run_html, sizeof fields / sizeof fields[0], fields);
}
