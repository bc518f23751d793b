/*
 * naas report: reads what naas search or naas nas left in its folder (run.json, accelerator.json, mappings,
 * the two tables; of naas nas the network, too), evaluates the mappings once more for their details, and
 * writes a page (show/page.h).
 */
#include "driver/naas_report.h"
#include "accelsearch/cosearch.h"
#include "driver/csv.h"
#include "driver/naas_campaign.h"
#include "driver/naas_search.h"
#include "driver/naas_study.h"
#include "support/json.h"
#include <math.h>
#include <string.h>

struct report {
    struct naas_ctx *ctx;
    const struct naas_request *paths;
    const char *folder; /* of the results */
    struct json_node record;
    bool nas; /* of naas nas */
    struct as_accel accel;
    struct as_workload workload;
    struct show_run run;
};

static const char *file_in(const struct report *report, const char *name)
{
    return naas_format(report->ctx, "%s/%s", report->folder, name);
}

/* ---- what was searched for ---- */

/* The best subnet, which naas nas leaves as a table. */
static enum naas_status read_subnet(struct report *report)
{
    struct as_network *network = naas_alloc(report->ctx, 1, sizeof *network);
    enum naas_status status = as_network_from_json(report->ctx, file_in(report, "network.json"), network);
    if (status == NAAS_OK)
        report->workload = as_workload_new(report->ctx, 1, network);
    return status;
}

static enum naas_status read_networks(struct report *report, const struct search_request *request)
{
    struct naas_ctx *ctx = report->ctx;
    const char *from = json_string(json_need(report->record, "folder"), ".");
    struct as_network *networks = naas_alloc(ctx, SETTINGS_MAX_LIST, sizeof *networks);
    for (int i = 0; i < request->network.n; i++) {
        const char *network = request->network.word[i];
        if (network[0] != '/' && naas_is_file(network))
            network = naas_format(ctx, "%s/%s", from, network);
        enum naas_status status = naas_read_network(ctx, report->paths, network, &networks[i]);
        if (status != NAAS_OK)
            return status;
        if (!networks[i].name[0])
            snprintf(networks[i].name, AS_NAME, "%.*s", AS_NAME - 1, request->network.word[i]);
    }
    report->workload = as_workload_new(ctx, request->network.n, networks);
    return NAAS_OK;
}

static enum naas_status read_request(struct report *report)
{
    struct naas_ctx *ctx = report->ctx;
    struct search_request request;
    struct json_node arguments = json_need(report->record, "arguments");
    int n = json_length(arguments);
    const char **argv = naas_alloc(ctx, (size_t)n + 1, sizeof *argv);
    const char *subtitle = report->nas ? "naas nas" : "naas search";
    for (int i = 0; i < n; i++) {
        argv[i] = json_string(json_at(arguments, i), "");
        subtitle = naas_format(ctx, "%s %s", subtitle, argv[i]);
    }
    search_options_default(&request, report->nas);
    const char *fault = search_options_read(ctx, &request, n, argv);
    if (fault || (!report->nas && request.network.n == 0)) {
        json_error(arguments, "%s", fault ? fault : "not those of a search");
        return NAAS_BAD_INPUT;
    }
    report->run.subtitle = subtitle;
    return report->nas ? read_subnet(report) : read_networks(report, &request);
}

/* ---- what came out ---- */

static enum naas_status read_layers(struct report *report)
{
    struct naas_ctx *ctx = report->ctx;
    const struct as_workload *workload = &report->workload;
    size_t n = (size_t)workload->n_layers;
    struct show_layer *layer = naas_alloc(ctx, n, sizeof *layer);
    struct as_mapping *mapping = naas_alloc(ctx, n, sizeof *mapping);
    struct as_cost *cost = naas_alloc(ctx, n, sizeof *cost);
    for (int i = 0; i < workload->n_layers; i++) {
        const struct as_problem *problem = &workload->layer[i].problem;
        const char *path = file_in(report, search_mapping_name(ctx, i, problem->name));
        enum naas_status status = as_mapping_from_json(ctx, path, problem, &report->accel, &mapping[i]);
        if (status == NAAS_OK)
            status = as_evaluate(problem, &report->accel, &mapping[i], &cost[i]);
        if (status != NAAS_OK) {
            if (status == NAAS_UNSUPPORTED)
                naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path},
                    "the cost model does not cover this mapping");
            return status;
        }
        layer[i] = (struct show_layer){.problem = problem, .mapping = &mapping[i], .cost = &cost[i]};
        for (int k = 0; k < workload->n_networks; k++)
            layer[i].count += workload->layer[i].count[k];
    }
    report->run.layers = (struct show_layers){&report->accel, workload->n_layers, layer, ""};
    return NAAS_OK;
}

static enum naas_status read_history(struct report *report)
{
    struct csv csv;
    enum naas_status status = csv_read(report->ctx, file_in(report, "history.csv"), &csv);
    if (status != NAAS_OK)
        return status;
    struct show_generation *generation = naas_alloc(report->ctx, (size_t)csv.n_rows + 1, sizeof *generation);
    for (int i = 0; i < csv.n_rows; i++)
        generation[i] = (struct show_generation){csv_number(&csv, i, "best"), csv_number(&csv, i, "mean")};
    report->run.search.generation = generation;
    report->run.search.n_generations = csv.n_rows;
    return NAAS_OK;
}

