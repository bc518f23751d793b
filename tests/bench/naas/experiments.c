/* The paper's experiments. Its figures (arXiv 2105.13258, section III) stand beside ours. */
#include "show/chart.h"
#include "tests/bench/naas/lab.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LARGE "vgg16 resnet50 unet"
#define SMALL "mobilenetv2 squeezenet mnasnet"

/* The n-th word. */
static const char *word_at(struct naas_ctx *ctx, const char *words, int n)
{
    while (n-- > 0)
        words = strchr(words, ' ') + 1;
    return naas_strndup(ctx, words, strcspn(words, " "));
}

static void draw_bars(const struct lab *lab, const char *file, const char *title, const char *what, int n,
    const char *const *name, const double *value)
{
    struct naas_buf svg = naas_buf_new(lab->ctx);
    const char *const part[] = {what};
    struct chart_bars bars = {.title = title,
        .x_label = what,
        .alone = true,
        .n = n,
        .n_parts = 1,
        .name = name,
        .part = part,
        .value = value};
    chart_bars(&svg, &bars);
    lab_write(lab, file, &svg);
}

/* ---- figure 5: budgets and networks ---- */

enum { N_BUDGETS = 5, MOST_BARS = 2 * N_BUDGETS * MOST_NETWORKS };
static const struct {
    const char *budget, *networks;
    double speed, energy; /* of the paper, averages over the networks */
} cases[N_BUDGETS] = {{"edge-tpu", LARGE, 2.6, 1.1}, {"nvdla-1024", LARGE, 2.2, 1.1},
    {"eyeriss", SMALL, 4.4, 2.1}, {"nvdla-256", SMALL, 1.7, 1.4}, {"shidiannao", SMALL, 4.4, 4.9}};

static void print_ratios(const char *budget, const char *network, const char *baseline,
    const struct as_cost *over, const struct as_cost *found)
{
    printf("| %s | %s | %s | %.2f | %.2f | %.2f |\n", budget, network, baseline, over->cycles / found->cycles,
        over->energy_pj / found->energy_pj, over->edp / found->edp);
}

/* Geometric means, as one cost in the place of many. */
static struct as_cost mean_of(int n, const struct as_cost *cost)
{
    double cycles = 0, energy = 0;
    for (int i = 0; i < n; i++) {
        cycles += log(cost[i].cycles) / n;
        energy += log(cost[i].energy_pj) / n;
    }
    return (struct as_cost){
        .cycles = exp(cycles), .energy_pj = exp(energy), .edp = exp(cycles) * exp(energy)};
}

static void print_case(int at, const struct lab *lab, const struct outcome *outcome)
{
    const char *budget = cases[at].budget;
    int n = outcome->n_networks;
    struct as_cost found = mean_of(n, outcome->found), baseline = mean_of(n, outcome->baseline),
                   native = mean_of(n, outcome->native);
    for (int k = 0; k < n; k++) {
        const char *network = word_at(lab->ctx, cases[at].networks, k);
        print_ratios(budget, network, "mappings searched", &outcome->baseline[k], &outcome->found[k]);
        print_ratios(budget, network, "own dataflow", &outcome->native[k], &outcome->found[k]);
    }
    print_ratios(budget, "mean", "mappings searched", &baseline, &found);
    print_ratios(budget, "mean", "own dataflow", &native, &found);
    printf("| %s | mean | paper | %.1f | %.1f | %.1f |\n", budget, cases[at].speed, cases[at].energy,
        cases[at].speed * cases[at].energy);
}

