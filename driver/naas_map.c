/*
 * naas map: a mapping for each problem on a fixed accelerator, by the strategy asked for; the exact one says
 * how far from the best the mapping can be.
 */
#include "driver/naas.h"
#include "driver/objective.h"
#include "driver/settings.h"
#include "driver/team.h"
#include "show/mapping.h"
#include <inttypes.h>

struct map_request {
    struct settings_list operands;
    const char *nest, *objective;
    double max_cycles, max_energy_uj;
    bool json, csv, help;
    struct team team;
    struct as_map_options options;
};

#define MEMBER(name) offsetof(struct map_request, name)

static const struct setting settings[] = {
    {"--strategy", SETTING_CHOICE, MEMBER(options.strategy), "cma-es|random|local|mix|exact", 0, 0,
        "how mappings are proposed (mix); exact: then proves how far the best is from the optimum"},
    {"--objective", SETTING_TEXT, MEMBER(objective), "WHAT", 0, 0,
        "edp (default), latency, energy, or exponents such as energy=1,delay=2"},
    {"--max-cycles", SETTING_NUMBER, MEMBER(max_cycles), "CYCLES", 1, 1e18, "limit of each problem"},
    {"--max-energy", SETTING_NUMBER, MEMBER(max_energy_uj), "UJ", 1e-9, 1e18,
        "limit of each problem, microjoules"},
    {"--evaluations", SETTING_LONG, MEMBER(options.evaluations), "N", 1, 1e12,
        "of the cost model for each problem"},
    {"--nodes", SETTING_LONG, MEMBER(options.nodes), "N", 1, 1e12,
        "with exact: of its tree, at most; a million takes about a second"},
    {"--mapping-space", SETTING_CHOICE, MEMBER(options.space), "full|naas", 0, 0,
        "mappings: all, or the space of the paper"},
    {"--encoding", SETTING_CHOICE, MEMBER(options.encoding), "importance|index", 0, 0,
        "with cma-es and random: how vectors say orders and subsets"},
    {"--seed", SETTING_LONG, MEMBER(options.seed), "N", 0, 9e15, "of everything random"},
    {"--threads", SETTING_COUNT, MEMBER(team.threads), "N", 1, 256, TEAM_THREADS_HELP},
    {"--hang-timeout", SETTING_NUMBER, MEMBER(team.hang_timeout), "SECONDS", 0.1, 1e6, TEAM_HANG_HELP},
    {"--nest", SETTING_TEXT, MEMBER(nest), "NAME", 0, 0, "only this nest of a C file, or layer of a network"},
    {"--json", SETTING_FORM, MEMBER(json), NULL, 0, 0, "print JSON: the mapping, or the costs of a network"},
    {"--csv", SETTING_FORM, MEMBER(csv), NULL, 0, 0, "print CSV: a line for each problem"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};
enum { N_SETTINGS = sizeof settings / sizeof settings[0] };

static void help(FILE *out)
{
    fputs("usage: naas map PROBLEM ACCEL [options]\n\n"
          "a mapping for each problem on a fixed accelerator, and its cost\n\n"
          "example: naas map examples/conv2d.c eyeriss --strategy exact\n\n"
          "PROBLEM: a problem or network in JSON, a C file with annotated nests, or the name of a shipped "
          "network\n"
          "ACCEL:   an accelerator in JSON, or the name of a shipped one\n\n",
        out);
    settings_help(out, settings, N_SETTINGS);
}

/* NULL, or what is wrong with the command line. */
static const char *read_request(
    struct naas_ctx *ctx, struct map_request *request, int argc, const char *const *argv)
{
    *request = (struct map_request){
        .objective = "edp", .team.hang_timeout = TEAM_HANG_TIMEOUT, .options = as_map_defaults()};
    const char *fault = settings_read(ctx, settings, N_SETTINGS, request, &request->operands, argc, argv);
    if (fault || request->help)
        return fault;
    if (request->operands.n != 2)
        return request->operands.n < 2 ? "an operand is missing" : "one operand too many";
    if (!objective_read(request->objective, &request->options.goal))
        return naas_format(ctx, "'%s' is no objective", request->objective);
    request->options.goal.max_cycles = request->max_cycles;
    request->options.goal.max_pj = request->max_energy_uj * 1e6;
    return NULL;
}

/* ---- searching ---- */

struct searches {
    const struct map_request *request;
    const struct as_network *network;
    const struct as_accel *accel;
    struct as_map_result *result;
    enum naas_status *status;
};

static enum naas_status search_all(struct naas_ctx *ctx, const struct searches *searches, struct team *team)
{
    int n = searches->network->n_layers;
    enum naas_status status = NAAS_OK;
    struct naas_loc loc = {.file = searches->request->operands.word[0]};
    const struct as_problem **problem = naas_alloc(ctx, (size_t)n, sizeof *problem);
    for (int i = 0; i < n; i++)
        problem[i] = &searches->network->layers[i].problem;
    struct as_map_options options = searches->request->options;
    options.threads = team->own_threads / n; /* what few problems leave idle */
    as_map_search_all(
        n, problem, searches->accel, &options, team->farm, 0, searches->result, searches->status);
    team_stop(team, ctx);
    for (int i = 0; i < n && status == NAAS_OK; i++) {
        status = searches->status[i];
        if (status != NAAS_OK)
            as_map_explain(
                ctx, problem[i], searches->accel, &searches->request->options, status, NAAS_ERROR, loc);
    }
    return status;
}

/* ---- what was proven ---- */

static double gap_of(const struct as_map_result *result)
{
    return result->proven ? 0 : 1 - result->lower_bound / result->score;
}

static void print_proofs(struct naas_buf *out, const struct searches *searches)
{
    int proven = 0, n = searches->network->n_layers;
    naas_buf_printf(out, "\n%-32s %14s %14s %8s %12s\n", "proof", "score", "at least", "gap", "nodes");
    for (int i = 0; i < n; i++) {
        const struct as_map_result *result = &searches->result[i];
        naas_buf_printf(out, "%-32s %14.8g %14.8g %7.3f%% %12" PRId64 "\n",
            searches->network->layers[i].problem.name, result->score, result->lower_bound,
            100 * gap_of(result), result->nodes);
        proven += result->proven;
    }
    naas_buf_printf(
        out, "%d of %d proven: no mapping of the space scores lower (docs/exact.md)\n", proven, n);
}

/* ---- printing ---- */

static void print_csv(struct naas_buf *out, const struct searches *searches, const struct as_cost *cost)
{
    if (searches->request->options.strategy != AS_EXACT) {
        naas_network_csv(out, searches->network, cost);
        return;
    }
    naas_buf_puts(out, "layer,count,macs,cycles,energy_pj,score,lower_bound,gap,nodes\n");
    for (int i = 0; i < searches->network->n_layers; i++) {
        const struct as_map_result *result = &searches->result[i];
        show_csv_text(out, searches->network->layers[i].problem.name);
        naas_buf_printf(out, ",%" PRId64 ",%" PRId64 ",%.17g,%.17g,%.17g,%.17g,%.17g,%" PRId64 "\n",
            searches->network->layers[i].count, cost[i].macs, cost[i].cycles, cost[i].energy_pj,
            result->score, result->lower_bound, gap_of(result), result->nodes);
    }
}

static void print(struct naas_ctx *ctx, struct naas_buf *out, const struct searches *searches)
{
    const struct map_request *request = searches->request;
    const struct as_network *network = searches->network;
    const struct as_problem *first = &network->layers[0].problem;
    const struct as_map_result *result = searches->result;
    struct as_cost *cost = naas_alloc(ctx, (size_t)network->n_layers, sizeof *cost);
    for (int i = 0; i < network->n_layers; i++)
        cost[i] = result[i].cost;
    if (request->csv) {
        print_csv(out, searches, cost);
    } else if (request->json && network->n_layers > 1) {
        naas_network_json(
            out, network, searches->accel, cost, request->options.strategy == AS_EXACT ? result : NULL);
    } else if (request->json) {
        as_mapping_json(out, first, searches->accel, &result->mapping);
    } else if (network->n_layers > 1) {
        naas_network_print(out, network, cost);
    } else {
        as_mapping_print(out, first, searches->accel, &result->mapping);
        naas_buf_puts(out, "\n");
        naas_cost_print(out, first, searches->accel, &result->mapping, cost);
    }
    if (request->options.strategy == AS_EXACT && !request->json && !request->csv)
        print_proofs(out, searches);
}

static enum naas_status map(
    struct naas_ctx *ctx, const struct naas_request *paths, struct map_request *request, struct naas_buf *out)
{
    struct as_network network;
    struct as_accel accel;
    struct naas_request inputs = *paths;
    inputs.nest = request->nest;
    enum naas_status status = naas_read_network(ctx, &inputs, request->operands.word[0], &network);
    if (status == NAAS_OK)
        status = naas_read_accel(ctx, &inputs, request->operands.word[1], &accel);
    if (status != NAAS_OK)
        return status;
    struct searches searches = {request, &network, &accel,
        naas_alloc(ctx, (size_t)network.n_layers, sizeof(struct as_map_result)),
        naas_alloc(ctx, (size_t)network.n_layers, sizeof(enum naas_status))};
    status = team_start(&request->team, ctx, paths->cluster, "nothing is kept of naas map: start it again");
    if (status == NAAS_OK)
        status = search_all(ctx, &searches, &request->team);
    if (status == NAAS_OK)
        print(ctx, out, &searches);
    return status;
}

int naas_map(const struct naas_request *paths, int argc, const char *const *argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    struct map_request request;
    const char *fault = read_request(ctx, &request, argc, argv);
    int exit_status;
    if (naas_may_run(fault, request.help, help, &exit_status))
        exit_status = naas_finish(ctx, map(ctx, paths, &request, &out), &out);
    naas_ctx_free(ctx);
    return exit_status;
}
