/* What came out of a campaign: rows, means, and the forms in which they are printed. */
#include "driver/naas_campaign.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

const char *const campaign_over[CAMPAIGN_DESIGNS] = {"", "mappings searched", "own dataflow"};
static const char *const state_names[] = {
    "new", "done", "interrupted", "damaged", "other options", "other inputs", "other model", "failed"};

/* ---- means ---- */

/* All results of the rows that a mean is of. */
static void work_out(const struct campaign *campaign, struct campaign_mean *mean)
{
    double speed = 0, energy = 0;
    for (int i = 0; i < campaign->n_rows; i++) {
        const struct campaign_row *row = &campaign->row[i];
        bool of = strcmp(row->objective, mean->objective) == 0 && strcmp(row->label, mean->label) == 0 &&
                  (!mean->budget || strcmp(row->budget, mean->budget) == 0);
        for (int k = 0; of && k < row->n_results; k++) {
            const struct campaign_totals *found = &row->result[k].design[CAMPAIGN_FOUND],
                                         *over = &row->result[k].design[mean->over];
            if (!found->known || !over->known)
                continue;
            speed += log(over->cycles / found->cycles);
            energy += log(over->energy_pj / found->energy_pj);
            mean->n++;
        }
    }
    mean->speed_up = exp(speed / mean->n);
    mean->energy = exp(energy / mean->n);
    mean->edp = mean->speed_up * mean->energy;
}

/* Adds both means of what the row is one of, once. */
static int add_means(const struct campaign *campaign, const struct campaign_row *row, bool all_budgets,
    struct campaign_mean *mean, int n)
{
    const char *budget = all_budgets ? NULL : row->budget;
    for (int i = 0; i < n; i++)
        if ((budget ? mean[i].budget && strcmp(mean[i].budget, budget) == 0 : !mean[i].budget) &&
            strcmp(mean[i].objective, row->objective) == 0 && strcmp(mean[i].label, row->label) == 0)
            return n;
    for (int over = CAMPAIGN_BASELINE; over < CAMPAIGN_DESIGNS; over++) {
        mean[n] = (struct campaign_mean){
            .budget = budget, .objective = row->objective, .label = row->label, .over = over};
        if (over == CAMPAIGN_NATIVE && budget && row->published.edp > 0)
            mean[n].published = &row->published;
        work_out(campaign, &mean[n]);
        n += mean[n].n > 0;
    }
    return n;
}

struct campaign_mean *campaign_means(const struct campaign *campaign, int *n)
{
    struct campaign_mean *mean = naas_alloc(campaign->ctx, (size_t)(4 * campaign->n_rows + 1), sizeof *mean);
    bool several = false;
    *n = 0;
    for (int i = 0; i < campaign->n_rows; i++) {
        *n = add_means(campaign, &campaign->row[i], false, mean, *n);
        several = several || strcmp(campaign->row[i].budget, campaign->row[0].budget) != 0;
    }
    for (int i = 0; i < campaign->n_rows && several; i++)
        *n = add_means(campaign, &campaign->row[i], true, mean, *n);
    return mean;
}

/* ---- Markdown ---- */

/* Columns that are the same everywhere are left out. */
struct columns {
    bool objective, seed, label, together;
};

static struct columns columns_of(const struct campaign *campaign)
{
    struct columns columns = {0};
    for (int i = 1; i < campaign->n_rows; i++) {
        const struct campaign_row *row = &campaign->row[i];
        for (int k = 0; k < i; k++) {
            const struct campaign_row *other = &campaign->row[k];
            columns.objective |= strcmp(row->objective, other->objective) != 0;
            columns.label |= strcmp(row->label, other->label) != 0;
            columns.seed |= row->seed != other->seed;
            columns.together |= strcmp(row->budget, other->budget) == 0 &&
                                strcmp(row->networks, other->networks) != 0 &&
                                (strchr(row->networks, '+') || strchr(other->networks, '+'));
        }
    }
    return columns;
}

static void print_head(struct naas_buf *out, const struct columns *columns)
{
    int n = 6 + columns->objective + columns->seed + columns->label + columns->together;
    naas_buf_printf(out, "| budget | network |%s%s%s%s baseline | speed-up | energy | EDP |\n|",
        columns->together ? " accelerator for |" : "", columns->objective ? " objective |" : "",
        columns->seed ? " seed |" : "", columns->label ? " label |" : "");
    for (int i = 0; i < n; i++)
        naas_buf_puts(out, "---|");
    naas_buf_puts(out, "\n");
}