static bool budgets_in(const struct lab *lab, enum as_space_kind space, const char *file, const char *title)
{
    const char *name[MOST_BARS];
    double value[MOST_BARS];
    int n = 0;
    printf("%s\n\n| budget | network | baseline | speed-up | energy | EDP |\n|---|---|---|---|---|---|\n",
        title);
    for (int i = 0; i < N_BUDGETS; i++) {
        struct as_cosearch_options options = lab_options(lab);
        struct outcome outcome;
        options.map.space = space;
        if (!lab_search(lab, cases[i].budget, cases[i].networks, &options, &outcome) || !outcome.has_baseline)
            return false;
        print_case(i, lab, &outcome);
        for (int k = 0; k < outcome.n_networks; k++) {
            const char *network = word_at(lab->ctx, cases[i].networks, k);
            name[n] = naas_format(lab->ctx, "%s %s", cases[i].budget, network);
            value[n++] = outcome.baseline[k].edp / outcome.found[k].edp;
            name[n] = naas_format(lab->ctx, "%s %s, dataflow", cases[i].budget, network);
            value[n++] = outcome.native[k].edp / outcome.found[k].edp;
        }
    }
    printf("\n");
    draw_bars(lab, file, title, "EDP of the baseline over that of the accelerator found", n, name, value);
    return true;
}

bool budgets(const struct lab *lab)
{
    return budgets_in(lab, AS_SPACE_FULL, "budgets.svg", "Five budgets, all mappings");
}

bool budgets_naas(const struct lab *lab)
{
    return budgets_in(lab, AS_SPACE_NAAS, "budgets-naas.svg", "Five budgets, mappings of the paper's space");
}

/* ---- figure 9: encodings ---- */

bool encoding(const struct lab *lab)
{
    static const char *const networks[] = {"vgg16", "resnet50", "mobilenetv2"};
    const char *name[3];
    double value[3];
    printf("NVDLA-1024, CMA-ES at both levels, the paper's mapping space\n\n"
           "| network | EDP, importance (J s) | EDP, index (J s) | index / importance | paper |\n"
           "|---|---|---|---|---|\n");
    for (int i = 0; i < 3; i++) {
        struct outcome outcome[2];
        for (int k = 0; k < 2; k++) {
            struct as_cosearch_options options = lab_options(lab);
            options.encoding = options.map.encoding = k ? AS_INDEX : AS_IMPORTANCE;
            options.map.strategy = AS_CMA_ES;
            options.map.space = AS_SPACE_NAAS;
            if (!lab_search(lab, "nvdla-1024", networks[i], &options, &outcome[k]))
                return false;
        }
        name[i] = networks[i];
        value[i] = outcome[1].found[0].edp / outcome[0].found[0].edp;
        printf("| %s | %.4g | %.4g | %.2f | 1.4 to 7.4 |\n", name[i], outcome[0].found[0].edp * 1e-21,
            outcome[1].found[0].edp * 1e-21, value[i]);
    }
    draw_bars(lab, "encoding.svg", "Importance against index encoding",
        "EDP with index encoding over EDP with importance encoding", 3, name, value);
    return true;
}

/* ---- figure 4: CMA-ES and random, generation by generation ---- */

enum { SEEDS = 3, GENERATIONS = 10 };

static bool run_strategy(const struct lab *lab, enum as_strategy strategy, double *best, double *mean)
{
    for (int g = 0; g < GENERATIONS; g++)
        best[g] = mean[g] = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
        struct as_cosearch_options options = lab_options(lab);
        struct outcome outcome;
        options.strategy = strategy;
        options.generations = GENERATIONS;
        options.seed = options.map.seed = (uint64_t)seed;
        if (!lab_search(lab, "nvdla-1024", "vgg16", &options, &outcome))
            return false;
        for (int g = 0; g < GENERATIONS; g++) {
            best[g] += log(outcome.generation[g].best) / SEEDS;
            mean[g] += log(outcome.generation[g].mean) / SEEDS;
        }
    }
    for (int g = 0; g < GENERATIONS; g++) {
        best[g] = exp(best[g]) * 1e-21;
        mean[g] = exp(mean[g]) * 1e-21;
    }
    return true;
}

