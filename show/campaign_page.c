/* The page of a campaign. */
#include "show/chart.h"
#include "show/page.h"
#include "show_assets.h"

static void gain_rows(struct naas_buf *out, const struct show_campaign *campaign)
{
    struct naas_ctx *ctx = out->ctx;
    for (int i = 0; i < campaign->n_gains; i++) {
        const struct show_gain *gain = &campaign->gain[i];
        const char *of = show_escaped(ctx, gain->of);
        naas_buf_printf(out,
            "<tr><th>%s</th><td>%s</td><td>%s</td><td>%s</td><td class=\"n\">%.2f</td><td "
            "class=\"n\">%.2f</td><td class=\"n\">%.2f</td></tr>\n",
            show_escaped(ctx, gain->budget), show_escaped(ctx, gain->network),
            gain->id ? naas_format(ctx, "<a href=\"#%s\">%s</a>", gain->id, of) : of, gain->over,
            gain->speed_up, gain->energy, gain->edp);
    }
}

static void gain_chart(struct naas_buf *out, const struct show_campaign *campaign)
{
    static const char *const part[] = {"EDP, percent of that of the accelerator found"};
    size_t most = (size_t)campaign->n_gains + 1;
    const char **name = naas_alloc(out->ctx, most, sizeof *name),
               **id = naas_alloc(out->ctx, most, sizeof *id);
    double *value = naas_alloc(out->ctx, most, sizeof *value);
    struct chart_bars bars = {.title = "EDP of the budget's accelerator, mappings searched",
        .x_label = part[0],
        .n_parts = 1,
        .name = name,
        .part = part,
        .id = id,
        .value = value};
    for (int i = 0; i < campaign->n_gains; i++) {
        const struct show_gain *gain = &campaign->gain[i];
        if (!gain->charted)
            continue;
        name[bars.n] = naas_format(out->ctx, "%s %s", gain->budget, gain->network);
        id[bars.n] = gain->id;
        value[bars.n++] = 100 * gain->edp;
    }
    if (bars.n > 0)
        chart_bars(out, &bars);
}

void show_campaign_page(struct naas_buf *out, const struct show_campaign *campaign)
{
    struct naas_ctx *ctx = out->ctx;
    struct naas_buf gains = naas_buf_new(ctx), chart = naas_buf_new(ctx), rows = naas_buf_new(ctx),
                    ranks = naas_buf_new(ctx);
    gain_rows(&gains, campaign);
    gain_chart(&chart, campaign);
    for (int i = 0; i < campaign->n_runs; i++)
        show_run_details(&rows, &campaign->run[i], naas_format(ctx, "r%d", i));
    if (campaign->ranks)
        show_ranks_section(&ranks, campaign->ranks);
    const char *missing =
        campaign->n_missing == 0
            ? ""
            : naas_format(ctx, "<p><strong>%d rows are missing.</strong></p>\n", campaign->n_missing);
    const struct show_field fields[] = {{"title", show_escaped(ctx, campaign->title)},
        {"subtitle", show_escaped(ctx, campaign->subtitle)}, {"missing", missing}, {"gains", gains.text},
        {"chart", chart.text}, {"rows", rows.text}, {"ranks", ranks.text}};
    show_page_head(out, campaign->title);
    show_fill(out, asset_campaign_html, sizeof fields / sizeof fields[0], fields);
}