/* The words in front of the baseline's. seed < 0: of all seeds. */
static void print_names(struct naas_buf *out, const struct columns *columns, const char *budget,
    const char *network, const char *together, const char *objective, int64_t seed, const char *label)
{
    naas_buf_printf(out, "| %s | %s |", budget, network);
    if (columns->together)
        naas_buf_printf(out, " %s |", together);
    if (columns->objective)
        naas_buf_printf(out, " %s |", objective);
    if (columns->seed && seed >= 0)
        naas_buf_printf(out, " %" PRId64 " |", seed);
    else if (columns->seed)
        naas_buf_puts(out, " all |");
    if (columns->label)
        naas_buf_printf(out, " %s |", label);
}

static void print_gains(struct naas_buf *out, const char *over, double speed_up, double energy, double edp)
{
    naas_buf_printf(out, " %s | %.2f | %.2f | %.2f |\n", over, speed_up, energy, edp);
}

static void print_row(struct naas_buf *out, const struct columns *columns, const struct campaign_row *row)
{
    for (int k = 0; k < row->n_results; k++) {
        const struct campaign_result *result = &row->result[k];
        const struct campaign_totals *found = &result->design[CAMPAIGN_FOUND];
        for (int over = CAMPAIGN_BASELINE; over < CAMPAIGN_DESIGNS; over++) {
            const struct campaign_totals *base = &result->design[over];
            print_names(out, columns, row->budget, result->network, row->networks, row->objective, row->seed,
                row->label);
            if (found->known && base->known)
                print_gains(out, campaign_over[over], base->cycles / found->cycles,
                    base->energy_pj / found->energy_pj, base->edp / found->edp);
            else
                naas_buf_printf(out, " %s | does not fit | | |\n", campaign_over[over]);
        }
    }
}

static void print_published(
    struct naas_buf *out, const struct columns *columns, const struct campaign_mean *mean)
{
    const struct campaign_published *published = mean->published;
    print_names(out, columns, mean->budget, "mean", "", mean->objective, -1, mean->label);
    naas_buf_printf(
        out, " published | %.1f | %.1f | %.1f |\n", published->speed_up, published->energy, published->edp);
}

void campaign_print(struct naas_buf *out, const struct campaign *campaign)
{
    struct columns columns = columns_of(campaign);
    int n, done = 0;
    struct campaign_mean *mean = campaign_means(campaign, &n);
    print_head(out, &columns);
    for (int i = 0; i < campaign->n_rows; i++) {
        print_row(out, &columns, &campaign->row[i]);
        done += campaign->row[i].state == CAMPAIGN_DONE;
    }
    for (int i = 0; i < n; i++) {
        print_names(out, &columns, mean[i].budget ? mean[i].budget : "all", "mean", "", mean[i].objective, -1,
            mean[i].label);
        print_gains(out, campaign_over[mean[i].over], mean[i].speed_up, mean[i].energy, mean[i].edp);
        if (mean[i].published)
            print_published(out, &columns, &mean[i]);
    }
    if (done < campaign->n_rows)
        naas_buf_printf(out, "\n%d of %d rows are missing.\n", campaign->n_rows - done, campaign->n_rows);
}

/* ---- CSV ---- */

static void csv_word(struct naas_buf *out, const char *word)
{
    if (!strpbrk(word, ",\"\n")) {
        naas_buf_printf(out, "%s,", word);
        return;
    }
    naas_buf_puts(out, "\"");
    for (const char *c = word; *c; c++)
        naas_buf_printf(out, *c == '"' ? "\"\"" : "%c", *c);
    naas_buf_puts(out, "\",");
}