static enum naas_status read_candidates(struct report *report)
{
    struct csv csv;
    enum naas_status status = csv_read(report->ctx, file_in(report, "candidates.csv"), &csv);
    if (status != NAAS_OK)
        return status;
    struct show_candidate *candidate = naas_alloc(report->ctx, (size_t)csv.n_rows + 1, sizeof *candidate);
    for (int i = 0; i < csv.n_rows; i++)
        candidate[i] = (struct show_candidate){.number = i,
            .generation = (int)csv_number(&csv, i, "generation"),
            .optimal = csv_number(&csv, i, "optimal") == 1,
            .energy_pj = csv_number(&csv, i, "energy_pj"),
            .cycles = csv_number(&csv, i, "cycles"),
            .area_um2 = csv_number(&csv, i, "area_um2"),
            .pes = csv_number(&csv, i, "pes"),
            .l1_bytes = csv_number(&csv, i, "l1_bytes"),
            .l2_bytes = csv_number(&csv, i, "l2_bytes"),
            .words_per_cycle = csv_number(&csv, i, "words_per_cycle"),
            .axes = csv_text(&csv, i, "axes")};
    report->run.search.candidate = candidate;
    report->run.search.n_candidates = csv.n_rows;
    return NAAS_OK;
}

/* Totals of each network: found first, then the baselines that fit. */
static void read_totals(struct report *report)
{
    static const char *const keys[] = {"found", "baseline", "native"}, *const who[] = {"found",
                                                                           "baseline, mappings searched",
                                                                           "baseline, own dataflow"};
    const struct as_workload *workload = &report->workload;
    struct show_total *total = naas_alloc(report->ctx, (size_t)(3 * workload->n_networks), sizeof *total);
    int n = 0;
    for (int k = 0; k < workload->n_networks; k++)
        for (int i = 0; i < 3; i++) {
            struct json_node networks = json_get(json_get(report->record, keys[i]), "networks");
            if (!json_present(networks) || k >= json_length(networks))
                continue;
            struct json_node of = json_at(networks, k);
            total[n++] = (struct show_total){workload->name[k], who[i],
                json_number(json_need(of, "cycles"), 0, 1e300, 0),
                json_number(json_need(of, "energy_pj"), 0, 1e300, 0),
                json_number(json_need(of, "edp"), 0, 1e300, 0),
                json_number(json_need(of, "utilisation"), 0, 2, 0)};
        }
    report->run.search.total = total;
    report->run.search.n_totals = n;
    report->run.search.mappings = json_number(json_get(report->record, "mappings"), 0, 1e300, 0);
}

/* ---- subnets ---- */

/* null: not known. */
static double known(struct json_node node)
{
    return cJSON_IsNull(node.item) ? NAN : json_number(node, 0, 1e300, NAN);
}

static struct show_subnet read_subnet_row(
    const struct report *report, struct json_node row, const char *name, const char *top1)
{
    double clock_hz = report->accel.clock_mhz * 1e6;
    return (struct show_subnet){.name = json_string(json_need(row, name), ""),
        .top1 = known(json_need(row, top1)),
        .error = known(json_need(row, "error")),
        .edp_js = known(json_need(row, "edp")) * 1e-12 / clock_hz,
        .energy_pj = known(json_need(row, "energy_pj")),
        .cycles = known(json_need(row, "cycles"))};
}

/* A point of the front, or the best one. */
static struct show_subnet read_point(const struct report *report, struct json_node point)
{
    struct show_subnet subnet = read_subnet_row(report, point, "code", "predicted_top1");
    subnet.macs = known(json_need(point, "macs"));
    subnet.parameters = known(json_need(point, "parameters"));
    subnet.candidate = (int)json_int(json_need(point, "candidate"), 0, INT32_MAX, 0);
    return subnet;
}

static const char *describe_best(const struct report *report, const char *space)
{
    struct naas_ctx *ctx = report->ctx;
    struct json_node choices = json_need(report->record, "choices");
    struct show_subnet best = read_point(report, json_need(report->record, "subnet"));
    struct naas_buf out = naas_buf_new(ctx);
    naas_buf_printf(&out, "Subnet %s of %s: %.4g M MACs, %.4g M parameters; ", best.name, space,
        best.macs * 1e-6, best.parameters * 1e-6);
    for (int i = 0; i < json_members(choices); i++) {
        const char *key;
        double value = json_number(json_member(choices, i, &key), 0, 1e300, 0);
        naas_buf_printf(&out, "%s%s %g", i ? ", " : "", key, value);
    }
    return out.text;
}

