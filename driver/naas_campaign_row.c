/* The folder of a row: whether what it holds is what the campaign asks for, and what was found. */
#include "driver/naas_campaign.h"
#include <string.h>
#include <unistd.h>

const char *const campaign_keys[CAMPAIGN_DESIGNS] = {"found", "baseline", "native"};

const char *campaign_row_folder(struct naas_ctx *ctx, const char *output, const struct campaign_row *row)
{
    return naas_format(ctx, "%s/rows/%s", output, row->name);
}

/* Are the words behind those that name files the same? */
static bool same_options(struct json_node arguments, const struct campaign_row *row)
{
    if (json_length(arguments) != row->argc)
        return false;
    for (int i = row->n_paths; i < row->argc; i++)
        if (strcmp(json_string(json_at(arguments, i), ""), row->argv[i]) != 0)
            return false;
    return true;
}

static enum campaign_state state_of(struct json_node record, const struct campaign_row *row)
{
    json_expect_kind(record, "search");
    struct json_node arguments = json_need(record, "arguments"), complete = json_need(record, "complete"),
                     model = json_need(record, "model"), inputs = json_get(record, "inputs");
    bool same = same_options(arguments, row), found = json_bool(complete, false);
    if (!json_present(arguments) || !json_present(complete) || !json_present(model))
        return CAMPAIGN_DAMAGED;
    if (!same)
        return CAMPAIGN_OTHER_OPTIONS;
    if (strcmp(json_string(model, ""), as_model_version()) != 0)
        return CAMPAIGN_OTHER_MODEL;
    if (!found)
        return CAMPAIGN_INTERRUPTED;
    return strcmp(json_string(inputs, ""), row->inputs) == 0 ? CAMPAIGN_DONE : CAMPAIGN_OTHER_INPUTS;
}

struct campaign_totals campaign_read_totals(struct json_node of)
{
    return (struct campaign_totals){true, json_number(json_need(of, "cycles"), 1e-300, 1e300, 1),
        json_number(json_need(of, "energy_pj"), 1e-300, 1e300, 1),
        json_number(json_need(of, "edp"), 1e-300, 1e300, 1),
        json_number(json_need(of, "utilisation"), 0, 2, 0)};
}

static void read_results(struct naas_ctx *ctx, struct json_node record, struct campaign_row *row)
{
    struct json_node found = json_need(record, campaign_keys[CAMPAIGN_FOUND]),
                     baseline = json_need(record, campaign_keys[CAMPAIGN_BASELINE]),
                     networks = json_need(found, "networks");
    row->n_results = json_length(networks);
    row->result = naas_alloc(ctx, (size_t)row->n_results + 1, sizeof *row->result);
    row->area_um2 = json_number(json_need(found, "area_um2"), 0, 1e300, 0);
    row->baseline_um2 = json_number(json_need(baseline, "area_um2"), 0, 1e300, 0);
    for (int k = 0; k < row->n_results; k++) {
        struct campaign_result *result = &row->result[k];
        result->network = naas_strdup(ctx, json_string(json_need(json_at(networks, k), "name"), ""));
        for (int d = 0; d < CAMPAIGN_DESIGNS; d++) {
            struct json_node of = json_need(json_need(record, campaign_keys[d]), "networks");
            if (k < json_length(of)) /* else a layer does not fit */
                result->design[d] = campaign_read_totals(json_at(of, k));
        }
    }
}

void campaign_look(const struct campaign *campaign, struct campaign_row *row)
{
    const char *path =
        naas_format(campaign->ctx, "%s/run.json", campaign_row_folder(campaign->ctx, campaign->output, row));
    struct naas_ctx *own = naas_ctx_new(); /* what is wrong with a record is no fault of the campaign's */
    struct json_node record;
    row->state = CAMPAIGN_NEW;
    row->n_results = 0;
    if (access(path, F_OK) == 0) {
        row->state = CAMPAIGN_DAMAGED;
        if (json_parse_file(own, path, &record) == NAAS_OK)
            row->state = state_of(record, row);
        if (row->state == CAMPAIGN_DONE)
            read_results(campaign->ctx, record, row);
        if (naas_n_diags(own) > 0) {
            row->state = CAMPAIGN_DAMAGED;
            row->n_results = 0;
        }
    }
    naas_ctx_free(own);
}
