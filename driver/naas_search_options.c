#include "driver/naas_search.h"
#include "driver/objective.h"
#include <math.h>

#define MEMBER(name) offsetof(struct search_request, name)

/* Those of naas search alone come first, those of naas nas alone last: what a command reads is one piece. */
static const struct setting settings[] = {
    /* of naas search */
    {"--network", SETTING_LIST, MEMBER(network), "FILE|NAME", 0, 0,
        "a network in JSON, a shipped one, or a C file; may be given several times"},
    {"--fixed-mapping", SETTING_SWITCH, MEMBER(options.fixed_mapping), NULL, 0, 0,
        "map by the baseline's own dataflow instead of searching"},
    /* of both */
    {"--budget", SETTING_TEXT, MEMBER(budget), "FILE|NAME", 0, 0,
        "the accelerator whose multipliers, on-chip bytes and bandwidths may be used"},
    {"-o", SETTING_TEXT, MEMBER(output), "FOLDER", 0, 0,
        "write accelerator, mappings, Pareto front and record there"},
    {"--resume", SETTING_TEXT, MEMBER(resume), "FOLDER", 0, 0,
        "go on with the search that writes to this folder"},
    {"--objective", SETTING_TEXT, MEMBER(objective), "WHAT", 0, 0,
        "edp (default), latency, energy, area, or exponents such as energy=1,delay=2,area=0.5"},
    {"--max-cycles", SETTING_NUMBER, MEMBER(max_cycles), "CYCLES", 1, 1e18, "limit of each network"},
    {"--max-energy", SETTING_NUMBER, MEMBER(max_energy_uj), "UJ", 1e-9, 1e18,
        "limit of each network, microjoules"},
    {"--max-area", SETTING_NUMBER, MEMBER(max_area_mm2), "MM2", 1e-6, 1e6,
        "limit of memories and multipliers"},
    {"--strategy", SETTING_CHOICE, MEMBER(options.strategy), "cma-es|random", 0, 0,
        "how accelerators are proposed"},
    {"--encoding", SETTING_CHOICE, MEMBER(options.encoding), "importance|index", 0, 0,
        "how vectors say orders and subsets, of accelerators and mappings"},
    {"--mapping-space", SETTING_CHOICE, MEMBER(options.map.space), "full|naas", 0, 0,
        "mappings: all, or the space of the paper"},
    {"--mapping-strategy", SETTING_CHOICE, MEMBER(options.map.strategy), "cma-es|random|local|mix", 0, 0,
        "how mappings are proposed"},
    {"--sizing-only", SETTING_SWITCH, MEMBER(options.sizing_only), NULL, 0, 0,
        "axes and what lies along them stay the baseline's"},
    {"--generations", SETTING_COUNT, MEMBER(options.generations), "N", 1, 100000, "of accelerators"},
    {"--population", SETTING_COUNT, MEMBER(options.population), "N", 4, 4096, "accelerators in a generation"},
    {"--evaluations", SETTING_LONG, MEMBER(evaluations), "N", 1, 1e12,
        "of the cost model for each layer of a good candidate"},
    {"--seed", SETTING_LONG, MEMBER(options.seed), "N", 0, 9e15, "of everything random"},
    {"--threads", SETTING_COUNT, MEMBER(team.threads), "N", 1, 256, TEAM_THREADS_HELP},
    {"--hang-timeout", SETTING_NUMBER, MEMBER(team.hang_timeout), "SECONDS", 0.1, 1e6, TEAM_HANG_HELP},
    {"--db", SETTING_TEXT, MEMBER(database), "FILE|none", 0, 0, "where results of mapping searches are kept"},
    {"--json", SETTING_FORM, MEMBER(json), NULL, 0, 0, "print JSON"},
    {"--quiet", SETTING_SWITCH, MEMBER(quiet), NULL, 0, 0, "no progress"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
    /* of naas nas */
    {"--space", SETTING_TEXT, MEMBER(space), "FILE|NAME", 0, 0,
        "of networks: a shipped one, or a file in JSON"},
    {"--min-accuracy", SETTING_NUMBER, MEMBER(min_accuracy), "PERCENT", 0, 100,
        "subnets below this top-1 accuracy do not count"},
    {"--accuracy", SETTING_TEXT, MEMBER(accuracy), "FILE|'|COMMAND'", 0, 0,
        "what says how accurate a subnet is; the regression that comes with the space if left out"},
    {"--subnet-generations", SETTING_COUNT, MEMBER(subnet_generations), "N", 1, 100000,
        "of subnets on each accelerator"},
    {"--subnet-population", SETTING_COUNT, MEMBER(subnet_population), "N", 4, 4096,
        "subnets in a generation"},
    {"--front", SETTING_COUNT, MEMBER(front_steps), "N", 0, 1000,
        "higher accuracies to which the Pareto front is followed on the accelerator found"},
    {"--compare", SETTING_TEXT, MEMBER(compare), "NETWORK", 0, 0,
        "with this network: on the budget's accelerator, with hardware searched, with mappings searched"},
    {"--compare-accuracy", SETTING_NUMBER, MEMBER(compare_accuracy), "PERCENT", 0, 100,
        "the top-1 accuracy that is published for that network"},
};
enum { N_SETTINGS = sizeof settings / sizeof settings[0], OF_SEARCH = 2, OF_NAS = 8 };

static const struct setting *settings_of(bool nas, int *n)
{
    *n = N_SETTINGS - (nas ? OF_SEARCH : OF_NAS);
    return nas ? settings + OF_SEARCH : settings;
}

void search_options_default(struct search_request *request, bool nas)
{
    *request = (struct search_request){.options = as_cosearch_defaults(), .objective = "edp"};
    request->nas = nas;
    request->team.hang_timeout = TEAM_HANG_TIMEOUT;
    request->subnet_generations = 5;
    request->subnet_population = 16;
    request->front_steps = 6;
    if (nas) { /* each accelerator costs some hundred networks */
        request->options.generations = 8;
        request->options.population = 10;
        request->options.full = request->options.screen;
    }
    request->evaluations = request->options.full;
}

/* ---- the whole ---- */

static const char *finish(struct naas_ctx *ctx, struct search_request *request)
{
    struct as_cosearch_options *options = &request->options;
    if (request->help || request->resume)
        return NULL;
    if (request->network.n == 0 && !request->nas)
        return "a --network is missing";
    if (request->nas && !request->space)
        return "a --space is missing";
    if (!request->budget)
        return "a --budget is missing";
    if (!objective_read(request->objective, &options->goal))
        return naas_format(ctx, "'%s' is no objective", request->objective);
    options->goal.max_cycles = request->max_cycles;
    options->goal.max_pj = request->max_energy_uj * 1e6;
    options->goal.max_um2 = request->max_area_mm2 * 1e6;
    options->map.encoding = options->encoding;
    options->map.seed = options->seed;
    /* The defaults' proportions. */
    double scale = (double)request->evaluations / (double)options->full;
    options->screen = (int64_t)fmax(1, (double)options->screen * scale);
    options->final = (int64_t)fmax(1, (double)options->final * scale);
    options->full = request->evaluations;
    return NULL;
}

const char *search_options_read(
    struct naas_ctx *ctx, struct search_request *request, int argc, const char *const *argv)
{
    int n;
    const struct setting *own = settings_of(request->nas, &n);
    const char *fault = settings_read(ctx, own, n, request, NULL, argc, argv);
    return fault ? fault : finish(ctx, request);
}

const char *search_option_fault(struct naas_ctx *ctx, const char *name, const char *value)
{
    struct search_request request;
    const char *words[] = {name, value};
    int n;
    search_options_default(&request, false);
    const struct setting *own = settings_of(false, &n);
    return settings_read(ctx, own, n, &request, NULL, value ? 2 : 1, words);
}

void search_options_help(FILE *out, bool nas)
{
    int n;
    const struct setting *own = settings_of(nas, &n);
    if (nas)
        fputs("usage: naas nas --space FILE|NAME --budget FILE|NAME --min-accuracy PERCENT [options]\n\n"
              "an accelerator within a budget, an accurate enough network of a space, and its mappings, "
              "searched "
              "together\n\n"
              "example: naas nas --space ofa-resnet50 --budget eyeriss --min-accuracy 76.5 -o found\n\n",
            out);
    else
        fputs("usage: naas search --network FILE|NAME ... --budget FILE|NAME [options]\n\n"
              "an accelerator within a budget and the mappings of all layers, searched together\n\n"
              "example: naas search --network resnet50 --budget nvdla-1024 -o found\n\n",
            out);
    settings_help(out, own, n);
}
