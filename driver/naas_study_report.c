/* What came of a study, in the forms in which it is written and read again. */
#include "driver/naas_study.h"
#include "support/json.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static struct show_estimate as_shown(struct study_estimate estimate)
{
    return (struct show_estimate){estimate.value, estimate.low, estimate.high};
}

static struct show_effect effect_of(const struct study *study, int g, int f, int m)
{
    struct show_effect effect = {.group = study_group_names[g],
        .parameter = study_factor_names[g][f],
        .measure = study_metric_names[m],
        .n = study->n_valid[g]};
    for (int d = 0; d < study->n_designs; d++) {
        const struct study_cell *cell = &study->cell[d][g][f][m], *less = &study->difference[d][g][f][m];
        effect.spearman[d] = as_shown(cell->spearman);
        effect.elasticity[d] = as_shown(cell->elasticity);
        effect.spearman_less[d] = as_shown(less->spearman);
        effect.elasticity_less[d] = as_shown(less->elasticity);
    }
    return effect;
}

struct show_study study_effects(const struct study *study)
{
    struct naas_ctx *ctx = study->ctx;
    size_t n = (size_t)STUDY_GROUPS * STUDY_FACTORS * STUDY_METRICS;
    struct show_effect *effect = naas_alloc(ctx, n, sizeof *effect);
    struct show_study show = {.title = study->name,
        .n_designs = study->n_designs,
        .n_measures = STUDY_METRICS,
        .parameters_together = STUDY_FACTORS,
        .effect = effect};
    for (int g = 0; g < STUDY_GROUPS; g++)
        for (int f = 0; f < STUDY_FACTORS; f++)
            for (int m = 0; m < STUDY_METRICS; m++)
                effect[show.n_effects++] = effect_of(study, g, f, m);
    show.subtitle = naas_format(ctx,
        "naas campaign, a study: %d stages of %s blocks, seed %" PRIu64 ", %" PRId64
        " searches for a mapping of %" PRId64 " evaluations, %d resamples",
        study->n_samples, study->inverted ? "inverted bottleneck" : "bottleneck", study->seed, study->mapped,
        study->map.evaluations, study->n_resamples);
    for (int d = 0; d < study->n_designs; d++) {
        show.design[d] = study->design[d].name;
        show.subtitle =
            naas_format(ctx, "%s%s %s", show.subtitle, d ? "," : "; on", study->design[d].accel.name);
    }
    return show;
}

/* ---- Markdown ---- */

static void print_estimate(struct naas_buf *out, const struct show_estimate *estimate)
{
    naas_buf_printf(out, " %s |", show_estimate_text(out->ctx, estimate));
}

static void print_differences(
    struct naas_buf *out, const struct show_study *show, int design, bool elasticity)
{
    enum { LARGEST = 10 };
    int which[LARGEST], of, clear = show_study_clear(show, design, elasticity, &of);
    int n = show_study_differences(show, design, elasticity, LARGEST, which);
    naas_buf_printf(out,
        "\n%s: %d of %d differ, that is, the interval of the difference leaves out 0 (some %.0f would by "
        "chance). The largest:\n\n| parameter | measure | %s | %s | difference |\n|---|---|---|---|---|\n",
        elasticity ? "Elasticity" : "Rank correlation", clear, of, 0.05 * of, show->design[0],
        show->design[design]);
    for (int i = 0; i < n; i++) {
        const struct show_effect *effect = &show->effect[which[i]];
        const struct show_estimate *all = elasticity ? effect->elasticity : effect->spearman;
        naas_buf_printf(out, "| %s | %s |", effect->parameter, effect->measure);
        print_estimate(out, &all[0]);
        print_estimate(out, &all[design]);
        print_estimate(out, elasticity ? &effect->elasticity_less[design] : &effect->spearman_less[design]);
        naas_buf_puts(out, "\n");
    }
}

void study_print(struct naas_buf *out, const struct show_study *show)
{
    naas_buf_puts(out, "| parameter | measure |");
    for (int d = 0; d < show->n_designs; d++)
        naas_buf_printf(out, " %s: rank correlation | elasticity |", show->design[d]);
    naas_buf_puts(out, "\n|---|---|");
    for (int d = 0; d < show->n_designs; d++)
        naas_buf_puts(out, "---|---|");
    naas_buf_puts(out, "\n");
    for (int i = 0; i < show->n_effects; i++) {
        const struct show_effect *effect = &show->effect[i];
        naas_buf_printf(out, "| %s | %s |", effect->parameter, effect->measure);
        for (int d = 0; d < show->n_designs; d++) {
            print_estimate(out, &effect->spearman[d]);
            print_estimate(out, &effect->elasticity[d]);
        }
        naas_buf_puts(out, "\n");
    }
    for (int d = 1; d < show->n_designs; d++)
        for (int elasticity = 0; elasticity < 2; elasticity++)
            print_differences(out, show, d, elasticity);
}

