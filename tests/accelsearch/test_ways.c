/*
 * The quick ways of the cost model equal the general one: counts and cycles, on random triples of problem,
 * accelerator and mapping up to sizes that no simulator runs.
 *
 * NAAS_SEED and NAAS_TEST_COUNT choose the cases; a failing one is shrunk before it is printed.
 */
#include "accelsearch/model.h"
#include "accelsearch/random.h"
#include "tests/runtime/random_case.h"
#include "tests/support/environment.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct tally {
    enum as_way way;
    uint64_t covered, general;
};

static bool differs(const struct random_case *c, void *arg)
{
    struct tally *tally = arg;
    struct as_model model;
    struct as_cost general, quick;
    as_model_init(&model, &c->problem, &c->accel);
    if (as_model_eval_by(&model, &c->mapping, AS_GENERAL, &general) != NAAS_OK)
        return false;
    tally->general++;
    if (as_model_eval_by(&model, &c->mapping, tally->way, &quick) != NAAS_OK)
        return false;
    tally->covered++;
    return memcmp(quick.count, general.count, sizeof quick.count) != 0 ||
           memcmp(quick.adds, general.adds, sizeof quick.adds) != 0 ||
           memcmp(quick.deliveries, general.deliveries, sizeof quick.deliveries) != 0 ||
           fabs(quick.cycles - general.cycles) > 1e-9 * general.cycles;
}

static void check(enum as_way way, const struct random_size *size, double least_covered)
{
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_TEST_COUNT", 20000);
    struct tally tally = {way, 0, 0};
    fprintf(
        stderr, "NAAS_SEED=%llu NAAS_TEST_COUNT=%llu\n", (unsigned long long)seed, (unsigned long long)count);
    for (uint64_t i = 0; i < count; i++) {
        struct random_tape tape;
        struct random_case made;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, size, &made);
        if (!differs(&made, &tally))
            continue;
        fprintf(stderr, "seed %llu: ways differ, shrunk:\n", (unsigned long long)(seed + i));
        random_case_shrink(&tape, size, differs, &tally);
        random_case_make(&tape, size, &made);
        random_case_print(&made);
        fail();
    }
    fprintf(stderr, "%llu of %llu go the way and equal\n", (unsigned long long)tally.covered,
        (unsigned long long)tally.general);
    assert_true(count < 1000 || (double)tally.covered >= least_covered * (double)tally.general);
}

static const struct random_size small = {.max_points = 400, .max_extent = 8, .max_array = 4};
static const struct random_size large = {.max_points = 200000000, .max_extent = 5000, .max_array = 40};

static void tiles_that_divide_small(void **state)
{
    (void)state;
    check(AS_EVEN, &small, 0.1);
}
static void tiles_that_divide_large(void **state)
{
    (void)state;
    check(AS_EVEN, &large, 0.05);
}
static void clipped_tiles_small(void **state)
{
    (void)state;
    check(AS_QUICK, &small, 0.5);
}
static void clipped_tiles_large(void **state)
{
    (void)state;
    check(AS_QUICK, &large, 0.5);
}

/* Tensors that pass a level share the ports of DRAM with it. */
static void dram_carries_no_more_than_its_ports_allow(void **state)
{
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_TEST_COUNT", 20000);
    (void)state;
    for (uint64_t i = 0; i < count; i++) {
        struct random_tape tape;
        struct random_case c;
        struct as_cost cost;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &large, &c);
        if (as_evaluate(&c.problem, &c.accel, &c.mapping, &cost) != NAAS_OK)
            continue;
        for (int p = 0; p < c.accel.level[0].n_ports; p++) {
            double words = as_port_words(&c.problem, &c.accel, &c.mapping, &cost, 0, p);
            if (words <= cost.cycles * c.accel.level[0].port[p].words_per_cycle ||
                c.accel.level[0].port[p].words_per_cycle == 0)
                continue;
            fprintf(stderr, "seed %llu: port %d has %.0f words in %.0f cycles\n",
                (unsigned long long)(seed + i), p, words, cost.cycles);
            random_case_print(&c);
            fail();
        }
    }
}

/* ---- strides ---- */

enum { P, Q, R, S, WINDOW_DIMS };

static struct as_axis axis_of(
    const struct as_problem *problem, int dim, int64_t coef, int second, int64_t pad)
{
    struct as_axis axis = {.n_terms = second < 0 ? 1 : 2,
        .term = {{dim, coef}, {second, 1}},
        .offset = -pad,
        .extent = 1 - 2 * pad};
    axis.extent += coef * (problem->dim[dim].extent - 1);
    axis.extent += second < 0 ? 0 : problem->dim[second].extent - 1;
    return axis;
}

/* out[P][Q] += in[stride P + R][stride Q + S] * weight[R][S], on two levels of storage under DRAM without or
 * with an array. */
