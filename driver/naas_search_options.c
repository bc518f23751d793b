#include "driver/naas_search.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    TEXT,   /* const char * */
    LIST,   /* the networks */
    COUNT,  /* int */
    LONG,   /* int64_t or uint64_t */
    NUMBER, /* double */
    CHOICE, /* enum (int): position among the choices */
    SWITCH, /* bool */
};

struct spec {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *argument; /* CHOICE: the choices, separated by | */
    double low, high;
    const char *help;
};

#define MEMBER(name) offsetof(struct search_request, name)

static const struct spec specs[] = {
    {"--network", LIST, 0, "FILE|NAME", 0, 0,
        "a network in JSON, a shipped one, or a C file; may be given several times"},
    {"--budget", TEXT, MEMBER(budget), "FILE|NAME", 0, 0,
        "the accelerator whose multipliers, on-chip bytes and bandwidths may be used"},
    {"-o", TEXT, MEMBER(output), "FOLDER", 0, 0,
        "write accelerator, mappings, Pareto front and record there"},
    {"--resume", TEXT, MEMBER(resume), "FOLDER", 0, 0, "go on with the search that writes to this folder"},
    {"--objective", TEXT, MEMBER(objective), "WHAT", 0, 0,
        "edp (default), latency, energy, area, or exponents such as energy=1,delay=2,area=0.5"},
    {"--max-cycles", NUMBER, MEMBER(max_cycles), "CYCLES", 1, 1e18, "limit of each network"},
    {"--max-energy", NUMBER, MEMBER(max_energy_uj), "UJ", 1e-9, 1e18, "limit of each network, microjoules"},
    {"--max-area", NUMBER, MEMBER(max_area_mm2), "MM2", 1e-6, 1e6, "limit of memories and multipliers"},
    {"--strategy", CHOICE, MEMBER(options.strategy), "cma-es|random", 0, 0, "how accelerators are proposed"},
    {"--encoding", CHOICE, MEMBER(options.encoding), "importance|index", 0, 0,
        "how vectors say orders and subsets, of accelerators and mappings"},
    {"--mapping-space", CHOICE, MEMBER(options.map.space), "full|naas", 0, 0,
        "mappings: all, or the space of the paper"},
    {"--mapping-strategy", CHOICE, MEMBER(options.map.strategy), "cma-es|random|local|mix", 0, 0,
        "how mappings are proposed"},
    {"--sizing-only", SWITCH, MEMBER(options.sizing_only), NULL, 0, 0,
        "axes and what lies along them stay the baseline's"},
    {"--fixed-mapping", SWITCH, MEMBER(options.fixed_mapping), NULL, 0, 0,
        "map by the baseline's own dataflow instead of searching"},
    {"--generations", COUNT, MEMBER(options.generations), "N", 1, 100000, "of accelerators"},
    {"--population", COUNT, MEMBER(options.population), "N", 4, 4096, "accelerators in a generation"},
    {"--evaluations", LONG, MEMBER(evaluations), "N", 1, 1e12,
        "of the cost model for each layer of a good candidate"},
    {"--seed", LONG, MEMBER(options.seed), "N", 0, 9e15, "of everything random"},
    {"--threads", COUNT, MEMBER(options.threads), "N", 1, 256, "changes the time, not the result"},
    {"--db", TEXT, MEMBER(database), "FILE|none", 0, 0, "where results of mapping searches are kept"},
    {"--json", SWITCH, MEMBER(json), NULL, 0, 0, "print JSON"},
    {"--quiet", SWITCH, MEMBER(quiet), NULL, 0, 0, "no progress"},
    {"--help", SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};
enum { N_SPECS = sizeof specs / sizeof specs[0] };

void search_options_default(struct search_request *request)
{
    *request = (struct search_request){.options = as_cosearch_defaults(), .objective = "edp"};
    request->evaluations = request->options.full;
}

/* ---- values ---- */

static bool read_number(const char *text, double low, double high, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && *value >= low && *value <= high;
}

static bool read_choice(const char *choices, const char *text, int *at)
{
    size_t length = strlen(text);
    for (*at = 0;; (*at)++) {
        size_t n = strcspn(choices, "|");
        if (n == length && memcmp(choices, text, n) == 0)
            return true;
        if (!choices[n])
            return false;
        choices += n + 1;
    }
}

static bool store(struct search_request *request, const struct spec *spec, const char *text)
{
    char *member = (char *)request + spec->offset;
    double number = 0;
    switch (spec->kind) {
    case TEXT:
        *(const char **)member = text;
        return *text != '\0';
    case LIST:
        if (request->n_networks == SEARCH_MAX_NETWORKS)
            return false;
        request->network[request->n_networks++] = text;
        return *text != '\0';
    case COUNT:
    case LONG:
        if (!read_number(text, spec->low, spec->high, &number) || number != floor(number))
            return false;
        if (spec->kind == COUNT)
            *(int *)member = (int)number;
        else
            *(int64_t *)member = (int64_t)number;
        return true;
    case NUMBER:
        return read_number(text, spec->low, spec->high, (double *)member);
    case CHOICE:
        return read_choice(spec->argument, text, (int *)member);
    case SWITCH:
        break;
    }
    return false;
}

/* "energy=1,delay=2": what is not named has exponent 0. */
static bool read_exponents(const char *text, struct as_goal *goal)
{
    const struct {
        const char *name;
        double *exponent;
    } parts[] = {{"energy=", &goal->energy}, {"delay=", &goal->delay}, {"area=", &goal->area}};
    while (*text) {
        char *end = NULL;
        for (int i = 0; i < 3; i++) {
            size_t n = strlen(parts[i].name);
            if (strncmp(text, parts[i].name, n) == 0)
                *parts[i].exponent = strtod(text + n, &end);
        }
        if (!end || (*end && *end != ','))
            return false;
        text = *end ? end + 1 : end;
    }
    return goal->energy >= 0 && goal->delay >= 0 && goal->area >= 0 &&
           goal->energy + goal->delay + goal->area > 0 && goal->energy + goal->delay + goal->area < 100;
}

static bool read_objective(const char *text, struct as_goal *goal)
{
    static const struct {
        const char *name;
        struct as_goal goal;
    } named[] = {{"edp", {.energy = 1, .delay = 1}}, {"latency", {.delay = 1}}, {"energy", {.energy = 1}},
        {"area", {.area = 1}}};
    *goal = (struct as_goal){0};
    for (int i = 0; i < 4; i++)
        if (strcmp(text, named[i].name) == 0) {
            *goal = named[i].goal;
            return true;
        }
    return read_exponents(text, goal);
}

/* ---- the whole ---- */

static const char *finish(struct naas_ctx *ctx, struct search_request *request)
{
    struct as_cosearch_options *options = &request->options;
    if (request->help || request->resume)
        return NULL;
    if (request->n_networks == 0)
        return "a --network is missing";
    if (!request->budget)
        return "a --budget is missing";
    if (!read_objective(request->objective, &options->goal))
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
    for (int i = 0; i < argc; i++) {
        const struct spec *spec = NULL;
        for (int k = 0; k < N_SPECS && !spec; k++)
            if (strcmp(argv[i], specs[k].name) == 0)
                spec = &specs[k];
        if (!spec)
            return naas_format(ctx, "unknown option %s", argv[i]);
        if (spec->kind == SWITCH) {
            *(bool *)((char *)request + spec->offset) = true;
            continue;
        }
        if (i + 1 == argc)
            return naas_format(ctx, "%s needs %s", spec->name, spec->argument);
        if (!store(request, spec, argv[++i]))
            return naas_format(ctx, "invalid value '%s' of %s %s", argv[i], spec->name, spec->argument);
    }
    return finish(ctx, request);
}

void search_options_help(FILE *out)
{
    fputs("usage: naas search --network FILE|NAME ... --budget FILE|NAME [options]\n\n"
          "an accelerator within a budget and the mappings of all layers, searched together\n\n"
          "example: naas search --network resnet50 --budget nvdla-1024 -o found\n\n",
        out);
    for (int i = 0; i < N_SPECS; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s %s", specs[i].name, specs[i].argument ? specs[i].argument : "");
        fprintf(out, "  %-32s %s\n", left, specs[i].help);
    }
}
