/* The page of a campaign: reads its campaign.json, and the folder of every row that is done. */
#include "driver/naas_campaign.h"
#include "driver/naas_report.h"
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static const char *file_of(struct naas_ctx *ctx, const char *folder)
{
    return naas_format(ctx, "%s/campaign.json", folder);
}

bool campaign_is_there(struct naas_ctx *ctx, const char *folder)
{
    return access(file_of(ctx, folder), F_OK) == 0;
}

/* ---- campaign.json ---- */

/* NULL: it was one process. */
static const struct show_ranks *read_ranks(struct naas_ctx *ctx, const char *folder)
{
    const char *path = naas_format(ctx, "%s/%s", folder, CAMPAIGN_RANKS);
    struct json_node root;
    if (access(path, F_OK) != 0 || json_parse_file(ctx, path, &root) != NAAS_OK)
        return NULL;
    json_expect_kind(root, "campaign-ranks");
    return naas_report_ranks(ctx, root);
}

static struct campaign_row read_row(struct naas_ctx *ctx, struct json_node node)
{
    struct json_node results = json_need(node, "results"), published = json_get(node, "published");
    struct campaign_row row = {.place = node,
        .name = json_string(json_need(node, "row"), ""),
        .budget = json_string(json_need(node, "budget"), ""),
        .networks = json_string(json_need(node, "networks"), ""),
        .objective = json_string(json_need(node, "objective"), ""),
        .label = json_string(json_need(node, "label"), ""),
        .seed = json_int(json_need(node, "seed"), 0, INT64_MAX, 0)};
    if (json_present(published))
        row.published = (struct campaign_published){json_number(json_need(published, "speed_up"), 0, 1e9, 0),
            json_number(json_need(published, "energy"), 0, 1e9, 0),
            json_number(json_need(published, "edp"), 0, 1e9, 0)};
    row.state = strcmp(json_string(json_need(node, "state"), ""), "done") == 0 ? CAMPAIGN_DONE : CAMPAIGN_NEW;
    row.n_results = json_length(results);
    row.result = naas_alloc(ctx, (size_t)row.n_results + 1, sizeof *row.result);
    for (int k = 0; k < row.n_results; k++) {
        struct json_node result = json_at(results, k);
        row.result[k].network = json_string(json_need(result, "network"), "");
        for (int d = 0; d < CAMPAIGN_DESIGNS; d++) {
            struct json_node design = json_need(result, campaign_keys[d]);
            if (!cJSON_IsNull(design.item))
                row.result[k].design[d] = campaign_read_totals(design);
        }
    }
    return row;
}

static enum naas_status read_results(struct naas_ctx *ctx, const char *folder, struct campaign *campaign)
{
    struct json_node root;
    enum naas_status status = json_parse_file(ctx, file_of(ctx, folder), &root);
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, "campaign-results");
    struct json_node rows = json_need(root, "rows");
    *campaign = (struct campaign){.ctx = ctx,
        .output = folder,
        .name = json_string(json_need(root, "name"), ""),
        .n_rows = json_length(rows)};
    campaign->row = naas_alloc(ctx, (size_t)campaign->n_rows + 1, sizeof *campaign->row);
    for (int i = 0; i < campaign->n_rows; i++)
        campaign->row[i] = read_row(ctx, json_at(rows, i));
    return json_so_far(root);
}

/* ---- the page ---- */

static const char *describe(struct naas_ctx *ctx, const struct campaign_row *row)
{
    return naas_format(ctx, "%s%s, seed %" PRId64 "%s%s", row->objective,
        strchr(row->networks, '+') ? naas_format(ctx, ", one for %s", row->networks) : "", row->seed,
        row->label[0] ? ", " : "", row->label);
}

static int row_gains(
    struct naas_ctx *ctx, const struct campaign_row *row, const char *id, struct show_gain *gain)
{
    int n = 0;
    for (int k = 0; k < row->n_results; k++)
        for (int over = CAMPAIGN_BASELINE; over < CAMPAIGN_DESIGNS; over++) {
            const struct campaign_totals *found = &row->result[k].design[CAMPAIGN_FOUND],
                                         *base = &row->result[k].design[over];
            if (found->known && base->known)
                gain[n++] = (struct show_gain){row->budget, row->result[k].network, describe(ctx, row),
                    campaign_over[over], id, over == CAMPAIGN_BASELINE, base->cycles / found->cycles,
                    base->energy_pj / found->energy_pj, base->edp / found->edp};
        }
    return n;
}

static int mean_gains(struct naas_ctx *ctx, const struct campaign *campaign, struct show_gain *gain)
{
    int n_means, n = 0;
    const struct campaign_mean *mean = campaign_means(campaign, &n_means);
    for (int i = 0; i < n_means; i++) {
        struct show_gain show = {mean[i].budget ? mean[i].budget : "all budgets", "mean",
            naas_format(ctx, "%s%s%s, %d results", mean[i].objective, mean[i].label[0] ? ", " : "",
                mean[i].label, mean[i].n),
            campaign_over[mean[i].over], NULL, mean[i].over == CAMPAIGN_BASELINE, mean[i].speed_up,
            mean[i].energy, mean[i].edp};
        gain[n++] = show;
        if (!mean[i].published)
            continue;
        show.over = "published";
        show.of = mean[i].objective;
        show.speed_up = mean[i].published->speed_up;
        show.energy = mean[i].published->energy;
        show.edp = mean[i].published->edp;
        gain[n++] = show;
    }
    return n;
}

enum naas_status campaign_page(
    struct naas_ctx *ctx, const struct naas_request *paths, const char *folder, struct naas_buf *out)
{
    struct campaign campaign;
    enum naas_status status = read_results(ctx, folder, &campaign);
    if (status != NAAS_OK)
        return status;
    size_t most = 6 * (size_t)campaign.n_rows + 1;
    for (int i = 0; i < campaign.n_rows; i++)
        most += (size_t)(2 * campaign.row[i].n_results);
    struct show_gain *gain = naas_alloc(ctx, most, sizeof *gain);
    struct show_run *run = naas_alloc(ctx, (size_t)campaign.n_rows + 1, sizeof *run);
    struct show_campaign show = {.title = campaign.name, .gain = gain, .run = run};
    for (int i = 0; i < campaign.n_rows && status == NAAS_OK; i++) {
        const struct campaign_row *row = &campaign.row[i];
        if (row->state != CAMPAIGN_DONE)
            continue;
        const char *id = naas_format(ctx, "r%d", show.n_runs);
        status = naas_report_run(ctx, paths, campaign_row_folder(ctx, folder, row), id, &run[show.n_runs]);
        run[show.n_runs].title =
            naas_format(ctx, "%s, %s: %s", row->budget, row->networks, describe(ctx, row));
        show.n_runs++;
        show.n_gains += row_gains(ctx, row, id, &gain[show.n_gains]);
    }
    show.n_gains += mean_gains(ctx, &campaign, &gain[show.n_gains]);
    show.n_missing = campaign.n_rows - show.n_runs;
    show.ranks = read_ranks(ctx, folder);
    show.subtitle = naas_format(ctx, "naas campaign: %d rows", campaign.n_rows);
    if (status == NAAS_OK)
        show_campaign_page(out, &show);
    return status;
}
