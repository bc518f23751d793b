/* Charts and details of several layers on one accelerator. */
#include "show/chart.h"
#include "show/page.h"
#include "show_assets.h"
#include <math.h>

static const char **names_of(struct naas_ctx *ctx, const struct show_layers *layers)
{
    const char **name = naas_alloc(ctx, (size_t)layers->n + 1, sizeof *name);
    for (int i = 0; i < layers->n; i++)
        name[i] = layers->layer[i].count == 1 ? layers->layer[i].problem->name
                                              : naas_format(ctx, "%s x%lld", layers->layer[i].problem->name,
                                                    (long long)layers->layer[i].count);
    return name;
}

static const char *id_of(struct naas_ctx *ctx, const struct show_layers *layers, int i)
{
    return naas_format(ctx, "%sl%d", layers->prefix, i);
}

static const char **ids_of(struct naas_ctx *ctx, const struct show_layers *layers)
{
    const char **id = naas_alloc(ctx, (size_t)layers->n + 1, sizeof *id);
    for (int i = 0; i < layers->n; i++)
        id[i] = id_of(ctx, layers, i);
    return id;
}

static void draw_bars(struct naas_buf *out, const struct show_layers *layers, const char *title,
    const char *unit, int n_parts, const char *const *part, const double *value)
{
    struct chart_bars bars = {.title = title,
        .x_label = unit,
        .n = layers->n,
        .n_parts = n_parts,
        .name = names_of(out->ctx, layers),
        .id = ids_of(out->ctx, layers),
        .part = part,
        .value = value};
    chart_bars(out, &bars);
}

void show_energy_chart(struct naas_buf *out, const struct show_layers *layers)
{
    const struct as_accel *accel = layers->accel;
    enum { OTHERS = 4 };
    static const char *const others[OTHERS] = {"networks", "MACs", "leakage", "finishing"};
    const char *part[AS_MAX_LEVELS + OTHERS];
    int n = accel->n_levels + OTHERS;
    double *value = naas_alloc(out->ctx, (size_t)(layers->n * n) + 1, sizeof *value);
    for (int l = 0; l < accel->n_levels; l++)
        part[l] = accel->level[l].name;
    for (int k = 0; k < OTHERS; k++)
        part[accel->n_levels + k] = others[k];
    for (int i = 0; i < layers->n; i++) {
        const struct as_cost *cost = layers->layer[i].cost;
        const double rest[OTHERS] = {cost->noc_pj, cost->mac_pj, cost->leakage_pj, cost->finish_pj};
        double scale = 1e-6 * (double)layers->layer[i].count, *bar = value + i * n;
        for (int l = 0; l < accel->n_levels; l++)
            for (int t = 0; t < layers->layer[i].problem->n_tensors; t++)
                bar[l] += cost->level_pj[l][t] * scale;
        for (int k = 0; k < OTHERS; k++)
            bar[accel->n_levels + k] = rest[k] * scale;
    }
    draw_bars(out, layers, "Energy by level", "energy (uJ)", n, part, value);
}

/* What computing takes, and what every level's ports add to it, from the array outwards. */
void show_cycles_chart(struct naas_buf *out, const struct show_layers *layers)
{
    const struct as_accel *accel = layers->accel;
    int n = accel->n_levels;
    const char *part[AS_MAX_LEVELS] = {"computing"};
    double *value = naas_alloc(out->ctx, (size_t)(layers->n * n) + 1, sizeof *value);
    for (int k = 1; k < n; k++)
        part[k] = naas_format(out->ctx, "waiting for %s", accel->level[n - 1 - k].name);
    for (int i = 0; i < layers->n; i++) {
        const struct show_layer *layer = &layers->layer[i];
        double cycles[AS_MAX_LEVELS] = {0};
        as_waits(layer->problem, accel, layer->mapping, cycles);
        for (int k = 0; k < n; k++)
            value[i * n + k] = fmax(0, cycles[n - 1 - k]) * (double)layer->count;
    }
    draw_bars(out, layers, "Cycles by what they wait for", "cycles", n, part, value);
}

/* ---- roofline ---- */

/* Of all ports of DRAM together; 0: unlimited. */
static double dram_words(const struct as_accel *accel)
{
    double words = 0;
    for (int p = 0; p < accel->level[0].n_ports; p++) {
        if (accel->level[0].port[p].words_per_cycle <= 0)
            return 0;
        words += accel->level[0].port[p].words_per_cycle;
    }
    return words;
}

