/*
 * The first mapper: always legal, better than doing nothing, the same every time, quick.
 */
#include "accelsearch/accelsearch.h"
#include "tests/runtime/random_case.h"
#include "tests/support/environment.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum naas_status map(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, struct naas_loc loc, struct as_mapping *mapping, struct as_cost *cost)
{
    struct as_map_options options = as_map_defaults();
    struct as_map_result result;
    enum naas_status status = as_map(ctx, problem, accel, &options, loc, &result);
    *mapping = result.mapping;
    *cost = result.cost;
    return status;
}

/* Every element comes on its own: all loops under DRAM, tiles of 1. */
static void trivial_mapping(
    const struct as_problem *problem, const struct as_accel *accel, struct as_mapping *mapping)
{
    memset(mapping, 0, sizeof *mapping);
    mapping->n_levels = accel->n_levels;
    for (int l = 0; l < accel->n_levels; l++)
        for (int t = 0; t < problem->n_tensors; t++)
            if (l == 0 || (accel->level[l].keeps & problem->tensor[t].role))
                mapping->level[l].keeps |= 1u << t;
    for (int band = 0; band < problem->n_dims; band++)
        for (int d = 0; d < problem->n_dims; d++)
            if (problem->dim[d].band == band)
                mapping->level[0].loop[mapping->level[0].n_loops++] = (struct as_loop){d, 1, -1};
}

static void mappings_of_random_problems_are_legal(void **state)
{
    (void)state;
    const struct random_size size = {.max_points = 3000, .max_extent = 20, .max_array = 6};
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_TEST_COUNT", 150);
    count = count > 150 ? 150 : count;
    int mapped = 0;
    fprintf(stderr, "NAAS_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < count; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct random_tape tape;
        struct random_case made;
        struct as_mapping found, trivial, again;
        struct as_cost cost, other;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &size, &made);
        trivial_mapping(&made.problem, &made.accel, &trivial);
        bool possible = !as_mapping_fault(ctx, &made.problem, &made.accel, &trivial);
        enum naas_status status = map(ctx, &made.problem, &made.accel, (struct naas_loc){0}, &found, &cost);
        if (possible)
            assert_int_equal(status, NAAS_OK);
        if (status == NAAS_OK) {
            const char *fault = as_mapping_fault(ctx, &made.problem, &made.accel, &found);
            if (fault) {
                fprintf(stderr, "seed %llu: %s\n", (unsigned long long)(seed + i), fault);
                random_case_print(&made);
            }
            assert_null(fault);
            assert_int_equal(as_evaluate(&made.problem, &made.accel, &found, &other), NAAS_OK);
            assert_true(fabs(other.edp - cost.edp) <= 1e-9 * cost.edp);
            assert_int_equal(
                map(ctx, &made.problem, &made.accel, (struct naas_loc){0}, &again, &other), NAAS_OK);
            assert_true(other.edp == cost.edp);
            mapped++;
        } else {
            assert_true(naas_n_diags(ctx) > 0);
        }
        if (possible && as_evaluate(&made.problem, &made.accel, &trivial, &other) == NAAS_OK)
            assert_true(cost.edp <= other.edp);
        naas_ctx_free(ctx);
    }
    assert_true((uint64_t)mapped * 2 > count);
}

static void axis(struct as_tensor *tensor, int dim, int64_t coef, int second, int64_t second_coef,
    int64_t offset, int64_t extent)
{
    tensor->axis[tensor->rank++] = (struct as_axis){.n_terms = second < 0 ? 1 : 2,
        .term = {{dim, coef}, {second, second_coef}},
        .offset = offset,
        .extent = extent};
}

/* ResNet-50, conv2_x: 64 channels to 64, 56 x 56, 3 x 3, padding 1. */
static void resnet_layer(struct as_problem *problem)
{
    enum { K, C, P, Q, R, S };
    static const int64_t extent[6] = {64, 64, 56, 56, 3, 3};
    *problem =
        (struct as_problem){.name = "conv2", .n_dims = 6, .n_tensors = 3, .output = 2, .acc_type = NAAS_WORD};
    for (int d = 0; d < 6; d++) {
        struct as_dim *dim = &problem->dim[d];
        *dim = (struct as_dim){.conv = "KCPQRS"[d], .extent = extent[d], .spatial = true};
        dim->name[0] = dim->conv;
        dim->kind = d == C || d >= R ? AS_REDUCTION : AS_PARALLEL;
    }
    static const enum as_role roles[3] = {AS_INPUT, AS_WEIGHT, AS_OUTPUT};
    for (int t = 0; t < 3; t++) {
        problem->tensor[t].role = roles[t];
        problem->tensor[t].type = NAAS_WORD;
        problem->tensor[t].name[0] = "IWO"[t];
    }
    axis(&problem->tensor[0], C, 1, -1, 0, 0, 64);
    axis(&problem->tensor[0], P, 1, R, 1, -1, 56);
    axis(&problem->tensor[0], Q, 1, S, 1, -1, 56);
    axis(&problem->tensor[1], K, 1, -1, 0, 0, 64);
    axis(&problem->tensor[1], C, 1, -1, 0, 0, 64);
    axis(&problem->tensor[1], R, 1, -1, 0, 0, 3);
    axis(&problem->tensor[1], S, 1, -1, 0, 0, 3);
    axis(&problem->tensor[2], K, 1, -1, 0, 0, 64);
    axis(&problem->tensor[2], P, 1, -1, 0, 0, 56);
    axis(&problem->tensor[2], Q, 1, -1, 0, 0, 56);
}