/* ---- CSV ---- */

/* Names of designs are the user's; cells are not quoted. */
static const char *cell(struct naas_ctx *ctx, const char *name)
{
    char *text = naas_strdup(ctx, name);
    for (char *c = text; *c; c++)
        if (strchr(",\"\n", *c))
            *c = ' ';
    return text;
}

static void csv_estimate(struct naas_buf *out, const struct show_estimate *estimate)
{
    naas_buf_printf(out, ",%.6g,%.6g,%.6g", estimate->value, estimate->low, estimate->high);
}

void study_csv(struct naas_buf *out, const struct show_study *show)
{
    naas_buf_puts(out,
        "design,group,parameter,measure,samples,spearman,spearman_low,spearman_high,elasticity,"
        "elasticity_low,elasticity_high,spearman_less,spearman_less_low,spearman_less_high,"
        "elasticity_less,elasticity_less_low,elasticity_less_high\n");
    for (int d = 0; d < show->n_designs; d++)
        for (int i = 0; i < show->n_effects; i++) {
            const struct show_effect *effect = &show->effect[i];
            naas_buf_printf(out, "%s,%s,%s,%s,%d", cell(out->ctx, show->design[d]), effect->group,
                effect->parameter, effect->measure, effect->n);
            csv_estimate(out, &effect->spearman[d]);
            csv_estimate(out, &effect->elasticity[d]);
            csv_estimate(out, &effect->spearman_less[d]);
            csv_estimate(out, &effect->elasticity_less[d]);
            naas_buf_puts(out, "\n");
        }
}

void study_samples_csv(struct naas_buf *out, const struct study *study)
{
    naas_buf_puts(out, "design,group,sample,valid");
    for (int g = 0; g < STUDY_GROUPS; g++)
        for (int f = 0; f < STUDY_FACTORS; f++)
            naas_buf_printf(out, ",%s", study_factor_keys[g][f]);
    for (int m = 0; m < STUDY_METRICS; m++)
        naas_buf_printf(out, ",%s", study_metric_names[m]);
    naas_buf_puts(out, "\n");
    for (int d = 0; d < study->n_designs; d++)
        for (int g = 0; g < STUDY_GROUPS; g++)
            for (int i = 0; i < study->n_samples; i++) {
                const struct study_point *point = &study->point[d][g][i];
                naas_buf_printf(out, "%s,%s,%d,%d", cell(out->ctx, study->design[d].name),
                    study_group_names[g], i, point->valid);
                for (int k = 0; k < STUDY_GROUPS; k++)
                    for (int f = 0; f < STUDY_FACTORS; f++)
                        if (k == g || k == STUDY_NEURAL)
                            naas_buf_printf(out, ",%.9g", study->point[d][k][i].x[f]);
                        else
                            naas_buf_puts(out, ",");
                for (int m = 0; m < STUDY_METRICS; m++)
                    naas_buf_printf(out, ",%.17g", point->y[m]);
                naas_buf_puts(out, "\n");
            }
}

/* ---- JSON ---- */

static const char *const estimates[] = {"spearman", "elasticity", "spearman_less", "elasticity_less"};
enum { N_ESTIMATES = sizeof estimates / sizeof estimates[0] };

/* The estimates of a design in the order of their names. */
static struct show_estimate *estimate_at(struct show_effect *effect, int design, int i)
{
    struct show_estimate *const of[] = {
        effect->spearman, effect->elasticity, effect->spearman_less, effect->elasticity_less};
    return &of[i][design];
}

static void member(struct naas_buf *out, const char *before, const char *key, const char *text)
{
    naas_buf_printf(out, "%s\"%s\": ", before, key);
    json_write_string(out, text);
}

