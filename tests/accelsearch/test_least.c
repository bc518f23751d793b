/* What a problem costs at least: no mapping of random problems costs less, and where the best mapping is
 * known by hand it says nearly as much. */
#include "accelsearch/least.h"
#include "tests/runtime/random_case.h"
#include "tests/support/environment.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Rounding apart. */
static bool costs_less(const struct random_case *made, void *arg)
{
    struct as_cost cost, least;
    (void)arg;
    if (as_evaluate(&made->problem, &made->accel, &made->mapping, &cost) != NAAS_OK)
        return false;
    as_least(&made->problem, &made->accel, &least);
    return cost.cycles < least.cycles * (1 - 1e-12) || cost.energy_pj < least.energy_pj * (1 - 1e-12);
}

static void no_mapping_costs_less(void **state)
{
    (void)state;
    const struct random_size size = {.max_points = 3000, .max_extent = 20, .max_array = 6};
    uint64_t seed = number_from("NAAS_SEED", 1), count = 100 * number_from("NAAS_TEST_COUNT", 200);
    fprintf(stderr, "NAAS_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < count; i++) {
        struct random_tape tape;
        struct random_case made;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &size, &made);
        if (!costs_less(&made, NULL))
            continue;
        struct as_cost cost, least;
        random_case_shrink(&tape, &size, costs_less, NULL);
        random_case_make(&tape, &size, &made);
        as_evaluate(&made.problem, &made.accel, &made.mapping, &cost);
        as_least(&made.problem, &made.accel, &least);
        fprintf(stderr, "seed %llu: %g cycles, at least %g; %g pJ, at least %g\n",
            (unsigned long long)(seed + i), cost.cycles, least.cycles, cost.energy_pj, least.energy_pj);
        random_case_print(&made);
        fail();
    }
}

/* 64 channels to 64 on 32 x 32 of them. */
static void layers_are_judged_closely(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_conv conv = {.N = 1,
        .K = 64,
        .C = 64,
        .H = 56,
        .W = 56,
        .R = 3,
        .S = 3,
        .groups = 1,
        .stride = {1, 1},
        .pad = {1, 1},
        .dilation = {1, 1},
        .weights = true};
    struct as_problem problem;
    struct as_accel accel;
    struct as_map_options options = as_map_defaults();
    struct as_map_result found;
    struct as_cost least;
    assert_int_equal(as_problem_conv(ctx, "conv", &conv, (struct naas_loc){0}, &problem), NAAS_OK);
    assert_int_equal(
        as_accel_from_json(ctx, NAAS_SOURCE_DIR "/examples/accelerators/nvdla-1024.json", &accel), NAAS_OK);
    options.evaluations = 2000;
    assert_int_equal(as_map_search(&problem, &accel, &options, &found), NAAS_OK);
    as_least(&problem, &accel, &least);
    assert_true(least.cycles <= found.cost.cycles && least.cycles > 0.4 * found.cost.cycles);
    assert_true(least.energy_pj <= found.cost.energy_pj && least.energy_pj > 0.3 * found.cost.energy_pj);
    accel.level[2].axis[0].dims[0] = 'N'; /* nothing to lay along it: a 32nd of the multipliers */
    struct as_cost idle;
    as_least(&problem, &accel, &idle);
    assert_true(idle.cycles == 32 * (64.0 * 64 * 56 * 56 * 9 / 1024));
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_mapping_costs_less),
        cmocka_unit_test(layers_are_judged_closely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
