/* The outer search: its result depends on the options alone, keeps its limits, and adds up. */
#include "accelsearch/cosearch.h"
#include "support/support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct naas_ctx *ctx;
    struct as_workload workload;
    struct as_budget budget;
    struct as_cosearch_options options;
};

static struct as_layer layer(
    struct naas_ctx *ctx, const char *name, int64_t count, const struct as_conv *conv)
{
    struct as_layer made = {.count = count};
    assert_int_equal(as_problem_conv(ctx, name, conv, (struct naas_loc){0}, &made.problem), NAAS_OK);
    return made;
}

static const struct as_conv wide = {.N = 1,
    .K = 64,
    .C = 32,
    .H = 14,
    .W = 14,
    .R = 3,
    .S = 3,
    .groups = 1,
    .stride = {1, 1},
    .pad = {1, 1},
    .dilation = {1, 1},
    .weights = true};
static const struct as_conv depthwise = {.N = 1,
    .K = 32,
    .C = 32,
    .H = 28,
    .W = 28,
    .R = 3,
    .S = 3,
    .groups = 32,
    .stride = {2, 2},
    .pad = {1, 1},
    .dilation = {1, 1},
    .weights = true};

/* Two networks of two layers; the wide layer is in both. */
static int set_up(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture *fixture = naas_alloc(ctx, 1, sizeof *fixture);
    struct as_layer *first = naas_alloc(ctx, 2, sizeof *first), *second = naas_alloc(ctx, 2, sizeof *second);
    struct as_conv pointwise = wide;
    pointwise.R = pointwise.S = 1;
    pointwise.pad[0] = pointwise.pad[1] = 0;
    first[0] = layer(ctx, "wide", 3, &wide);
    first[1] = layer(ctx, "depthwise", 1, &depthwise);
    second[0] = layer(ctx, "pointwise", 2, &pointwise);
    second[1] = layer(ctx, "the same as wide", 1, &wide);
    struct as_network networks[2] = {{"one", 2, first}, {"two", 2, second}};
    fixture->ctx = ctx;
    fixture->workload = as_workload_new(ctx, 2, networks);
    fixture->options = as_cosearch_defaults();
    fixture->options.generations = 4;
    fixture->options.population = 6;
    fixture->options.screen = 30;
    fixture->options.full = 80;
    fixture->options.final = 200;
    *state = fixture;
    return as_budget_from_json(ctx, NAAS_SOURCE_DIR "/examples/accelerators/eyeriss.json", &fixture->budget);
}

static int tear_down(void **state)
{
    naas_ctx_free(((struct fixture *)*state)->ctx);
    return 0;
}

static enum naas_status run(
    struct fixture *fixture, struct as_database *database, struct as_cosearch *search, struct as_design *best)
{
    as_cosearch_init(search, &fixture->workload, &fixture->budget, &fixture->options, database);
    return as_cosearch_run(search, NULL, NULL, best);
}

static void assert_same(struct naas_ctx *ctx, const struct as_workload *workload, const struct as_design *a,
    const struct as_design *b)
{
    struct naas_buf text[2] = {naas_buf_new(ctx), naas_buf_new(ctx)};
    const struct as_design *design[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        as_accel_json(&text[i], &design[i]->accel);
        for (int k = 0; k < workload->n_layers; k++)
            as_mapping_json(
                &text[i], &workload->layer[k].problem, &design[i]->accel, &design[i]->layer[k].mapping);
        naas_buf_printf(&text[i], "%a", design[i]->score);
    }
    assert_string_equal(text[0].text, text[1].text);
}

static void layers_are_searched_once(void **state)
{
    struct fixture *fixture = *state;
    const struct as_workload *workload = &fixture->workload;
    assert_int_equal(workload->n_layers, 3);
    assert_int_equal(workload->layer[0].count[0], 3);
    assert_int_equal(workload->layer[0].count[1], 1);
    assert_int_equal(workload->layer[1].count[1], 0);
    assert_int_equal(workload->layer[2].count[1], 2);
    assert_string_equal(workload->layer[0].problem.name, "wide");
}