/* DRAM, 128 KiB, 16 x 16 PEs with l1_bytes each; 16-bit words. */
static void array_of_256(struct as_accel *accel, int64_t l1_bytes)
{
    *accel =
        (struct as_accel){.name = "array", .word_bits = 16, .acc_bits = 16, .clock_mhz = 500, .n_levels = 3};
    accel->macs_per_cycle = 1;
    accel->mac_pj = 0.2;
    static const char *const name[3] = {"DRAM", "L2", "L1"};
    static const double access_pj[3] = {100, 3, 0.3}, words_per_cycle[3] = {8, 32, 0};
    const int64_t bytes[3] = {0, 131072, l1_bytes};
    for (int l = 0; l < 3; l++) {
        struct as_level *level = &accel->level[l];
        *level = (struct as_level){.keeps = AS_ALL_ROLES, .buffers = 2, .n_partitions = 1, .n_ports = 1};
        strcpy(level->name, name[l]);
        level->partition[0] = (struct as_partition){AS_ALL_ROLES, bytes[l]};
        level->port[0] = (struct as_port){"port", AS_ALL_ROLES, AS_ALL_ROLES, words_per_cycle[l]};
        level->read_pj = level->write_pj = access_pj[l];
    }
    accel->level[1].n_axes = 2;
    accel->level[1].axis[0] = (struct as_array_axis){"x", 16, ""};
    accel->level[1].axis[1] = (struct as_array_axis){"y", 16, ""};
}

static void a_real_layer_keeps_the_array_busy(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    resnet_layer(&problem);
    array_of_256(&accel, 512);
    assert_int_equal(map(ctx, &problem, &accel, (struct naas_loc){0}, &mapping, &cost), NAAS_OK);
    assert_null(as_mapping_fault(ctx, &problem, &accel, &mapping));
    assert_true(cost.utilisation > 0.8);
    /* Each operand crosses from DRAM a few times at most; padding is not read. */
    int64_t compulsory = 56 * 56 * 64 + 64 * 64 * 9;
    assert_true(cost.count[0][0].reads + cost.count[0][1].reads < 3 * compulsory);
    naas_ctx_free(ctx);
}

/* The space of an array axis is limited to what its wiring takes. */
static void axes_take_their_dims_only(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    resnet_layer(&problem);
    problem.dim[0].spatial = false;
    array_of_256(&accel, 512);
    strcpy(accel.level[1].axis[0].dims, "KC");
    strcpy(accel.level[1].axis[1].dims, "P");
    assert_int_equal(map(ctx, &problem, &accel, (struct naas_loc){0}, &mapping, &cost), NAAS_OK);
    assert_null(as_mapping_fault(ctx, &problem, &accel, &mapping));
    int spatial = 0;
    for (int i = 0; i < mapping.level[1].n_loops; i++) {
        const struct as_loop *loop = &mapping.level[1].loop[i];
        spatial += loop->axis >= 0;
        assert_true(loop->axis != 0 || loop->dim == 1);
        assert_true(loop->axis != 1 || loop->dim == 2);
    }
    assert_true(spatial > 0);
    naas_ctx_free(ctx);
}

static void bands_stay_in_order(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    resnet_layer(&problem);
    problem.dim[4].band = problem.dim[5].band = 1;
    array_of_256(&accel, 512);
    assert_int_equal(map(ctx, &problem, &accel, (struct naas_loc){0}, &mapping, &cost), NAAS_OK);
    assert_null(as_mapping_fault(ctx, &problem, &accel, &mapping));
    naas_ctx_free(ctx);
}

static void a_level_that_is_too_small_is_named(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    resnet_layer(&problem);
    array_of_256(&accel, 10); /* three words twice are 12 bytes */
    struct naas_loc loc = {"layer.c", 3, 1};
    assert_int_equal(map(ctx, &problem, &accel, loc, &mapping, &cost), NAAS_UNSUPPORTED);
    assert_int_equal(naas_n_diags(ctx), 1);
    assert_non_null(strstr(naas_diag_at(ctx, 0)->message, "L1"));
    assert_int_equal(naas_diag_at(ctx, 0)->loc.line, 3);
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mappings_of_random_problems_are_legal),
        cmocka_unit_test(a_real_layer_keeps_the_array_busy),
        cmocka_unit_test(axes_take_their_dims_only),
        cmocka_unit_test(bands_stay_in_order),
        cmocka_unit_test(a_level_that_is_too_small_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
