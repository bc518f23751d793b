/* How a search for an accelerator came along, and the accelerators it judged. */
#include "show/chart.h"
#include "show/page.h"
#include "show_assets.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void convergence(struct naas_buf *out, const struct show_search *search)
{
    size_t n = (size_t)search->n_generations + 1;
    double *x = naas_alloc(out->ctx, n, sizeof *x), *best = naas_alloc(out->ctx, n, sizeof *best),
           *mean = naas_alloc(out->ctx, n, sizeof *mean);
    for (int i = 0; i < search->n_generations; i++) {
        x[i] = i;
        best[i] = search->generation[i].best;
        mean[i] = search->generation[i].mean;
    }
    struct chart_series series[] = {
        {.name = "best so far", .n = search->n_generations, .x = x, .y = best, .line = true, .points = true},
        {.name = "mean of the generation",
            .n = search->n_generations,
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

static const char *id_of(
    struct naas_ctx *ctx, const struct show_search *search, const struct show_candidate *c)
{
    return naas_format(ctx, "%sc%d", search->prefix ? search->prefix : "", c->number);
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
static void add_total(
    struct naas_ctx *ctx, struct cloud *cloud, const struct show_search *search, const char *who)
{
    double cycles = 0, energy = 0;
    int n = 0;
    for (int i = 0; i < search->n_totals; i++)
        if (strcmp(search->total[i].who, who) == 0) {
            cycles += log(search->total[i].cycles);
            energy += log(search->total[i].energy_pj);
            n++;
        }
    if (n > 0)
        add_point(cloud, exp(cycles / n), exp(energy / n),
            naas_format(ctx, "%s\n%s cycles, %sJ", who, chart_number(ctx, exp(cycles / n)),
                chart_number(ctx, exp(energy / n) * 1e-12)),
            NULL);
}

static void front(struct naas_buf *out, const struct show_search *search)
{
    struct naas_ctx *ctx = out->ctx;
    struct cloud others = cloud_new(ctx, search->n_candidates), best = cloud_new(ctx, search->n_candidates),
                 totals = cloud_new(ctx, search->n_totals);
    for (int i = 0; i < search->n_candidates; i++) {
        const struct show_candidate *c = &search->candidate[i];
        add_point(
            c->optimal ? &best : &others, c->cycles, c->energy_pj, describe(ctx, c), id_of(ctx, search, c));
    }
    for (int i = 0; i < search->n_totals; i++)
        if (i == 0 || strcmp(search->total[i].network, search->total[0].network) == 0)
            add_total(ctx, &totals, search, search->total[i].who);
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

static int front_rows(struct naas_buf *out, const struct show_search *search)
{
    const struct show_candidate **best = naas_alloc(out->ctx, (size_t)search->n_candidates + 1, sizeof *best);
    int n = 0;
    for (int i = 0; i < search->n_candidates; i++)
        if (search->candidate[i].optimal)
            best[n++] = &search->candidate[i];
    qsort(best, (size_t)n, sizeof *best, by_cycles);
    for (int i = 0; i < n; i++) {
        const struct show_candidate *c = best[i];
        naas_buf_printf(out,
            "<tr data-id=\"%s\"><th>%d</th><td class=\"n\">%.0f</td><td class=\"n\">%.4g</td><td "
            "class=\"n\">%.3g</td>"
            "<td class=\"n\">%.0f</td><td class=\"n\">%.0f</td><td class=\"n\">%.0f</td><td "
            "class=\"n\">%g</td><td>%s</td></tr>\n",
            id_of(out->ctx, search, c), c->number, c->cycles, c->energy_pj * 1e-6, c->area_um2 * 1e-6, c->pes,
            c->l1_bytes, c->l2_bytes, c->words_per_cycle, show_escaped(out->ctx, c->axes));
    }
    return n;
}

/* A page has one of it. */
static const char panel[] =
    "<p id=\"chosen\" class=\"panel\" aria-live=\"polite\">Point at an accelerator to see what it is, select "
    "it to find it in the table.</p>\n";

void show_search(struct naas_buf *out, const struct show_search *search)
{
    struct naas_ctx *ctx = out->ctx;
    struct naas_buf curve = naas_buf_new(ctx), cloud = naas_buf_new(ctx), rows = naas_buf_new(ctx);
    convergence(&curve, search);
    front(&cloud, search);
    int n = front_rows(&rows, search);
    const struct show_field fields[] = {
        {"effort", naas_format(ctx, "%d generations, %d accelerators, %.0f searches for a mapping",
                       search->n_generations, search->n_candidates, search->mappings)},
        {"convergence", curve.text}, {"front", cloud.text}, {"panel", search->prefix ? "" : panel},
        {"front_summary",
            naas_format(ctx, "%d of %d accelerators are on the Pareto front of energy, cycles and area", n,
                search->n_candidates)},
        {"front_rows", rows.text}};
    show_fill(out, asset_search_html, sizeof fields / sizeof fields[0], fields);
}
