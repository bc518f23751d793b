/* The page of a study, and its pictures. */
#include "show/chart.h"
#include "show/page.h"
#include "show_assets.h"
#include <math.h>

enum { LARGEST = 12 };

static bool leaves_out_zero(const struct show_estimate *estimate)
{
    return estimate->low > 0 || estimate->high < 0;
}

static const struct show_estimate *less_of(const struct show_effect *effect, int design, bool elasticity)
{
    return elasticity ? &effect->elasticity_less[design] : &effect->spearman_less[design];
}

/* ---- differences ---- */

int show_study_clear(const struct show_study *study, int design, bool elasticity, int *of)
{
    int n = 0;
    *of = 0;
    for (int i = 0; i < study->n_effects; i++) {
        const struct show_estimate *less = less_of(&study->effect[i], design, elasticity);
        n += leaves_out_zero(less);
        *of += isfinite(less->low);
    }
    return n;
}

int show_study_differences(const struct show_study *study, int design, bool elasticity, int n, int *which)
{
    int found = 0;
    for (int i = 0; i < study->n_effects; i++) {
        const struct show_estimate *less = less_of(&study->effect[i], design, elasticity);
        if (!leaves_out_zero(less))
            continue;
        int at = found < n ? found++ : n;
        for (; at > 0; at--) {
            const struct show_estimate *before = less_of(&study->effect[which[at - 1]], design, elasticity);
            if (fabs(before->value) >= fabs(less->value))
                break;
            if (at < n)
                which[at] = which[at - 1];
        }
        if (at < n)
            which[at] = i;
    }
    return found;
}

/* ---- pictures ---- */

const char *show_estimate_text(struct naas_ctx *ctx, const struct show_estimate *estimate)
{
    if (isnan(estimate->value))
        return "-";
    if (isnan(estimate->low) || isnan(estimate->high))
        return naas_format(ctx, "%+.2f [?]", estimate->value);
    return naas_format(ctx, "%+.2f [%+.2f, %+.2f]", estimate->value, estimate->low, estimate->high);
}

void show_study_heat(struct naas_buf *out, const struct show_study *study, bool elasticity, bool alone)
{
    struct naas_ctx *ctx = out->ctx;
    int n_columns = study->n_measures * study->n_designs, n_rows = study->n_effects / study->n_measures;
    size_t n = (size_t)(n_rows * n_columns) + 1;
    double *value = naas_alloc(ctx, n, sizeof *value);
    bool *faint = naas_alloc(ctx, n, sizeof *faint);
    const char **tip = naas_alloc(ctx, n, sizeof *tip), **row = naas_alloc(ctx, n, sizeof *row),
               **column = naas_alloc(ctx, n, sizeof *column), **group = naas_alloc(ctx, n, sizeof *group);
    for (int i = 0; i < study->n_effects; i++) {
        const struct show_effect *effect = &study->effect[i];
        row[i / study->n_measures] = effect->parameter;
        group[i % study->n_measures] = effect->measure;
        for (int d = 0; d < study->n_designs; d++) {
            const struct show_estimate *estimate = elasticity ? &effect->elasticity[d] : &effect->spearman[d];
            int at = i * study->n_designs + d;
            value[at] = estimate->value;
            faint[at] = !leaves_out_zero(estimate);
            tip[at] = naas_format(ctx, "%s, %s on %s: %s", effect->parameter, effect->measure,
                study->design[d], show_estimate_text(ctx, estimate));
            column[at % n_columns] = study->design[d];
        }
    }
    struct chart_heat heat = {.title = elasticity ? "Elasticity" : "Rank correlation",
        .alone = alone,
        .n_rows = n_rows,
        .n_columns = n_columns,
        .rows_together = study->parameters_together,
        .columns_together = study->n_designs,
        .row = row,
        .column = column,
        .group = group,
        .value = value,
        .faint = faint,
        .tip = tip,
        .most = elasticity ? 2 : 1};
    chart_heat(out, &heat);
}