static void totals_count_repetitions(void **state)
{
    struct fixture *fixture = *state;
    struct as_cost cost[3] = {{.energy_pj = 2, .cycles = 10, .utilisation = 0.5},
        {.energy_pj = 5, .cycles = 20, .utilisation = 1},
        {.energy_pj = 7, .cycles = 30, .utilisation = 0.25}};
    const struct as_cost *costs[3] = {&cost[0], &cost[1], &cost[2]};
    struct as_cost total;
    as_workload_total(&fixture->workload, 0, costs, &total);
    assert_true(total.energy_pj == 3 * 2 + 5 && total.cycles == 3 * 10 + 20 && total.edp == 11 * 50);
    assert_true(total.utilisation == (3 * 10 * 0.5 + 20) / 50);
    double second = (2 + 2 * 7) * (10 + 2 * 30),
           edp = as_workload_score(&fixture->workload, &(struct as_goal){1, 1, 0, 0, 0, 0}, costs);
    assert_true(fabs(edp - sqrt(11 * 50 * second)) < 1e-9);
    struct as_goal limited = {.energy = 1, .delay = 1, .max_cycles = 60};
    assert_true(as_workload_score(&fixture->workload, &limited, costs) == INFINITY);
}

static void threads_and_database_change_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search[5];
    struct as_design best[5];
    char path[] = "/tmp/test_search_XXXXXX";
    assert_true(mkstemp(path) >= 0);
    struct as_database *database = as_database_open(path);
    for (int i = 0; i < 5; i++) {
        fixture->options.threads = i % 3 + 1;
        assert_int_equal(run(fixture, i < 3 ? NULL : database, &search[i], &best[i]), NAAS_OK);
        assert_same(fixture->ctx, &fixture->workload, &best[0], &best[i]);
        assert_int_equal(search[i].n_candidates, search[0].n_candidates);
        for (int k = 0; k < search[0].n_candidates; k++)
            assert_true(search[i].candidate[k].score == search[0].candidate[k].score);
    }
    struct as_database_use use = as_database_uses(database);
    assert_true(use.searched > 0 && use.found >= use.searched); /* the second run found all of the first */
    as_database_close(database);
    remove(path);
}

static void another_seed_is_another_search(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search[2];
    struct as_design best[2];
    for (int i = 0; i < 2; i++) {
        fixture->options.seed = (uint64_t)i + 1;
        assert_int_equal(run(fixture, NULL, &search[i], &best[i]), NAAS_OK);
    }
    assert_false(as_key_equal(search[0].candidate[0].key, search[1].candidate[0].key));
}

static void check_design(const struct fixture *fixture, const struct as_design *design)
{
    const struct as_cost *cost[3];
    assert_true(design->complete);
    for (int i = 0; i < fixture->workload.n_layers; i++) {
        const struct as_problem *problem = &fixture->workload.layer[i].problem;
        struct as_cost again;
        assert_null(as_mapping_fault(fixture->ctx, problem, &design->accel, &design->layer[i].mapping));
        assert_int_equal(as_evaluate(problem, &design->accel, &design->layer[i].mapping, &again), NAAS_OK);
        assert_true(again.edp == design->layer[i].cost.edp);
        cost[i] = &design->layer[i].cost;
    }
    assert_true(design->score == as_workload_score(&fixture->workload, &fixture->options.goal, cost));
    assert_true(fabs(design->area_um2 - design->layer[0].cost.area_um2) < 1e-6 * design->area_um2);
}

static void the_result_is_legal_and_adds_up(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search;
    struct as_design best, baseline, native;
    fixture->options.final = 3000;
    assert_int_equal(run(fixture, NULL, &search, &best), NAAS_OK);
    check_design(fixture, &best);
    as_cosearch_baseline(&search, &baseline, &native);
    check_design(fixture, &baseline);
    check_design(fixture, &native);
    assert_true(baseline.score < native.score); /* a search of each layer's own beats one rule for all */
    assert_true(as_accel_bytes(&best.accel) <= fixture->budget.bytes);
}

