/* Subnets of a network search: their predicted accuracy against EDP, and what they are compared with. */
#include "show/chart.h"
#include "show/page.h"
#include "show_assets.h"
#include <math.h>

static const char *accuracy_text(struct naas_ctx *ctx, const struct show_subnet *subnet)
{
    if (isnan(subnet->top1))
        return "-";
    return isnan(subnet->error) ? naas_format(ctx, "%.2f", subnet->top1)
                                : naas_format(ctx, "%.2f &#177; %.2f", subnet->top1, subnet->error);
}

/* ---- the chart ---- */

static struct chart_series front_series(struct naas_ctx *ctx, const struct show_subnets *subnets)
{
    size_t room = (size_t)subnets->n_front + 1;
    double *x = naas_alloc(ctx, room, sizeof *x), *y = naas_alloc(ctx, room, sizeof *y);
    const char **label = naas_alloc(ctx, room, sizeof *label), **id = naas_alloc(ctx, room, sizeof *id);
    for (int i = 0; i < subnets->n_front; i++) {
        const struct show_subnet *subnet = &subnets->front[i];
        x[i] = subnet->edp_js;
        y[i] = subnet->top1;
        label[i] = naas_format(ctx, "subnet %s\n%.2f %% predicted\n%sJ s, %sMACs\non accelerator %d",
            subnet->name, subnet->top1, chart_number(ctx, subnet->edp_js), chart_number(ctx, subnet->macs),
            subnet->candidate);
        id[i] = naas_format(ctx, "s%d", i);
    }
    return (struct chart_series){.name = "subnets (predicted)",
        .n = subnets->n_front,
        .x = x,
        .y = y,
        .label = label,
        .id = id,
        .line = true,
        .points = true};
}

void show_subnets_chart(struct naas_buf *out, const struct show_subnets *subnets, bool alone)
{
    struct naas_ctx *ctx = out->ctx;
    size_t room = (size_t)subnets->n_compared + 1;
    struct chart_series *series = naas_alloc(ctx, room, sizeof *series);
    int n = 0;
    series[n++] = front_series(ctx, subnets);
    for (int i = 0; i < subnets->n_compared; i++) {
        const struct show_subnet *row = &subnets->compared[i];
        if (isnan(row->top1) || isnan(row->edp_js))
            continue;
        series[n] = (struct chart_series){
            .name = row->name, .n = 1, .x = &row->edp_js, .y = &row->top1, .points = true, .color = n};
        n++;
    }
    double error = subnets->n_front > 0 ? subnets->front[0].error : NAN;
    const struct chart chart = {
        .title = subnets->title,
        .x_label = "EDP (J s)",
        .y_label = isnan(error) ? "top-1 accuracy (%), predicted"
                                : naas_format(ctx, "top-1 accuracy (%%), predicted +- %.2f", error),
        .x_log = true,
        .alone = alone,
        .n_series = n,
        .series = series,
    };
    chart_xy(out, &chart);
}

/* ---- the section of a page ---- */

static void front_rows(struct naas_buf *out, const struct show_subnets *subnets)
{
    for (int i = 0; i < subnets->n_front; i++) {
        const struct show_subnet *subnet = &subnets->front[i];
        naas_buf_printf(out,
            "<tr data-id=\"s%d\"><th>%s</th><td class=\"n\">%s</td><td class=\"n\">%.4g</td><td "
            "class=\"n\">%.4g</td><td class=\"n\">%.0f</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td "
            "class=\"n\">%d</td></tr>\n",
            i, show_escaped(out->ctx, subnet->name), accuracy_text(out->ctx, subnet), subnet->edp_js,
            subnet->energy_pj * 1e-6, subnet->cycles, chart_number(out->ctx, subnet->macs),
            chart_number(out->ctx, subnet->parameters), subnet->candidate);
    }
}

static void compared_rows(struct naas_buf *out, const struct show_subnets *subnets)
{
    for (int i = 0; i < subnets->n_compared; i++) {
        const struct show_subnet *row = &subnets->compared[i];
        naas_buf_printf(out, "<tr><th>%s</th><td class=\"n\">%s</td>", show_escaped(out->ctx, row->name),
            accuracy_text(out->ctx, row));
        if (isnan(row->edp_js))
            naas_buf_puts(out, "<td colspan=\"4\">does not fit every layer</td></tr>\n");
        else
            naas_buf_printf(out,
                "<td class=\"n\">%.4g</td><td class=\"n\">%.4g</td><td class=\"n\">%.0f</td><td "
                "class=\"n\">%s</td></tr>\n",
                row->edp_js, row->energy_pj * 1e-6, row->cycles,
                isnan(subnets->compared[0].edp_js)
                    ? "-"
                    : naas_format(out->ctx, "%.2f", subnets->compared[0].edp_js / row->edp_js));
    }
}

void show_subnets_section(struct naas_buf *out, const struct show_subnets *subnets)
{
    struct naas_ctx *ctx = out->ctx;
    struct naas_buf chart = naas_buf_new(ctx), front = naas_buf_new(ctx), rows = naas_buf_new(ctx),
                    compared = naas_buf_new(ctx);
    show_subnets_chart(&chart, subnets, false);
    front_rows(&front, subnets);
    compared_rows(&rows, subnets);
    if (subnets->n_compared > 0)
        show_fill(&compared, asset_compared_html, 1, &(struct show_field){"rows", rows.text});
    const struct show_field fields[] = {{"best", show_escaped(ctx, subnets->best)},
        {"source", show_escaped(ctx, subnets->source)}, {"chart", chart.text},
        {"front_summary",
            naas_format(ctx, "%d subnets are on the Pareto front of accuracy and score", subnets->n_front)},
        {"front_rows", front.text}, {"compared", compared.text}};
    show_fill(out, asset_subnets_html, sizeof fields / sizeof fields[0], fields);
}