/* ---- the page ---- */

static void difference_table(
    struct naas_buf *out, const struct show_study *study, int design, bool elasticity)
{
    struct naas_ctx *ctx = out->ctx;
    int which[LARGEST], of, clear = show_study_clear(study, design, elasticity, &of);
    int n = show_study_differences(study, design, elasticity, LARGEST, which);
    naas_buf_printf(out,
        "<div><h3>%s, %s and %s</h3>\n<p>%d of %d differ: their interval of 95 %% leaves out 0 (some %.0f "
        "would by "
        "chance). The largest:</p>\n<div "
        "class=\"scroll\"><table>\n<thead><tr><th>parameter</th><th>measure</th>"
        "<th class=\"n\">%s</th><th class=\"n\">%s</th><th "
        "class=\"n\">difference</th></tr></thead>\n<tbody>\n",
        elasticity ? "Elasticity" : "Rank correlation", show_escaped(ctx, study->design[0]),
        show_escaped(ctx, study->design[design]), clear, of, 0.05 * of, show_escaped(ctx, study->design[0]),
        show_escaped(ctx, study->design[design]));
    for (int i = 0; i < n; i++) {
        const struct show_effect *effect = &study->effect[which[i]];
        const struct show_estimate *all = elasticity ? effect->elasticity : effect->spearman;
        naas_buf_printf(out,
            "<tr><th>%s</th><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td "
            "class=\"n\">%s</td></tr>\n",
            effect->parameter, effect->measure, show_estimate_text(ctx, &all[0]),
            show_estimate_text(ctx, &all[design]),
            show_estimate_text(ctx, less_of(effect, design, elasticity)));
    }
    naas_buf_puts(out, "</tbody></table></div></div>\n");
}

static void effect_rows(struct naas_buf *out, const struct show_study *study)
{
    for (int i = 0; i < study->n_effects; i++) {
        const struct show_effect *effect = &study->effect[i];
        naas_buf_printf(out, "<tr><td>%s</td><th>%s</th><td>%s</td><td class=\"n\">%d</td>", effect->group,
            effect->parameter, effect->measure, effect->n);
        for (int d = 0; d < study->n_designs; d++)
            naas_buf_printf(out, "<td class=\"n\">%s</td><td class=\"n\">%s</td>",
                show_estimate_text(out->ctx, &effect->spearman[d]),
                show_estimate_text(out->ctx, &effect->elasticity[d]));
        naas_buf_puts(out, "</tr>\n");
    }
}

void show_study_page(struct naas_buf *out, const struct show_study *study)
{
    struct naas_ctx *ctx = out->ctx;
    struct naas_buf spearman = naas_buf_new(ctx), elasticity = naas_buf_new(ctx), heads = naas_buf_new(ctx),
                    differences = naas_buf_new(ctx), effects = naas_buf_new(ctx);
    show_study_heat(&spearman, study, false, false);
    show_study_heat(&elasticity, study, true, false);
    for (int d = 0; d < study->n_designs; d++)
        naas_buf_printf(&heads, "<th class=\"n\">%s: rank correlation</th><th class=\"n\">elasticity</th>",
            show_escaped(ctx, study->design[d]));
    for (int d = 1; d < study->n_designs; d++) {
        naas_buf_puts(&differences, "<div class=\"row\">\n");
        difference_table(&differences, study, d, false);
        difference_table(&differences, study, d, true);
        naas_buf_puts(&differences, "</div>\n");
    }
    effect_rows(&effects, study);
    const struct show_field fields[] = {{"title", show_escaped(ctx, study->title)},
        {"subtitle", show_escaped(ctx, study->subtitle)}, {"spearman", spearman.text},
        {"elasticity", elasticity.text}, {"differences", differences.text}, {"heads", heads.text},
        {"effects", effects.text}};
    show_page_head(out, study->title);
    show_fill(out, asset_study_html, sizeof fields / sizeof fields[0], fields);
}