bool strategy(const struct lab *lab)
{
    double x[GENERATIONS], best[2][GENERATIONS], mean[2][GENERATIONS];
    if (!run_strategy(lab, AS_CMA_ES, best[0], mean[0]) || !run_strategy(lab, AS_RANDOM, best[1], mean[1]))
        return false;
    printf("VGG16 within NVDLA-1024: EDP (J s), geometric means of %d seeds\n\n"
           "| generation | CMA-ES, best so far | random, best so far | CMA-ES, mean | random, mean |\n"
           "|---|---|---|---|---|\n",
        SEEDS);
    for (int g = 0; g < GENERATIONS; g++) {
        x[g] = g + 1;
        printf("| %d | %.4g | %.4g | %.4g | %.4g |\n", g + 1, best[0][g], best[1][g], mean[0][g], mean[1][g]);
    }
    const struct chart_series series[] = {
        {.name = "CMA-ES, best so far", .n = GENERATIONS, .x = x, .y = best[0], .line = true, .points = true},
        {.name = "random, best so far",
            .n = GENERATIONS,
            .x = x,
            .y = best[1],
            .line = true,
            .points = true,
            .color = 1},
        {.name = "CMA-ES, mean", .n = GENERATIONS, .x = x, .y = mean[0], .line = true, .color = 2},
        {.name = "random, mean", .n = GENERATIONS, .x = x, .y = mean[1], .line = true, .color = 3}};
    struct naas_buf svg = naas_buf_new(lab->ctx);
    struct chart chart = {.title = "CMA-ES and random",
        .x_label = "generation",
        .y_label = "EDP (J s)",
        .y_log = true,
        .alone = true,
        .n_series = 4,
        .series = series};
    chart_xy(&svg, &chart);
    return lab_write(lab, "strategy.svg", &svg);
}

/* ---- figure 8: what is searched ---- */

enum { N_PAIRS = 4, N_STAGES = 4 };

bool ablation(const struct lab *lab)
{
    static const struct {
        const char *budget, *network;
        double sizing, naas; /* of the paper: EDP reduction over the baseline */
    } pairs[N_PAIRS] = {{"edge-tpu", "vgg16", 2.1, 7.4}, {"edge-tpu", "mobilenetv2", 1.2, 1.7},
        {"nvdla-1024", "vgg16", 2.3, 6.0}, {"nvdla-1024", "mobilenetv2", 1.3, 2.1}};
    static const struct {
        const char *name;
        bool sizing_only, fixed_mapping;
    } stages[N_STAGES] = {{"sizing", true, true}, {"+ connectivity", false, true},
        {"sizing and mapping", true, false}, {"all", false, false}};
    const char *name[N_PAIRS * N_STAGES];
    double value[N_PAIRS * N_STAGES];
    printf("EDP reduction over the baseline with its own dataflow\n\n"
           "| budget | network | sizing | + connectivity | sizing and mapping | all | all / sizing | paper: "
           "sizing, NAAS, ratio |\n|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < N_PAIRS; i++) {
        double *gain = &value[i * N_STAGES];
        for (int k = 0; k < N_STAGES; k++) {
            struct as_cosearch_options options = lab_options(lab);
            struct outcome outcome;
            options.sizing_only = stages[k].sizing_only;
            options.fixed_mapping = stages[k].fixed_mapping;
            options.generations *= options.fixed_mapping ? 4 : 1; /* an accelerator costs next to nothing */
            if (!lab_search(lab, pairs[i].budget, pairs[i].network, &options, &outcome))
                return false;
            name[i * N_STAGES + k] =
                naas_format(lab->ctx, "%s %s: %s", pairs[i].budget, pairs[i].network, stages[k].name);
            gain[k] = lab_edp_ratio(1, outcome.native, outcome.found);
        }
        printf("| %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f, %.1f, %.2f |\n", pairs[i].budget,
            pairs[i].network, gain[0], gain[1], gain[2], gain[3], gain[3] / gain[0], pairs[i].sizing,
            pairs[i].naas, pairs[i].naas / pairs[i].sizing);
    }
    draw_bars(lab, "ablation.svg", "Sizing, connectivity, mapping",
        "EDP of the baseline with its own dataflow over that of the accelerator found", N_PAIRS * N_STAGES,
        name, value);
    return true;
}