static void read_subnets(struct report *report)
{
    struct json_node record = report->record;
    struct json_node front = json_need(record, "front"), compared = json_need(record, "compared");
    int n_front = json_length(front), n_compared = json_length(compared);
    const char *space = json_string(json_need(record, "space"), "");
    struct show_subnet *row = naas_alloc(report->ctx, (size_t)(n_front + n_compared) + 1, sizeof *row);
    struct show_subnets *subnets = naas_alloc(report->ctx, 1, sizeof *subnets);
    for (int i = 0; i < n_front; i++)
        row[i] = read_point(report, json_at(front, i));
    for (int i = 0; i < n_compared; i++)
        row[n_front + i] = read_subnet_row(report, json_at(compared, i), "name", "top1");
    *subnets = (struct show_subnets){.title = "Predicted accuracy against EDP",
        .best = describe_best(report, space),
        .source = json_string(json_need(record, "accuracy_source"), ""),
        .n_front = n_front,
        .n_compared = n_compared,
        .front = row,
        .compared = row + n_front};
    report->run.subnets = subnets;
}

const struct show_ranks *naas_report_ranks(struct naas_ctx *ctx, struct json_node record)
{
    struct json_node all = json_get(record, "ranks");
    if (!json_present(all))
        return NULL;
    struct show_ranks *ranks = naas_alloc(ctx, 1, sizeof *ranks);
    int n = json_length(all);
    struct show_rank *rank = naas_alloc(ctx, (size_t)n + 1, sizeof *rank);
    for (int i = 0; i < n; i++) {
        struct json_node of = json_at(all, i);
        rank[i] = (struct show_rank){.threads = known(json_need(of, "threads")),
            .searches = known(json_need(of, "searches")),
            .busy_s = known(json_need(of, "busy_s")),
            .idle_s = known(json_need(of, "idle_s")),
            .messages = known(json_need(of, "messages")),
            .bytes = known(json_need(of, "bytes"))};
    }
    *ranks = (struct show_ranks){.seconds = known(json_need(record, "seconds")),
        .passing_s = known(json_need(record, "passing_s")),
        .keeping_s = json_number(json_get(record, "keeping_s"), 0, 1e300, 0),
        .n = n,
        .rank = rank};
    return ranks;
}

static enum naas_status check_record(struct report *report)
{
    struct json_node record = report->record;
    report->nas = strcmp(json_string(json_need(record, "kind"), ""), "nas") == 0;
    json_expect_kind(record, report->nas ? "nas" : "search");
    if (!json_bool(json_need(record, "complete"), false)) {
        naas_diag(report->ctx, NAAS_ERROR, (struct naas_loc){.file = file_in(report, "run.json")},
            "the search has not come to its end");
        naas_hint(report->ctx, "naas %s --resume %s goes on with it", report->nas ? "nas" : "search",
            report->folder);
        return NAAS_BAD_INPUT;
    }
    if (strcmp(json_string(json_need(record, "model"), ""), as_model_version()) != 0)
        naas_diag(report->ctx, NAAS_WARNING, (struct naas_loc){.file = file_in(report, "run.json")},
            "found with another version of the cost model: layers are as this one sees them, totals as they "
            "were");
    return NAAS_OK;
}

static enum naas_status read_run(struct report *report)
{
    enum naas_status status = json_parse_file(report->ctx, file_in(report, "run.json"), &report->record);
    if (status == NAAS_OK)
        status = check_record(report);
    if (status == NAAS_OK)
        status = as_accel_from_json(report->ctx, file_in(report, "accelerator.json"), &report->accel);
    if (status == NAAS_OK)
        status = read_request(report);
    if (status == NAAS_OK)
        status = read_layers(report);
    if (status == NAAS_OK)
        status = read_history(report);
    if (status == NAAS_OK)
        status = read_candidates(report);
    if (status != NAAS_OK)
        return status;
    read_totals(report);
    if (report->nas)
        read_subnets(report);
    report->run.ranks = naas_report_ranks(report->ctx, report->record);
    report->run.title = naas_format(report->ctx, "%s", report->accel.name);
    for (int k = 0; k < report->workload.n_networks; k++)
        report->run.title = naas_format(
            report->ctx, "%s%s%s", report->run.title, k ? ", " : " for ", report->workload.name[k]);
    return json_so_far(report->record);
}

enum naas_status naas_report_run(struct naas_ctx *ctx, const struct naas_request *paths, const char *folder,
    const char *prefix, struct show_run *run)
{
    struct report *report = naas_alloc(ctx, 1, sizeof *report); /* the run points into it */
    *report = (struct report){.ctx = ctx, .paths = paths, .folder = folder};
    enum naas_status status = read_run(report);
    report->run.layers.prefix = prefix;
    report->run.search.prefix = *prefix ? prefix : NULL;
    *run = report->run;
    return status;
}

enum naas_status naas_report(struct naas_ctx *ctx, const struct naas_request *request, struct naas_buf *out)
{
    const char *folder = request->operand[0];
    struct show_run run;
    struct show_study study;
    if (campaign_is_there(ctx, folder))
        return campaign_page(ctx, request, folder, out);
    enum naas_status status;
    if (study_is_there(ctx, folder)) {
        status = study_results(ctx, folder, &study);
        if (status == NAAS_OK)
            show_study_page(out, &study);
        return status;
    }
    status = naas_report_run(ctx, request, folder, "", &run);
    if (status == NAAS_OK)
        show_run_page(out, &run);
    return status;
}