void campaign_csv(struct naas_buf *out, const struct campaign *campaign)
{
    naas_buf_puts(out, "row,budget,network,networks,objective,seed,label,design,cycles,energy_pj,edp,"
                       "utilisation,area_um2,speed_up,energy_gain,edp_gain\n");
    for (int i = 0; i < campaign->n_rows; i++) {
        const struct campaign_row *row = &campaign->row[i];
        for (int k = 0; k < row->n_results * CAMPAIGN_DESIGNS; k++) {
            const struct campaign_result *result = &row->result[k / CAMPAIGN_DESIGNS];
            const struct campaign_totals *found = &result->design[CAMPAIGN_FOUND],
                                         *design = &result->design[k % CAMPAIGN_DESIGNS];
            if (!design->known || !found->known)
                continue;
            csv_word(out, row->name);
            csv_word(out, row->budget);
            csv_word(out, result->network);
            csv_word(out, row->networks);
            csv_word(out, row->objective);
            naas_buf_printf(out, "%" PRId64 ",", row->seed);
            csv_word(out, row->label);
            csv_word(out, campaign_keys[k % CAMPAIGN_DESIGNS]);
            naas_buf_printf(out, "%.17g,%.17g,%.17g,%.17g,%.17g,%.6g,%.6g,%.6g\n", design->cycles,
                design->energy_pj, design->edp, design->utilisation,
                k % CAMPAIGN_DESIGNS == CAMPAIGN_FOUND ? row->area_um2 : row->baseline_um2,
                design->cycles / found->cycles, design->energy_pj / found->energy_pj,
                design->edp / found->edp);
        }
    }
}

/* ---- JSON ---- */

static void member(struct naas_buf *out, const char *before, const char *key, const char *text)
{
    naas_buf_printf(out, "%s\"%s\": ", before, key);
    json_write_string(out, text);
}

static void row_results(struct naas_buf *out, const struct campaign_row *row)
{
    for (int k = 0; k < row->n_results; k++) {
        member(out, k ? ",\n        {" : "\n        {", "network", row->result[k].network);
        for (int d = 0; d < CAMPAIGN_DESIGNS; d++) {
            const struct campaign_totals *design = &row->result[k].design[d];
            if (design->known)
                naas_buf_printf(out,
                    ",\n          \"%s\": {\"cycles\": %.17g, \"energy_pj\": %.17g, \"edp\": %.17g, "
                    "\"utilisation\": %.17g}",
                    campaign_keys[d], design->cycles, design->energy_pj, design->edp, design->utilisation);
            else
                naas_buf_printf(out, ",\n          \"%s\": null", campaign_keys[d]);
        }
        naas_buf_puts(out, "}");
    }
}

static void row_json(struct naas_buf *out, const struct campaign_row *row)
{
    member(out, "\n    {", "row", row->name);
    member(out, ", ", "budget", row->budget);
    member(out, ", ", "networks", row->networks);
    member(out, ", ", "objective", row->objective);
    naas_buf_printf(out, ", \"seed\": %" PRId64, row->seed);
    member(out, ", ", "label", row->label);
    member(out, ",\n      ", "state", state_names[row->state]);
    if (row->published.edp > 0)
        naas_buf_printf(out,
            ",\n      \"published\": {\"speed_up\": %.17g, \"energy\": %.17g, \"edp\": %.17g}",
            row->published.speed_up, row->published.energy, row->published.edp);
    naas_buf_printf(out, ",\n      \"area_um2\": %.17g, \"baseline_um2\": %.17g, \"results\": [",
        row->area_um2, row->baseline_um2);
    row_results(out, row);
    naas_buf_puts(out, "]}");
}

void campaign_json(struct naas_buf *out, const struct campaign *campaign)
{
    int n, done = 0;
    struct campaign_mean *mean = campaign_means(campaign, &n);
    for (int i = 0; i < campaign->n_rows; i++)
        done += campaign->row[i].state == CAMPAIGN_DONE;
    member(out, "{\"format\": 1, \"kind\": \"campaign-results\",\n  ", "name", campaign->name);
    naas_buf_printf(out, ", \"complete\": %s,\n  \"rows\": [", done == campaign->n_rows ? "true" : "false");
    for (int i = 0; i < campaign->n_rows; i++) {
        naas_buf_puts(out, i ? "," : "");
        row_json(out, &campaign->row[i]);
    }
    naas_buf_puts(out, "],\n  \"means\": [");
    for (int i = 0; i < n; i++) {
        member(out, i ? ",\n    {" : "\n    {", "budget", mean[i].budget ? mean[i].budget : "all");
        member(out, ", ", "objective", mean[i].objective);
        member(out, ", ", "label", mean[i].label);
        member(out, ", ", "over", campaign_keys[mean[i].over]);
        naas_buf_printf(out, ", \"n\": %d, \"speed_up\": %.6g, \"energy\": %.6g, \"edp\": %.6g}", mean[i].n,
            mean[i].speed_up, mean[i].energy, mean[i].edp);
    }
    naas_buf_puts(out, "]}\n");
}