/* MACs per word that DRAM reads or writes. */
static double intensity(const struct show_layer *layer)
{
    double words = 0;
    for (int t = 0; t < layer->problem->n_tensors; t++)
        words += (double)(layer->cost->count[0][t].reads + layer->cost->count[0][t].updates);
    return words > 0 ? (double)layer->cost->macs / words : 0;
}

void show_roofline(struct naas_buf *out, const struct show_layers *layers)
{
    const struct as_accel *accel = layers->accel;
    double peak = (double)as_instances(accel, accel->n_levels - 1) * accel->macs_per_cycle,
           rate = dram_words(accel);
    double ridge = rate > 0 ? peak / rate : 1, low = ridge, high = ridge;
    size_t n = (size_t)layers->n + 1;
    double *x = naas_alloc(out->ctx, n, sizeof *x), *y = naas_alloc(out->ctx, n, sizeof *y);
    const char **label = naas_alloc(out->ctx, n, sizeof *label);
    for (int i = 0; i < layers->n; i++) {
        const struct show_layer *layer = &layers->layer[i];
        x[i] = intensity(layer);
        y[i] = (double)layer->cost->macs / layer->cost->cycles;
        low = x[i] > 0 ? fmin(low, x[i]) : low;
        high = fmax(high, x[i]);
        label[i] =
            naas_format(out->ctx, "%s\n%.3g MACs a cycle (%.1f %% of the peak)\n%.3g MACs for a word of DRAM",
                layer->problem->name, y[i], 100 * layer->cost->utilisation, x[i]);
    }
    double roof_x[] = {low / 2, ridge, high * 2}, roof_y[] = {peak * low / 2 / ridge, peak, peak};
    if (rate <= 0)
        roof_y[0] = peak;
    struct chart_series series[] = {
        {.name = rate > 0 ? naas_format(out->ctx, "DRAM %.3g words a cycle, %.0f MACs a cycle", rate, peak)
                          : naas_format(out->ctx, "%.0f MACs a cycle", peak),
            .n = 3,
            .x = roof_x,
            .y = roof_y,
            .line = true,
            .color = 3},
        {.name = "layers",
            .n = layers->n,
            .x = x,
            .y = y,
            .points = true,
            .label = label,
            .id = ids_of(out->ctx, layers)}};
    struct chart chart = {.title = "Roofline",
        .x_label = "MACs for a word of DRAM",
        .y_label = "MACs a cycle",
        .x_log = true,
        .y_log = true,
        .n_series = 2,
        .series = series};
    chart_xy(out, &chart);
}

/* ---- details ---- */

void show_layer_details(struct naas_buf *out, const struct show_layers *layers)
{
    for (int i = 0; i < layers->n; i++) {
        const struct show_layer *layer = &layers->layer[i];
        const struct show_view view = {layer->problem, layers->accel, layer->mapping};
        struct naas_ctx *ctx = out->ctx;
        struct naas_buf nest = naas_buf_new(ctx), arrays = naas_buf_new(ctx), levels = naas_buf_new(ctx),
                        timeline = naas_buf_new(ctx);
        as_mapping_print(&nest, layer->problem, layers->accel, layer->mapping);
        show_picture_svg(&arrays, show_arrays, &view, "arrays");
        show_picture_svg(&levels, show_levels, &view, "storage");
        show_picture_svg(&timeline, show_timeline, &view, "timeline");
        const struct show_field fields[] = {{"id", id_of(ctx, layers, i)},
            {"open", layers->n == 1 ? " open" : ""}, {"name", show_escaped(ctx, layer->problem->name)},
            {"summary",
                naas_format(ctx, "%s MACs, %s cycles, %sJ, utilisation %.1f %%%s",
                    chart_number(ctx, (double)layer->cost->macs), chart_number(ctx, layer->cost->cycles),
                    chart_number(ctx, layer->cost->energy_pj * 1e-12), 100 * layer->cost->utilisation,
                    layer->count == 1 ? ""
                                      : naas_format(ctx, "; occurs %lld times", (long long)layer->count))},
            {"nest", show_escaped(ctx, nest.text)}, {"arrays", arrays.text}, {"levels", levels.text},
            {"timeline", timeline.text}};
        show_fill(out, asset_layer_html, sizeof fields / sizeof fields[0], fields);
    }
}