static void json_estimate(struct naas_buf *out, const char *key, const struct show_estimate *estimate)
{
    const double part[] = {estimate->value, estimate->low, estimate->high};
    naas_buf_printf(out, ", \"%s\": [", key);
    for (int i = 0; i < 3; i++) {
        naas_buf_puts(out, i ? ", " : "");
        json_write_number(out, part[i]);
    }
    naas_buf_puts(out, "]");
}

void study_json(struct naas_buf *out, const struct show_study *show)
{
    member(out, "{\"format\": 1, \"kind\": \"study-results\",\n  ", "name", show->title);
    member(out, ",\n  ", "about", show->subtitle);
    naas_buf_puts(out, ",\n  \"designs\": [");
    for (int d = 0; d < show->n_designs; d++) {
        naas_buf_puts(out, d ? ", " : "");
        json_write_string(out, show->design[d]);
    }
    naas_buf_puts(out, "],\n  \"effects\": [");
    for (int i = 0; i < show->n_effects; i++) {
        struct show_effect effect = show->effect[i];
        member(out, i ? ",\n    {" : "\n    {", "group", effect.group);
        member(out, ", ", "parameter", effect.parameter);
        member(out, ", ", "measure", effect.measure);
        naas_buf_printf(out, ", \"samples\": %d, \"on\": [", effect.n);
        for (int d = 0; d < show->n_designs; d++) {
            member(out, d ? ",\n      {" : "\n      {", "design", show->design[d]);
            for (int k = 0; k < N_ESTIMATES; k++)
                json_estimate(out, estimates[k], estimate_at(&effect, d, k));
            naas_buf_puts(out, "}");
        }
        naas_buf_puts(out, "]}");
    }
    naas_buf_puts(out, "]}\n");
}

static double read_part(struct json_node node)
{
    return cJSON_IsNull(node.item) ? NAN : json_number(node, -1e300, 1e300, NAN);
}

static struct show_estimate read_estimate(struct json_node node)
{
    if (json_length(node) != 3)
        return (struct show_estimate){NAN, NAN, NAN};
    return (struct show_estimate){
        read_part(json_at(node, 0)), read_part(json_at(node, 1)), read_part(json_at(node, 2))};
}

static struct show_effect read_effect(struct json_node node, int n_designs)
{
    struct json_node on = json_need(node, "on");
    struct show_effect effect = {.group = json_string(json_need(node, "group"), ""),
        .parameter = json_string(json_need(node, "parameter"), ""),
        .measure = json_string(json_need(node, "measure"), ""),
        .n = (int)json_int(json_need(node, "samples"), 0, INT32_MAX, 0)};
    if (json_length(on) != n_designs)
        json_error(on, "not one for each design");
    for (int d = 0; d < n_designs; d++)
        for (int k = 0; k < N_ESTIMATES; k++)
            *estimate_at(&effect, d, k) = read_estimate(json_need(json_at(on, d), estimates[k]));
    return effect;
}

static const char *file_of(struct naas_ctx *ctx, const char *folder)
{
    return naas_format(ctx, "%s/study.json", folder);
}

bool study_is_there(struct naas_ctx *ctx, const char *folder)
{
    return access(file_of(ctx, folder), F_OK) == 0;
}

enum naas_status study_results(struct naas_ctx *ctx, const char *folder, struct show_study *show)
{
    struct json_node root;
    enum naas_status status = json_parse_file(ctx, file_of(ctx, folder), &root);
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, "study-results");
    struct json_node designs = json_need(root, "designs"), effects = json_need(root, "effects");
    *show = (struct show_study){.title = json_string(json_need(root, "name"), ""),
        .subtitle = json_string(json_need(root, "about"), ""),
        .n_designs = json_length(designs),
        .n_effects = json_length(effects),
        .n_measures = STUDY_METRICS,
        .parameters_together = STUDY_FACTORS};
    if (show->n_designs < 1 || show->n_designs > SHOW_MOST_DESIGNS ||
        show->n_effects != STUDY_GROUPS * STUDY_FACTORS * STUDY_METRICS) {
        json_error(root, "not the results of a study");
        return NAAS_BAD_INPUT;
    }
    struct show_effect *effect = naas_alloc(ctx, (size_t)show->n_effects, sizeof *effect);
    for (int d = 0; d < show->n_designs; d++)
        show->design[d] = json_string(json_at(designs, d), "");
    for (int i = 0; i < show->n_effects; i++)
        effect[i] = read_effect(json_at(effects, i), show->n_designs);
    show->effect = effect;
    return json_so_far(root);
}