static bool draw_strided(struct as_random *random, struct random_case *c)
{
    static const enum as_role roles[3] = {AS_INPUT, AS_WEIGHT, AS_OUTPUT};
    int64_t stride = 1 + as_random_below(random, 6), pad = as_random_below(random, 5);
    *c = (struct random_case){.problem = {.n_dims = WINDOW_DIMS, .n_tensors = 3, .output = 2},
        .accel = {.word_bits = 16, .acc_bits = 16, .n_levels = 3, .macs_per_cycle = 1},
        .mapping = {.n_levels = 3}};
    for (int d = 0; d < WINDOW_DIMS; d++) {
        int64_t extent = d < R ? 2 * (1 + as_random_below(random, 12)) : 1 + as_random_below(random, 9);
        c->problem.dim[d] = (struct as_dim){.extent = extent, .spatial = true};
    }
    for (int t = 0; t < 3; t++) {
        struct as_tensor *tensor = &c->problem.tensor[t];
        tensor->role = roles[t];
        tensor->rank = 2;
        for (int x = 0; x < 2; x++)
            tensor->axis[x] = t == 0   ? axis_of(&c->problem, P + x, stride, R + x, pad)
                              : t == 1 ? axis_of(&c->problem, R + x, 1, -1, 0)
                                       : axis_of(&c->problem, P + x, 1, -1, 0);
        if (tensor->axis[0].extent < 1 || tensor->axis[1].extent < 1)
            return false;
    }
    for (int l = 0; l < 3; l++) {
        struct as_level *level = &c->accel.level[l];
        *level =
            (struct as_level){.keeps = AS_ALL_ROLES, .buffers = 1 + as_random_below(random, 2), .n_ports = 1};
        level->port[0] = (struct as_port){"port", AS_ALL_ROLES, AS_ALL_ROLES, 1 + as_random_below(random, 4)};
        c->mapping.level[l].keeps = 7;
    }
    c->accel.level[1].n_axes = 1;
    c->accel.level[1].axis[0].size = 16;
    return true;
}

/* Tiles that divide; the last loop may be one in space. */
static void draw_even_loops(struct as_random *random, struct random_case *c)
{
    int64_t tile[WINDOW_DIMS];
    for (int d = 0; d < WINDOW_DIMS; d++)
        tile[d] = c->problem.dim[d].extent;
    for (int l = 0; l < 2; l++)
        for (int i = as_random_below(random, 5); i >= 0; i--) {
            struct as_mapping_level *level = &c->mapping.level[l];
            int d = as_random_below(random, WINDOW_DIMS);
            int64_t cut = 1 + as_random_below(random, (int)tile[d]);
            bool spatial = l == 1 && i == 0 && as_random_below(random, 2) && (tile[d] + cut - 1) / cut <= 16;
            while (!spatial && tile[d] % cut != 0)
                cut--;
            level->loop[level->n_loops++] = (struct as_loop){d, cut, spatial ? 0 : -1};
            tile[d] = cut;
        }
}

/* Few of the random cases have tiles with gaps, clipped by padding, that overlap. */
static void strided_windows(void **state)
{
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_TEST_COUNT", 20000);
    struct as_random random = as_random_stream(seed, 0);
    struct tally tally = {AS_EVEN, 0, 0};
    (void)state;
    for (uint64_t i = 0; i < count; i++) {
        struct random_case c;
        if (!draw_strided(&random, &c))
            continue;
        draw_even_loops(&random, &c);
        if (!differs(&c, &tally))
            continue;
        fprintf(stderr, "NAAS_SEED=%llu, case %llu: ways differ\n", (unsigned long long)seed,
            (unsigned long long)i);
        random_case_print(&c);
        fail();
    }
    fprintf(stderr, "%llu of %llu go the way and equal\n", (unsigned long long)tally.covered,
        (unsigned long long)tally.general);
    assert_true(count < 1000 || 2 * tally.covered >= tally.general);
}

/* A batch is its mappings one by one. */
static void batches_equal_single_evaluations(void **state)
{
    enum { BATCH = 5 };
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_TEST_COUNT", 20000) / BATCH;
    (void)state;
    for (uint64_t i = 0; i < count; i++) {
        struct random_tape tape;
        struct random_case c;
        struct as_model model;
        struct as_mapping mapping[BATCH];
        struct as_cost cost[BATCH], alone;
        int covered = 0;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &large, &c);
        as_model_init(&model, &c.problem, &c.accel);
        for (int b = 0; b < BATCH; b++) {
            mapping[b] = c.mapping;
            /* All but the first lose loops, so that no two need be the same. */
            for (int l = 0; l < c.mapping.n_levels && mapping[b].level[l].n_loops > b; l++)
                mapping[b].level[l].n_loops -= b;
        }
        int n = as_model_eval_batch(&model, BATCH, mapping, cost);
        for (int b = 0; b < BATCH; b++) {
            if (as_model_eval(&model, &mapping[b], &alone) != NAAS_OK) {
                assert_true(isinf(cost[b].cycles) && isinf(cost[b].energy_pj) && isinf(cost[b].edp));
                continue;
            }
            covered++;
            assert_memory_equal(&alone, &cost[b], sizeof alone);
        }
        assert_int_equal(covered, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_that_divide_small),
        cmocka_unit_test(tiles_that_divide_large),
        cmocka_unit_test(clipped_tiles_small),
        cmocka_unit_test(clipped_tiles_large),
        cmocka_unit_test(strided_windows),
        cmocka_unit_test(batches_equal_single_evaluations),
        cmocka_unit_test(dram_carries_no_more_than_its_ports_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
