/* The page of a run of naas search or naas nas. */
#include "show/page.h"
#include "show_assets.h"
#include <string.h>

static void totals(struct naas_buf *out, const struct show_run *run)
{
    const struct show_total *found = NULL;
    double clock_hz = run->layers.accel->clock_mhz * 1e6;
    for (int i = 0; i < run->search.n_totals; i++) {
        const struct show_total *total = &run->search.total[i];
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

void show_run_details(struct naas_buf *out, const struct show_run *run, const char *id)
{
    struct naas_ctx *ctx = out->ctx;
    enum { TOTALS, ACCEL, SEARCH, ENERGY, CYCLES, ROOFLINE, N_PARTS };
    struct naas_buf part[N_PARTS];
    for (int i = 0; i < N_PARTS; i++)
        part[i] = naas_buf_new(ctx);
    totals(&part[TOTALS], run);
    as_accel_print(&part[ACCEL], run->layers.accel);
    show_search(&part[SEARCH], &run->search);
    show_energy_chart(&part[ENERGY], &run->layers);
    show_cycles_chart(&part[CYCLES], &run->layers);
    show_roofline(&part[ROOFLINE], &run->layers);
    const struct show_field fields[] = {{"id", id}, {"title", show_escaped(ctx, run->title)},
        {"subtitle", show_escaped(ctx, run->subtitle)}, {"totals", part[TOTALS].text},
        {"accelerator", show_escaped(ctx, part[ACCEL].text)}, {"search", part[SEARCH].text},
        {"energy", part[ENERGY].text}, {"cycles", part[CYCLES].text}, {"roofline", part[ROOFLINE].text}};
    show_fill(out, asset_row_html, sizeof fields / sizeof fields[0], fields);
}

void show_run_page(struct naas_buf *out, const struct show_run *run)
{
    struct naas_ctx *ctx = out->ctx;
    enum { TOTALS, ACCEL, SUBNETS, SEARCH, RANKS, ENERGY, CYCLES, ROOFLINE, MAPPINGS, N_PARTS };
    struct naas_buf part[N_PARTS];
    for (int i = 0; i < N_PARTS; i++)
        part[i] = naas_buf_new(ctx);
    totals(&part[TOTALS], run);
    as_accel_print(&part[ACCEL], run->layers.accel);
    if (run->subnets)
        show_subnets_section(&part[SUBNETS], run->subnets);
    show_search(&part[SEARCH], &run->search);
    show_energy_chart(&part[ENERGY], &run->layers);
    show_cycles_chart(&part[CYCLES], &run->layers);
    show_roofline(&part[ROOFLINE], &run->layers);
    show_layer_details(&part[MAPPINGS], &run->layers);
    if (run->ranks)
        show_ranks_section(&part[RANKS], run->ranks);
    const struct show_field fields[] = {{"title", show_escaped(ctx, run->title)},
        {"subtitle", show_escaped(ctx, run->subtitle)}, {"totals", part[TOTALS].text},
        {"accelerator", show_escaped(ctx, part[ACCEL].text)}, {"subnets", part[SUBNETS].text},
        {"subnets_link", run->subnets ? "<a href=\"#subnets\">Subnets</a> " : ""},
        {"search", part[SEARCH].text}, {"energy", part[ENERGY].text}, {"cycles", part[CYCLES].text},
        {"roofline", part[ROOFLINE].text}, {"mappings", part[MAPPINGS].text}, {"ranks", part[RANKS].text}};
    show_page_head(out, run->title);
    show_fill(out, asset_run_html, sizeof fields / sizeof fields[0], fields);
}