/* Whatever is on the front is not dominated, whatever is not is. */
static void the_front_is_a_front(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search;
    struct as_design best;
    assert_int_equal(run(fixture, NULL, &search, &best), NAAS_OK);
    int n_optimal = 0;
    for (int i = 0; i < search.n_candidates; i++) {
        const struct as_candidate *a = &search.candidate[i];
        bool dominated = false;
        for (int k = 0; k < search.n_candidates; k++) {
            const struct as_candidate *b = &search.candidate[k];
            bool no_worse =
                b->energy_pj <= a->energy_pj && b->cycles <= a->cycles && b->area_um2 <= a->area_um2;
            dominated =
                dominated ||
                (b->energy_pj > 0 && no_worse &&
                    (b->energy_pj < a->energy_pj || b->cycles < a->cycles || b->area_um2 < a->area_um2));
        }
        assert_int_equal(a->optimal, a->energy_pj > 0 && !dominated);
        n_optimal += a->optimal;
    }
    assert_true(n_optimal > 0);
}

static void more_generations_are_no_worse(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search;
    struct as_design best;
    fixture->options.generations = 8;
    assert_int_equal(run(fixture, NULL, &search, &best), NAAS_OK);
    assert_int_equal(search.n_generations, 8);
    for (int i = 1; i < 8; i++)
        assert_true(search.generation[i].best <= search.generation[i - 1].best);
    assert_true(best.score <= search.generation[7].best);
}

static void limits_hold(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search;
    struct as_design free, limited;
    assert_int_equal(run(fixture, NULL, &search, &free), NAAS_OK);
    fixture->options.goal.max_um2 = fixture->budget.area_um2 = free.area_um2 / 2;
    assert_int_equal(run(fixture, NULL, &search, &limited), NAAS_OK);
    assert_true(limited.area_um2 <= free.area_um2 / 2);
    fixture->options.goal.max_cycles = 1;
    assert_int_equal(run(fixture, NULL, &search, &limited), NAAS_UNSUPPORTED);
}

static void objectives_pull(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search;
    struct as_design fast, frugal;
    fixture->options.goal = (struct as_goal){.delay = 1};
    assert_int_equal(run(fixture, NULL, &search, &fast), NAAS_OK);
    fixture->options.goal = (struct as_goal){.energy = 1};
    assert_int_equal(run(fixture, NULL, &search, &frugal), NAAS_OK);
    assert_true(fast.cycles < frugal.cycles && frugal.energy_pj < fast.energy_pj);
}

static void ablations_run(void **state)
{
    struct fixture *fixture = *state;
    struct as_cosearch search;
    struct as_design best;
    fixture->options.sizing_only = true;
    assert_int_equal(run(fixture, NULL, &search, &best), NAAS_OK);
    assert_string_equal(best.accel.level[1].axis[0].dims, "PKC");
    fixture->options.fixed_mapping = true;
    assert_int_equal(run(fixture, NULL, &search, &best), NAAS_OK);
    check_design(fixture, &best);
    fixture->options.sizing_only = fixture->options.fixed_mapping = false;
    fixture->options.strategy = AS_RANDOM;
    fixture->options.encoding = fixture->options.map.encoding = AS_INDEX;
    fixture->options.map.space = AS_SPACE_NAAS;
    assert_int_equal(run(fixture, NULL, &search, &best), NAAS_OK);
    check_design(fixture, &best);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(layers_are_searched_once),
        TEST(totals_count_repetitions),
        TEST(threads_and_database_change_nothing),
        TEST(another_seed_is_another_search),
        TEST(the_result_is_legal_and_adds_up),
        TEST(the_front_is_a_front),
        TEST(more_generations_are_no_worse),
        TEST(limits_hold),
        TEST(objectives_pull),
        TEST(ablations_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
